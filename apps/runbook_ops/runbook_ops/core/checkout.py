"""A checkout: what is in the basket, whether it may be sold so, and how tenders, tips and change come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .package_value import CENT, NOTHING, to_cents
from .refusal import Refusal

ALL = Decimal(100)


class LineKind(StrEnum):
	SERVICE = "Service"
	PRODUCT = "Product"
	PACKAGE = "Package"


@dataclass(frozen=True)
class Line:
	"""Something that is sold. `key` is its own in the basket; `rate` of one, None for the price list's; `discount` in percent.

	`resource`: who did or sold it. `redeem`: the customer's package that pays for it, one session a line.
	"""

	key: str
	kind: LineKind
	item: str
	qty: Decimal = Decimal(1)
	rate: Decimal | None = None
	discount: Decimal = NOTHING
	service: str | None = None
	resource: str | None = None
	redeem: str | None = None
	text: str = ""


@dataclass(frozen=True)
class Tip:
	"""What the customer gives to one of the staff; it is never the business's income."""

	resource: str
	amount: Decimal


@dataclass(frozen=True)
class Tender:
	"""Money as it is handed over: of cash there may be change."""

	mode: str
	amount: Decimal
	is_cash: bool = False
	reference: str | None = None


@dataclass(frozen=True)
class Basket:
	"""All of a checkout. The discount is off everything that is invoiced: percent, or an amount with tax."""

	lines: tuple[Line, ...]
	tips: tuple[Tip, ...] = ()
	tenders: tuple[Tender, ...] = ()
	discount_percent: Decimal = NOTHING
	discount_amount: Decimal = NOTHING
	uses_deposit: bool = True

	@property
	def invoiced(self) -> tuple[Line, ...]:
		"""The lines that no package pays."""
		return tuple(line for line in self.lines if not line.redeem)

	@property
	def redeemed(self) -> tuple[Line, ...]:
		"""The lines that packages pay."""
		return tuple(line for line in self.lines if line.redeem)

	@property
	def tipped(self) -> Decimal:
		"""All tips."""
		return sum((tip.amount for tip in self.tips), NOTHING)


@dataclass(frozen=True)
class Rights:
	"""How far below the price list whoever checks out may go, in percent; None is any price."""

	most_discount: Decimal | None = None


@dataclass(frozen=True)
class Paid:
	"""What is kept of one tender: for the invoice, and for tips."""

	mode: str
	invoice: Decimal
	tip: Decimal
	reference: str | None = None


@dataclass(frozen=True)
class Settlement:
	"""How a checkout comes out: what is kept of each tender, the change in cash, and what stays owed."""

	payments: tuple[Paid, ...] = ()
	change: Decimal = NOTHING
	owed: Decimal = NOTHING


def check_basket(basket: Basket) -> Refusal | None:
	"""Whether a basket makes sense; the first thing that does not."""
	if not basket.lines and not basket.tips:
		return Refusal("checkout_empty", "lines")
	if len({line.key for line in basket.lines}) < len(basket.lines):
		return Refusal("checkout_line_twice", "lines")
	for number, line in enumerate(basket.lines, 1):
		refusal = _check_line(line, number)
		if refusal:
			return refusal
	for field_name, amounts in (("tips", basket.tips), ("tenders", basket.tenders)):
		if any(one.amount <= 0 or one.amount != to_cents(one.amount) for one in amounts):
			return Refusal("checkout_amount", field_name, {"field": field_name})
	return _check_discount(basket)


def _check_discount(basket: Basket) -> Refusal | None:
	if not NOTHING <= basket.discount_percent <= ALL or basket.discount_amount < 0:
		return Refusal("checkout_discount_all", "discount")
	if basket.discount_percent and basket.discount_amount:
		return Refusal("checkout_two_discounts", "discount")
	return None


def _check_line(line: Line, number: int) -> Refusal | None:
	at = {"row": number}
	if line.qty <= 0:
		return Refusal("checkout_quantity", "lines", at)
	if line.rate is not None and line.rate < 0:
		return Refusal("checkout_rate", "lines", at)
	if not NOTHING <= line.discount <= ALL:
		return Refusal("checkout_discount", "discount", at)
	if line.redeem and (line.kind is not LineKind.SERVICE or line.qty != 1):
		return Refusal("checkout_redeem_service", "lines", at)
	return None


def check_prices(basket: Basket, listed: Mapping[str, Decimal], rights: Rights) -> Refusal | None:
	"""Whether every price may be given by who checks out. `listed`: key of a line -> what one costs otherwise.

	A discount of the whole basket counts for each line; one as an amount is spread by value.
	"""
	most = rights.most_discount
	if most is None:
		return None
	invoiced = basket.invoiced
	worth = {line.key: _each(line, listed) * line.qty for line in invoiced}
	total = sum(worth.values(), NOTHING)
	off = basket.discount_percent / ALL
	if basket.discount_amount and total:
		off = min(Decimal(1), basket.discount_amount / total)
	for number, line in enumerate(invoiced, 1):
		usual = listed.get(line.key, NOTHING)
		least = usual * (1 - most / ALL) - CENT
		if _each(line, listed) * (1 - off) < least:
			return Refusal("checkout_price_right", "lines", {"row": number, "most": f"{float(most):g}"})
	return None


def _each(line: Line, listed: Mapping[str, Decimal]) -> Decimal:
	rate = listed.get(line.key, NOTHING) if line.rate is None else line.rate
	return rate * (1 - line.discount / ALL)


def settle(due: Decimal, tips: Decimal, tenders: Sequence[Tender]) -> Settlement | Refusal:
	"""What the tenders pay of what is due on the invoice and of the tips, which come first; change is given of cash only.

	Less than is due is a part payment.
	"""
	given = sum((tender.amount for tender in tenders), NOTHING)
	if given < tips:
		return Refusal("checkout_tip_unpaid", "tenders", {"tips": tips, "paid": given})
	change = max(NOTHING, given - due - tips)
	cash = sum((tender.amount for tender in tenders if tender.is_cash), NOTHING)
	if change > cash:
		return Refusal("checkout_too_much", "tenders", {"over": change, "due": due + tips})
	kept, back, tip = [], change, tips
	for tender in reversed(tenders):
		less = min(back, tender.amount) if tender.is_cash else NOTHING
		back -= less
		left = tender.amount - less
		for_tip = min(tip, left)
		tip -= for_tip
		if left:
			kept.append(Paid(tender.mode, left - for_tip, for_tip, tender.reference))
	return Settlement(tuple(reversed(kept)), change, max(NOTHING, due + tips - given))
