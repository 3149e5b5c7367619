"""What customers owe: how old it is, what a promise to pay has come to, and what may be collected or written off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from .refusal import Refusal

ALWAYS_WRITES_OFF = "Runbook Manager"
FARTHEST_PROMISE = timedelta(days=366)


class Age(StrEnum):
	"""How long something has been due; what is due today counts as 0 days."""

	NOT_DUE = "not_due"
	TO_30 = "to_30"
	TO_60 = "to_60"
	TO_90 = "to_90"
	OVER_90 = "over_90"


OLDEST = ((30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))
"""How many days overdue each age goes up to."""


def age_of(due: date, today: date) -> Age:
	"""The column of an ageing by due date, as ERPNext's Accounts Receivable counts it."""
	days = (today - due).days
	if days < 0:
		return Age.NOT_DUE
	return next((age for most, age in OLDEST if days <= most), Age.OVER_90)


class PromiseStatus(StrEnum):
	OPEN = "Open"
	KEPT = "Kept"
	BROKEN = "Broken"
	REPLACED = "Replaced"


@dataclass(frozen=True)
class Promise:
	"""A customer's word to pay so much of an invoice by a day, of which `owed` was open when it was given."""

	amount: Decimal
	day: date
	owed: Decimal


def check_promise(promise: Promise, today: date) -> Refusal | None:
	"""Whether a promise can be noted: for what is owed, for today or a day ahead."""
	if promise.owed <= 0:
		return Refusal("receivable_settled", "sales_invoice")
	if promise.day < today:
		return Refusal("promise_past", "promised_for", {"today": today})
	if promise.day - today > FARTHEST_PROMISE:
		return Refusal("promise_far", "promised_for", {"most": today + FARTHEST_PROMISE})
	if not promise.amount.is_finite() or not 0 < promise.amount <= promise.owed:
		return Refusal("promise_amount", "amount", {"owed": promise.owed})
	return None


def last_day(promise: Promise, grace_days: int) -> date:
	"""The day by which the ledger has to show the money: a transfer that is sent on the day takes some."""
	return promise.day + timedelta(days=grace_days)


def judge_promise(promise: Promise, owed: Decimal, today: date, grace_days: int) -> PromiseStatus:
	"""What a promise has come to; `owed` is what the ledger shows by today, or by its last day once that is over."""
	if promise.owed - owed >= promise.amount:
		return PromiseStatus.KEPT
	return PromiseStatus.BROKEN if today > last_day(promise, grace_days) else PromiseStatus.OPEN


def check_amount(amount: Decimal, owed: Decimal, seen: Decimal | None, coin: Decimal) -> Refusal | None:
	"""Whether so much can be collected or written off; `seen` is what was owed when it was decided, so that nothing happens twice."""
	if owed <= 0:
		return Refusal("receivable_settled", "sales_invoice")
	if seen is not None and seen != owed:
		return Refusal("receivable_changed", "owed", {"seen": seen, "owed": owed})
	if not amount.is_finite() or not 0 < amount <= owed or amount % coin:
		return Refusal("receivable_amount", "amount", {"owed": owed})
	return None


def may_write_off(roles: Collection[str], role: str | None) -> bool:
	"""Whether somebody with these roles may write off, where the settings name this role beside managers."""
	return ALWAYS_WRITES_OFF in roles or bool(role and role in roles)
