"""Deposits that a policy asks for: which line counts, what it comes to, until when it is kept, and what late money is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.deposit_rules import (
	Ahead,
	AskedOf,
	DepositDue,
	DepositRule,
	DepositState,
	DepositTerms,
	Ordered,
	check_deposit_rules,
	comes_late,
	decide_deposit,
	is_over,
	is_payable,
	possible_deposits,
)
from runbook_ops.core.fees import FeeKind
from runbook_ops.core.refusal import Refusal

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def percent(value, **more):
	return DepositRule(FeeKind.PERCENT, Decimal(value), **more)


def fixed(value, **more):
	return DepositRule(FeeKind.FIXED, Decimal(value), **more)


def ordered(price=80, hours=72, **more):
	return Ordered(NOW + hours * HOUR, NOW, Decimal(price), **more)


def terms(*rules, **more):
	return DepositTerms("House-v2", rules, **more)


@pytest.mark.parametrize(
	("rule", "visit", "amount"),
	[
		(percent(25), ordered(), "20"),
		(percent("33.333"), ordered(), "26.67"),
		(fixed(30), ordered(), "30"),
		(fixed(100), ordered(), "80"),
		(percent(15), ordered(4550, coin=Decimal(1)), "683"),
		(percent(20, from_price=Decimal(80)), ordered(), "16"),
		(percent(20, from_price=Decimal("80.01")), ordered(), None),
		(fixed(10, asked_of=AskedOf.NEW), ordered(visits=0), "10"),
		(fixed(10, asked_of=AskedOf.NEW), ordered(visits=1), None),
		(fixed(10, asked_of=AskedOf.MISSED), ordered(visits=0), None),
		(fixed(10, asked_of=AskedOf.MISSED), ordered(no_shows=1, visits=9), "10"),
		(fixed(10, ahead=Ahead.MORE, hours=72 * HOUR), ordered(hours=73), "10"),
		(fixed(10, ahead=Ahead.MORE, hours=72 * HOUR), ordered(hours=72), None),
		(fixed(10, ahead=Ahead.LESS, hours=72 * HOUR), ordered(hours=71), "10"),
		(fixed(10, ahead=Ahead.LESS, hours=72 * HOUR), ordered(hours=72), None),
		(fixed(10), ordered(0), None),
	],
)
def test_what_a_line_asks(rule, visit, amount):
	due = decide_deposit(terms(rule), visit)
	assert (due.amount if isinstance(due, DepositDue) else None) == (amount and Decimal(amount))


def test_the_first_line_that_fits_counts_and_is_named():
	rules = (
		percent(50, from_price=Decimal(500)),
		fixed(40, asked_of=AskedOf.MISSED),
		percent(10),
		percent(99),
	)
	due = decide_deposit(terms(*rules), ordered())
	assert (due.version, due.row, due.amount, due.price) == ("House-v2", 3, 8, 80)
	assert decide_deposit(terms(*rules), ordered(no_shows=2)).row == 2
	assert decide_deposit(terms(*rules), ordered(600, no_shows=2)).row == 1


def test_why_nothing_is_asked():
	group = frozenset({"Members", "All Customer Groups"})
	for found, code in (
		(decide_deposit(None, ordered()), "deposit_no_rule"),
		(decide_deposit(terms(), ordered()), "deposit_no_rule"),
		(decide_deposit(terms(fixed(10), free_group="Members"), ordered(groups=group)), "deposit_free_group"),
		(decide_deposit(terms(fixed(10, from_price=Decimal(99))), ordered()), "deposit_none_fits"),
		(decide_deposit(terms(percent(10)), ordered(0)), "deposit_no_price"),
	):
		assert isinstance(found, Refusal) and found.code == code
	others = ordered(groups=frozenset({"Walk-in"}))
	assert decide_deposit(terms(fixed(10), free_group="Members"), others).amount == 10


def test_the_time_is_kept_for_so_long_and_never_beyond_the_start():
	rule = terms(fixed(10), within=2 * HOUR)
	assert decide_deposit(rule, ordered()).due_at == NOW + 2 * HOUR
	assert decide_deposit(rule, ordered(hours=1)).due_at == NOW + HOUR
	assert decide_deposit(rule, ordered(hours=-1)).due_at == NOW


def test_who_is_not_known_yet_is_told_all_that_may_be_asked():
	rules = (
		fixed(40, asked_of=AskedOf.MISSED),
		fixed(15, asked_of=AskedOf.NEW),
		fixed(12, asked_of=AskedOf.NEW),
		fixed(5),
		fixed(1),
	)
	told = possible_deposits(terms(*rules), ordered())
	assert [(due.rule.asked_of, due.amount) for due in told] == [
		(AskedOf.MISSED, 40),
		(AskedOf.NEW, 15),
		(AskedOf.EVERYBODY, 5),
	]
	behind = possible_deposits(terms(fixed(5), fixed(9, asked_of=AskedOf.NEW)), ordered())
	assert [due.amount for due in behind] == [5], "a line behind that for everybody counts for nobody"
	assert possible_deposits(None, ordered()) == possible_deposits(terms(percent(5)), ordered(0)) == ()


MONEY = some.decimals("0.01", 5000, places=2)
RULES = some.lists(
	some.builds(
		DepositRule,
		kind=some.sampled_from(FeeKind),
		value=some.decimals("0.01", 100, places=2),
		from_price=some.decimals(0, 3000, places=2),
		asked_of=some.sampled_from(AskedOf),
		ahead=some.sampled_from(Ahead),
		hours=some.integers(1, 200).map(lambda hours: hours * HOUR),
	),
	max_size=5,
)


@given(RULES, MONEY, some.integers(0, 300), some.integers(0, 2), some.integers(0, 2))
def test_what_is_asked_was_told_before_and_is_never_more_than_the_price(
	rules, price, hours, visits, no_shows
):
	visit = ordered(price, hours, visits=visits, no_shows=no_shows)
	due = decide_deposit(terms(*rules), visit)
	if isinstance(due, Refusal):
		assert due.code in ("deposit_no_rule", "deposit_none_fits", "deposit_no_price")
		return
	assert 0 < due.amount <= price and due.amount == due.amount.quantize(Decimal("0.01"))
	assert NOW <= due.due_at <= max(visit.start, NOW)
	told = possible_deposits(terms(*rules), ordered(price, hours))
	assert due.rule.asked_of in {one.rule.asked_of for one in told}
	assert rules[due.row - 1] == due.rule


# -- as it goes on


@pytest.mark.parametrize(
	("status", "state", "withdrawn", "payable", "late"),
	[
		("Held", "Asked", False, True, False),
		("Requested", "Asked", False, True, False),
		("Confirmed", "Paid", False, True, False),
		("Confirmed", "Paid", True, True, True),
		("Confirmed", "Set aside", True, True, True),
		("Cancelled", "Not paid in time", True, True, True),
		("Cancelled", "Withdrawn", False, True, True),
		("Cancelled", None, True, False, False),
		("Confirmed", None, True, True, False),
		("Requested", "", False, False, False),
	],
)
def test_money_that_comes_late_is_booked_and_told(status, state, withdrawn, payable, late):
	assert (is_payable(status, state), comes_late(status, state, withdrawn)) == (payable, late)


def test_a_time_is_given_back_only_while_it_is_held_and_waited_for():
	past, ahead = NOW - HOUR, NOW + HOUR
	assert is_over("Held", "Asked", past, NOW) and is_over("Held", "Asked", NOW, NOW)
	assert not is_over("Held", "Asked", ahead, NOW) and not is_over("Held", "Asked", None, NOW)
	for status in set(BookingStatus) - {"Held"}:
		assert not is_over(status, "Asked", past, NOW)
	for state in {*DepositState, None} - {"Asked"}:
		assert not is_over("Held", state, past, NOW)


@pytest.mark.parametrize(
	("rule", "code"),
	[
		(fixed(0), "deposit_rule_amount"),
		(percent("100.01"), "deposit_rule_amount"),
		(fixed(5, from_price=Decimal(-1)), "deposit_rule_price"),
		(fixed(5, ahead=Ahead.LESS), "deposit_rule_hours"),
		(fixed(5), None),
		(percent(100, ahead=Ahead.MORE, hours=HOUR), None),
	],
)
def test_lines_that_can_not_be_applied_are_refused(rule, code):
	found = check_deposit_rules((fixed(1), rule), HOUR)
	assert (found.code if found else None) == code
	assert not found or found.values["row"] == 2
	assert check_deposit_rules((fixed(1),), timedelta(0)).code == "deposit_rule_within"
	assert check_deposit_rules((), timedelta(0)) is None
