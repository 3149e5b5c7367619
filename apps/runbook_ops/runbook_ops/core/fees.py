"""What a missed or late cancelled visit costs by the policy that its customer accepted, and what of that a deposit pays."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .booking import BookingStatus
from .package_value import NOTHING, to_cents
from .policies import hours_text
from .refusal import Refusal

CUSTOMER = "Customer"
"""Who a cancellation comes from that may cost something; when the business cancels, nobody pays."""
ALWAYS_WAIVES = "Runbook Manager"


class Cause(StrEnum):
	NO_SHOW = "No-show"
	LATE = "Late cancellation"


class FeeKind(StrEnum):
	PERCENT = "Percent of the price"
	FIXED = "Fixed amount"


class FeeStatus(StrEnum):
	"""What became of a fee; a free pass and a waiver cost nothing."""

	CHARGED = "Charged"
	FREE_PASS = "Free pass"
	WAIVED = "Waived"


class DepositRest(StrEnum):
	"""What becomes of a deposit, or of its rest, when the visit does not take place."""

	GIVE_BACK = "Given back"
	KEEP = "Kept for the customer"


@dataclass(frozen=True)
class FeeRule:
	"""One line of a policy: what a no-show costs, or a cancellation with less notice than `less_than`."""

	cause: Cause
	kind: FeeKind
	value: Decimal
	less_than: timedelta = timedelta(0)

	def fee(self, price: Decimal) -> Decimal:
		"""The fee for a visit of this price, in whole cents."""
		return to_cents(price * self.value / 100 if self.kind is FeeKind.PERCENT else self.value)


@dataclass(frozen=True)
class FeeTerms:
	"""What a version of a policy says about fees; `free_passes` are those of a year, counted back from the day."""

	version: str
	rules: tuple[FeeRule, ...] = ()
	free_passes: int = 0
	rest: DepositRest = DepositRest.GIVE_BACK


@dataclass(frozen=True)
class Lapse:
	"""A visit that did not take place, as it stands: moments are aware, money is in the company's currency, without tax.

	`deposit`: what is held for it; `passes_used`: the customer's of the year before; `decided`: the fee that was decided on before.
	"""

	status: str
	start: datetime
	price: Decimal = NOTHING
	was_confirmed: bool = True
	cancelled_at: datetime | None = None
	cancelled_by: str = ""
	deposit: Decimal = NOTHING
	passes_used: int = 0
	decided: str | None = None


@dataclass(frozen=True)
class FeeDue:
	"""A fee and why: the version, the notice that was given (None: none at all), the rule, and how the deposit is used.

	A free pass has a fee and takes nothing of it. `rest` is what is left of the deposit. `fee` is what the customer is asked for,
	with its tax once that is known (`with_tax`); `tax` is contained in it.
	"""

	cause: Cause
	version: str
	notice: timedelta | None
	rule: FeeRule
	price: Decimal
	fee: Decimal
	from_deposit: Decimal
	owed: Decimal
	rest: Decimal
	passes_used: int
	free_pass: bool = False
	tax: Decimal = NOTHING

	@property
	def is_added(self) -> bool:
		"""Whether the tax comes on top of what the rule asks for; else it is contained in that."""
		return self.fee > self.rule.fee(self.price)

	@property
	def asked(self) -> str:
		"""What the customer is asked for, as plain digits such as 24.50; empty for a free pass."""
		return "" if self.free_pass else f"{self.fee:.2f}"


def decide_fee(terms: FeeTerms | None, lapse: Lapse | None) -> FeeDue | Refusal:
	"""What the accepted policy asks for a visit, or why nothing."""
	found = _rule_for(terms, lapse)
	if isinstance(found, Refusal):
		return found
	rule, notice = found
	if terms is None or lapse is None:
		raise AssertionError("a rule comes from terms")
	fee = rule.fee(lapse.price)
	if not fee:
		return Refusal("fee_nothing", None, {"version": terms.version})
	free = lapse.passes_used < terms.free_passes
	used = NOTHING if free else min(fee, lapse.deposit)
	return FeeDue(
		cause=rule.cause,
		version=terms.version,
		notice=notice,
		rule=rule,
		price=lapse.price,
		fee=fee,
		from_deposit=used,
		owed=NOTHING if free else fee - used,
		rest=lapse.deposit - used,
		passes_used=lapse.passes_used + int(free),
		free_pass=free,
	)


def with_tax(due: FeeDue, total: Decimal, tax: Decimal) -> FeeDue:
	"""The fee with its tax: `total` is what it comes to, of which `tax` is tax; the deposit pays of the total."""
	held = due.from_deposit + due.rest
	used = NOTHING if due.free_pass else min(total, held)
	return replace(
		due,
		fee=total,
		tax=tax,
		from_deposit=used,
		owed=NOTHING if due.free_pass else total - used,
		rest=held - used,
	)


def fee_if_cancelled(terms: FeeTerms | None, lapse: Lapse, now: datetime) -> FeeDue | None:
	"""What it would cost the customer to cancel now; None where it would cost nothing and use up no free pass."""
	cancelled = replace(
		lapse, status=BookingStatus.CANCELLED, cancelled_at=now, cancelled_by=CUSTOMER, decided=None
	)
	due = decide_fee(terms, cancelled)
	return None if isinstance(due, Refusal) else due


def _rule_for(terms: FeeTerms | None, lapse: Lapse | None) -> tuple[FeeRule, timedelta | None] | Refusal:
	if lapse and lapse.decided:
		return Refusal("fee_decided", None, {"fee": lapse.decided})
	if terms is None or lapse is None:
		return Refusal("fee_no_policy")
	if lapse.status == BookingStatus.NO_SHOW:
		rule = next((rule for rule in terms.rules if rule.cause is Cause.NO_SHOW), None)
		return (rule, None) if rule else Refusal("fee_no_rule", None, {"version": terms.version})
	if lapse.status != BookingStatus.CANCELLED or lapse.cancelled_at is None:
		return Refusal("fee_not_missed", None, {"status": lapse.status})
	if not lapse.was_confirmed:
		return Refusal("fee_not_confirmed")
	if lapse.cancelled_by != CUSTOMER:
		return Refusal("fee_cancelled_by_us")
	return _late(terms, lapse.start - lapse.cancelled_at)


def _late(terms: FeeTerms, notice: timedelta) -> tuple[FeeRule, timedelta] | Refusal:
	"""The narrowest band that the notice falls into."""
	bands = [rule for rule in terms.rules if rule.cause is Cause.LATE]
	hits = [rule for rule in bands if notice < rule.less_than]
	hit = min(hits, key=lambda rule: rule.less_than, default=None)
	if hit is None:
		values = {"hours": notice_text(notice), "version": terms.version}
		return Refusal("fee_in_time" if bands else "fee_no_rule", None, values)
	return hit, notice


def notice_text(notice: timedelta) -> str:
	"""A notice in hours with one decimal at the most, rounded down, so that it never looks longer than it was."""
	return hours_text(notice - notice % timedelta(minutes=6))


def check_rules(rules: Collection[FeeRule]) -> Refusal | None:
	"""Whether a policy's rules can be applied: amounts above 0, a percentage of 100 at the most, each band once."""
	seen = set()
	for number, rule in enumerate(rules, 1):
		most = 100 if rule.kind is FeeKind.PERCENT else None
		if rule.value <= 0 or (most is not None and rule.value > most):
			return Refusal("fee_rule_amount", "fees", {"row": number})
		if rule.cause is Cause.LATE and rule.less_than <= timedelta(0):
			return Refusal("fee_rule_notice", "fees", {"row": number})
		band = (rule.cause, rule.less_than if rule.cause is Cause.LATE else None)
		if band in seen:
			return Refusal("fee_rule_twice", "fees", {"row": number})
		seen.add(band)
	return None


def may_waive(roles: Collection[str], role: str | None) -> bool:
	"""Whether somebody with these roles may waive a fee, where the policy names this role beside managers."""
	return ALWAYS_WAIVES in roles or bool(role and role in roles)
