"""Which deposit the accepted policy asks for when a visit is booked, until when it has to be paid, and what its state means."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from .booking import CLAIMING, BookingStatus
from .fees import FeeKind
from .package_value import CENT, NOTHING, to_cents
from .refusal import Refusal


class AskedOf(StrEnum):
	"""Who a line of a policy is for."""

	EVERYBODY = "Everybody"
	NEW = "New customers"
	MISSED = "Customers with a no-show"


class Ahead(StrEnum):
	"""For which bookings, by how long before the visit they are made."""

	ANY = "Any time"
	MORE = "More than"
	LESS = "Less than"


class DepositState(StrEnum):
	"""What became of a deposit that was asked for."""

	ASKED = "Asked"
	PAID = "Paid"
	LAPSED = "Not paid in time"
	SET_ASIDE = "Set aside"
	WITHDRAWN = "Withdrawn"


@dataclass(frozen=True)
class DepositRule:
	"""One line of a policy: so much, of these customers, from this price, for bookings made so long `ahead`."""

	kind: FeeKind
	value: Decimal
	from_price: Decimal = NOTHING
	asked_of: AskedOf = AskedOf.EVERYBODY
	ahead: Ahead = Ahead.ANY
	hours: timedelta = timedelta(0)

	def deposit(self, price: Decimal, coin: Decimal = CENT) -> Decimal:
		"""The deposit for a visit of this price, in whole coins, and never more than the price."""
		amount = price * self.value / 100 if self.kind is FeeKind.PERCENT else self.value
		return min(to_cents(amount, coin), price.quantize(coin, ROUND_DOWN))

	def fits(self, price: Decimal, notice: timedelta) -> bool:
		"""Whether the line speaks of such a visit, whoever books it."""
		if price < self.from_price:
			return False
		if self.ahead is Ahead.MORE:
			return notice > self.hours
		return self.ahead is Ahead.ANY or notice < self.hours


@dataclass(frozen=True)
class DepositTerms:
	"""What a version of a policy says about deposits; of `rules` the first that fits counts.

	`free_group`: customers of this group, or of one below it, are asked for none; `within`: how long the time is kept for it.
	"""

	version: str
	rules: tuple[DepositRule, ...] = ()
	free_group: str | None = None
	within: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Ordered:
	"""A visit that is being booked; moments are aware, `price` is in the company's currency, whose smallest part is `coin`.

	`groups`: the customer's group and those that it lies in; `visits`, `no_shows`: how many the customer has had.
	"""

	start: datetime
	booked_at: datetime
	price: Decimal
	groups: frozenset[str] = frozenset()
	visits: int = 0
	no_shows: int = 0
	coin: Decimal = CENT

	@property
	def notice(self) -> timedelta:
		"""How long before the visit it is booked."""
		return self.start - self.booked_at


@dataclass(frozen=True)
class DepositDue:
	"""A deposit and why: the version, its line (`row` counts from 1), and until when the time is kept for it."""

	version: str
	row: int
	rule: DepositRule
	price: Decimal
	amount: Decimal
	due_at: datetime


def decide_deposit(terms: DepositTerms | None, ordered: Ordered) -> DepositDue | Refusal:
	"""What the policy asks for a visit as it is booked, or why nothing."""
	if terms is None or not terms.rules:
		return Refusal("deposit_no_rule", None, {"version": terms.version if terms else ""})
	if terms.free_group and terms.free_group in ordered.groups:
		return Refusal("deposit_free_group", None, {"version": terms.version, "group": terms.free_group})
	for row, rule in enumerate(terms.rules, 1):
		if rule.fits(ordered.price, ordered.notice) and _is_for(rule, ordered):
			return _due(terms, row, rule, ordered)
	return Refusal("deposit_none_fits", None, {"version": terms.version})


def possible_deposits(terms: DepositTerms | None, ordered: Ordered) -> tuple[DepositDue, ...]:
	"""What may be asked of somebody who is not known yet: the lines that fit, up to the first that is for everybody."""
	found: list[DepositDue] = []
	for row, rule in enumerate(terms.rules if terms else (), 1):
		if terms is None or not rule.fits(ordered.price, ordered.notice):
			continue
		due = _due(terms, row, rule, ordered)
		if isinstance(due, DepositDue) and all(rule.asked_of is not one.rule.asked_of for one in found):
			found.append(due)
		if rule.asked_of is AskedOf.EVERYBODY:
			break
	return tuple(found)


def _is_for(rule: DepositRule, ordered: Ordered) -> bool:
	if rule.asked_of is AskedOf.NEW:
		return not ordered.visits
	return rule.asked_of is AskedOf.EVERYBODY or ordered.no_shows > 0


def _due(terms: DepositTerms, row: int, rule: DepositRule, ordered: Ordered) -> DepositDue | Refusal:
	amount = rule.deposit(ordered.price, ordered.coin)
	if amount <= 0:
		return Refusal("deposit_no_price", None, {"version": terms.version})
	due_at = min(ordered.booked_at + terms.within, max(ordered.start, ordered.booked_at))
	return DepositDue(terms.version, row, rule, ordered.price, amount, due_at)


def check_deposit_rules(rules: Collection[DepositRule], within: timedelta) -> Refusal | None:
	"""Whether a policy's lines can be applied: amounts above 0, a percentage of 100 at the most, hours where they are asked for."""
	for number, rule in enumerate(rules, 1):
		most = 100 if rule.kind is FeeKind.PERCENT else None
		if rule.value <= 0 or (most is not None and rule.value > most):
			return Refusal("deposit_rule_amount", "deposits", {"row": number})
		if rule.from_price < 0:
			return Refusal("deposit_rule_price", "deposits", {"row": number})
		if rule.ahead is not Ahead.ANY and rule.hours <= timedelta(0):
			return Refusal("deposit_rule_hours", "deposits", {"row": number})
	if rules and within <= timedelta(0):
		return Refusal("deposit_rule_within", "deposit_minutes")
	return None


def is_payable(status: str, state: str | None) -> bool:
	"""Whether money can be booked as a deposit of a booking: while it is ahead, while it waits for it, and where it came too late for that."""
	return status in CLAIMING or bool(state)


def comes_late(status: str, state: str | None, withdrawn: bool) -> bool:
	"""Whether a deposit that was asked for comes when the booking no longer waits for it; `withdrawn`: the link that it comes by."""
	if not state or state == DepositState.ASKED:
		return False
	return withdrawn or status not in CLAIMING


def is_over(status: str, state: str | None, due_at: datetime | None, now: datetime) -> bool:
	"""Whether a booking's time is to be given back, since the deposit that it waits for was not paid in time."""
	waits = status == BookingStatus.HELD and state == DepositState.ASKED
	return waits and due_at is not None and due_at <= now
