"""Finance charges: what the business's rule asks for invoices that are overdue, once for each customer and month."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .package_value import NOTHING, to_cents
from .refusal import Refusal

MOST_PERCENT = 100


class ChargeKind(StrEnum):
	PERCENT = "Percent a month"
	FIXED = "Fixed amount an invoice"


@dataclass(frozen=True)
class ChargeRule:
	"""What is asked of whom: `value` is a percentage of what is open, or an amount; `minimum` is of the whole charge.

	`grace_days`: an invoice is charged from the day after; `on_charges`: unpaid charges are charged too.
	"""

	kind: ChargeKind
	value: Decimal
	grace_days: int = 0
	minimum: Decimal = NOTHING
	on_charges: bool = False


@dataclass(frozen=True)
class OpenInvoice:
	"""An invoice of which something is owed; `is_charge` when it is a finance charge itself."""

	invoice: str
	due: date
	owed: Decimal
	is_charge: bool = False


@dataclass(frozen=True)
class ChargeLine:
	"""What one invoice is charged: `owed` is what counts of it, after the customer's credit was set against it."""

	invoice: str
	due: date
	days: int
	owed: Decimal
	charge: Decimal


@dataclass(frozen=True)
class Charge:
	"""A customer's charge of a month; `raised` is what the minimum adds to the lines."""

	lines: tuple[ChargeLine, ...]
	raised: Decimal = NOTHING

	@property
	def total(self) -> Decimal:
		"""What the customer is asked for."""
		return sum((line.charge for line in self.lines), self.raised)


def decide_charge(
	rule: ChargeRule,
	invoices: Sequence[OpenInvoice],
	credit: Decimal,
	today: date,
	exempt: bool = False,
	cent: Decimal = Decimal("0.01"),
) -> Charge | Refusal:
	"""What a customer is charged on a day, or why nothing.

	`credit` is what the customer has paid or been credited and what is not set against an invoice yet: it counts for the oldest first.
	"""
	if exempt:
		return Refusal("charge_exempt")
	left, lines = credit, []
	for one in sorted(invoices, key=lambda one: (one.due, one.invoice)):
		used = min(left, one.owed)
		left -= used
		days = (today - one.due).days
		if one.owed <= used or days <= rule.grace_days or (one.is_charge and not rule.on_charges):
			continue
		charge = _charge(rule, one.owed - used, cent)
		if charge:
			lines.append(ChargeLine(one.invoice, one.due, days, one.owed - used, charge))
	if not lines:
		return Refusal("charge_nothing", None, {"days": rule.grace_days})
	asked = sum((line.charge for line in lines), NOTHING)
	return Charge(tuple(lines), max(NOTHING, rule.minimum - asked))


def _charge(rule: ChargeRule, owed: Decimal, cent: Decimal) -> Decimal:
	return to_cents(owed * rule.value / 100 if rule.kind is ChargeKind.PERCENT else rule.value, cent)


def check_rule(rule: ChargeRule) -> Refusal | None:
	"""Whether a rule can be applied."""
	most = MOST_PERCENT if rule.kind is ChargeKind.PERCENT else None
	if rule.value <= 0 or (most is not None and rule.value > most):
		return Refusal("charge_value", "finance_charge_value")
	if rule.grace_days < 0:
		return Refusal("charge_grace", "finance_charge_grace")
	if rule.minimum < 0:
		return Refusal("charge_minimum", "finance_charge_minimum")
	return None


def month_of(today: date, day: int) -> str | None:
	"""The month, such as 2026-11, whose work is due by today when it is due on this day of the month; None before that.

	A day that the month does not have is its last one; a day on which nothing ran is made up for.
	"""
	last = monthrange(today.year, today.month)[1]
	return f"{today:%Y-%m}" if today.day >= min(max(day, 1), last) else None
