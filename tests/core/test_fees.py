"""Fees for missed and late cancelled visits: the decision table, and what a deposit pays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from runbook_ops.core.fees import (
	Cause,
	DepositRest,
	FeeDue,
	FeeKind,
	FeeRule,
	FeeTerms,
	Lapse,
	check_rules,
	decide_fee,
	fee_if_cancelled,
	may_waive,
	notice_text,
	with_tax,
)

START = datetime(2026, 12, 1, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def percent(value, cause=Cause.LATE, hours=0):
	return FeeRule(cause, FeeKind.PERCENT, Decimal(value), hours * HOUR)


def fixed(value, cause=Cause.LATE, hours=0):
	return FeeRule(cause, FeeKind.FIXED, Decimal(value), hours * HOUR)


TERMS = FeeTerms("Standard-v3", (percent(50, hours=24), percent(100, hours=2), percent(100, Cause.NO_SHOW)))
MISSED = Lapse("No-show", START, Decimal(80))


def cancelled(hours_before, **values):
	values = {"cancelled_by": "Customer", "price": Decimal(80), **values}
	return Lapse("Cancelled", START, cancelled_at=START - hours_before * HOUR, **values)


@pytest.mark.parametrize(
	("lapse", "fee", "cause"),
	[
		(MISSED, 80, Cause.NO_SHOW),
		(cancelled(23.99), 40, Cause.LATE),
		(cancelled(2), 40, Cause.LATE),
		(cancelled(1.99), 80, Cause.LATE),
		(cancelled(0), 80, Cause.LATE),
		(cancelled(-1), 80, Cause.LATE),
	],
)
def test_the_narrowest_band_applies(lapse, fee, cause):
	due = decide_fee(TERMS, lapse)
	assert (due.fee, due.cause, due.version) == (fee, cause, "Standard-v3")
	assert due.notice == (None if cause is Cause.NO_SHOW else START - lapse.cancelled_at)


@pytest.mark.parametrize(
	("terms", "lapse", "code"),
	[
		(TERMS, cancelled(24), "fee_in_time"),
		(TERMS, cancelled(1, cancelled_by="Staff"), "fee_cancelled_by_us"),
		(TERMS, cancelled(1, was_confirmed=False), "fee_not_confirmed"),
		(TERMS, cancelled(1, price=Decimal(0)), "fee_nothing"),
		(TERMS, replace(MISSED, status="Completed"), "fee_not_missed"),
		(TERMS, replace(MISSED, decided="BF-1"), "fee_decided"),
		(None, MISSED, "fee_no_policy"),
		(None, None, "fee_no_policy"),
		(FeeTerms("A-v1", (percent(50, hours=24),)), MISSED, "fee_no_rule"),
		(FeeTerms("A-v1", (percent(50, Cause.NO_SHOW),)), cancelled(1), "fee_no_rule"),
	],
)
def test_what_costs_nothing_and_why(terms, lapse, code):
	assert decide_fee(terms, lapse).code == code


@pytest.mark.parametrize(
	("rule", "price", "fee"),
	[
		(percent("33.3", Cause.NO_SHOW), "79.95", "26.62"),
		(percent("50", Cause.NO_SHOW), "0.01", "0.01"),
		(fixed("25", Cause.NO_SHOW), "80", "25"),
		(fixed("25", Cause.NO_SHOW), "0", "25"),
	],
)
def test_fees_are_whole_cents(rule, price, fee):
	assert decide_fee(FeeTerms("A-v1", (rule,)), replace(MISSED, price=Decimal(price))).fee == Decimal(fee)


@pytest.mark.parametrize(
	("deposit", "split"), [(0, (0, 80, 0)), (30, (30, 50, 0)), (80, (80, 0, 0)), (100, (80, 0, 20))]
)
def test_a_deposit_pays_first_and_its_rest_is_told(deposit, split):
	due = decide_fee(TERMS, replace(MISSED, deposit=Decimal(deposit)))
	assert (due.from_deposit, due.owed, due.rest) == split
	assert due.from_deposit + due.owed == due.fee


@pytest.mark.parametrize(("used", "free"), [(0, True), (1, True), (2, False)])
def test_free_passes_first(used, free):
	due = decide_fee(replace(TERMS, free_passes=2), replace(MISSED, deposit=Decimal(30), passes_used=used))
	assert isinstance(due, FeeDue)
	assert due.free_pass is free
	assert (due.from_deposit, due.owed, due.rest) == ((0, 0, 30) if free else (30, 50, 0))
	assert due.passes_used == (used + 1 if free else used)


@pytest.mark.parametrize(
	("rules", "code"),
	[
		((percent(0, Cause.NO_SHOW),), "fee_rule_amount"),
		((percent(101, Cause.NO_SHOW),), "fee_rule_amount"),
		((fixed(-1, Cause.NO_SHOW),), "fee_rule_amount"),
		((percent(50),), "fee_rule_notice"),
		((percent(50, hours=24), fixed(9, hours=24)), "fee_rule_twice"),
		((percent(50, Cause.NO_SHOW), fixed(9, Cause.NO_SHOW)), "fee_rule_twice"),
		((fixed(101, Cause.NO_SHOW), *TERMS.rules[:2]), None),
	],
)
def test_rules_that_can_be_applied(rules, code):
	refusal = check_rules(rules)
	assert (refusal and refusal.code) == code


def test_who_may_waive():
	assert may_waive(["Runbook Manager"], None)
	assert may_waive(["Desk Lead"], "Desk Lead")
	assert not may_waive(["Runbook Front Desk"], "Desk Lead")
	assert not may_waive(["Runbook Front Desk"], None)


def test_a_notice_never_looks_longer_than_it_was():
	assert notice_text(timedelta(hours=23, minutes=59, seconds=59)) == "23.9"
	assert notice_text(timedelta(hours=2)) == "2"
	assert DepositRest("Given back") is DepositRest.GIVE_BACK


def test_what_it_would_cost_to_cancel_now():
	ahead = Lapse("Confirmed", START, Decimal(80), deposit=Decimal(30))
	due = fee_if_cancelled(TERMS, ahead, START - 5 * HOUR)
	assert due == decide_fee(TERMS, cancelled(5, deposit=Decimal(30)))
	assert (due.fee, due.from_deposit, due.owed, due.asked) == (40, 30, 10, "40.00")
	assert fee_if_cancelled(TERMS, ahead, START - 24 * HOUR) is None
	assert fee_if_cancelled(TERMS, replace(ahead, was_confirmed=False), START - 5 * HOUR) is None
	assert fee_if_cancelled(None, ahead, START) is None
	assert fee_if_cancelled(replace(TERMS, free_passes=1), ahead, START - 5 * HOUR).asked == ""


@pytest.mark.parametrize(
	("deposit", "total", "tax", "added", "used", "owed", "rest"),
	[
		(0, 88, 8, True, 0, 88, 0),
		(30, 88, 8, True, 30, 58, 0),
		(100, 88, 8, True, 88, 0, 12),
		(100, 80, "7.27", False, 80, 0, 20),
	],
)
def test_a_deposit_pays_of_the_fee_with_its_tax(deposit, total, tax, added, used, owed, rest):
	due = with_tax(decide_fee(TERMS, replace(MISSED, deposit=Decimal(deposit))), Decimal(total), Decimal(tax))
	assert (due.fee, due.tax, due.is_added) == (total, Decimal(tax), added)
	assert (due.from_deposit, due.owed, due.rest) == (used, owed, rest)
	assert due.asked == f"{total}.00"
