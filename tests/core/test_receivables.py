"""What customers owe by age, promises judged by the ledger, and what may be collected or written off."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.receivables import (
	Age,
	Promise,
	PromiseStatus,
	age_of,
	check_amount,
	check_promise,
	judge_promise,
	last_day,
	may_write_off,
)

TODAY = date(2026, 11, 22)
CENT = Decimal("0.01")
WORD = Promise(Decimal(50), TODAY + timedelta(days=3), Decimal(80))


@pytest.mark.parametrize(
	("overdue", "age"),
	[
		(-1, Age.NOT_DUE),
		(0, Age.TO_30),
		(30, Age.TO_30),
		(31, Age.TO_60),
		(60, Age.TO_60),
		(61, Age.TO_90),
		(90, Age.TO_90),
		(91, Age.OVER_90),
		(4000, Age.OVER_90),
	],
)
def test_ages_as_erpnext_counts_them(overdue, age):
	assert age_of(TODAY - timedelta(days=overdue), TODAY) is age


def code(refusal):
	return refusal and refusal.code


@pytest.mark.parametrize(
	("amount", "ahead", "owed", "expected"),
	[
		("80", 0, "80", None),
		("0.01", 366, "80", None),
		("80.01", 0, "80", "promise_amount"),
		("0", 0, "80", "promise_amount"),
		("NaN", 0, "80", "promise_amount"),
		("80", -1, "80", "promise_past"),
		("80", 367, "80", "promise_far"),
		("80", 0, "0", "receivable_settled"),
	],
)
def test_what_can_be_promised(amount, ahead, owed, expected):
	promise = Promise(Decimal(amount), TODAY + timedelta(days=ahead), Decimal(owed))
	assert code(check_promise(promise, TODAY)) == expected


@pytest.mark.parametrize(
	("owed", "after", "status"),
	[
		("80", 0, PromiseStatus.OPEN),
		("30", 0, PromiseStatus.KEPT),
		("30.01", 0, PromiseStatus.OPEN),
		("0", 0, PromiseStatus.KEPT),
		("80", 5, PromiseStatus.OPEN),
		("30.01", 6, PromiseStatus.BROKEN),
		("30", 6, PromiseStatus.KEPT),
	],
)
def test_the_ledger_decides(owed, after, status):
	assert judge_promise(WORD, Decimal(owed), TODAY + timedelta(days=after), grace_days=2) is status
	assert last_day(WORD, 2) == TODAY + timedelta(days=5)


@pytest.mark.parametrize(
	("amount", "owed", "seen", "expected"),
	[
		("80", "80", None, None),
		("80", "80", "80", None),
		("1", "80", "81", "receivable_changed"),
		("80.01", "80", None, "receivable_amount"),
		("0.005", "80", None, "receivable_amount"),
		("-1", "80", None, "receivable_amount"),
		("Infinity", "80", None, "receivable_amount"),
		("1", "0", None, "receivable_settled"),
		("1", "-5", "80", "receivable_settled"),
	],
)
def test_amounts(amount, owed, seen, expected):
	refusal = check_amount(Decimal(amount), Decimal(owed), seen and Decimal(seen), CENT)
	assert code(refusal) == expected


def test_who_may_write_off():
	assert may_write_off({"Runbook Manager"}, "Accounts Manager")
	assert may_write_off({"Accounts Manager"}, "Accounts Manager")
	assert not may_write_off({"Accounts User"}, "Accounts Manager")
	assert not may_write_off({"Accounts User"}, "")


@given(st.integers(-500, 500), st.integers(-500, 500))
def test_what_is_older_is_never_in_a_younger_column(one, other):
	order = list(Age)
	older, younger = max(one, other), min(one, other)
	columns = [order.index(age_of(TODAY - timedelta(days=days), TODAY)) for days in (younger, older)]
	assert columns == sorted(columns)
