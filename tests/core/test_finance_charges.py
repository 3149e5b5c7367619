"""What customers are charged for paying late: by percent or amount, once, in whole cents, never on charges by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.finance_charges import (
	Charge,
	ChargeKind,
	ChargeRule,
	OpenInvoice,
	check_rule,
	decide_charge,
	month_of,
)
from runbook_ops.core.refusal import Refusal

TODAY = date(2026, 11, 22)
PERCENT = ChargeRule(ChargeKind.PERCENT, Decimal("1.5"), grace_days=30)
FIXED = ChargeRule(ChargeKind.FIXED, Decimal(15), grace_days=30)
NOTHING = Decimal(0)


def open_invoice(owed, overdue=40, name="INV-1", **more):
	return OpenInvoice(name, TODAY - timedelta(days=overdue), Decimal(str(owed)), **more)


def charged(rule, *invoices, credit=0, **more):
	found = decide_charge(rule, invoices, Decimal(str(credit)), TODAY, **more)
	return found.code if isinstance(found, Refusal) else found


def test_percent_of_each_open_invoice_in_cents():
	found = charged(PERCENT, open_invoice(80), open_invoice("33.33", 60, "INV-0"))
	assert [(line.invoice, line.days, line.charge) for line in found.lines] == [
		("INV-0", 60, Decimal("0.50")),
		("INV-1", 40, Decimal("1.20")),
	]
	assert (found.raised, found.total) == (0, Decimal("1.70"))


def test_a_fixed_amount_for_each():
	assert charged(FIXED, open_invoice(80), open_invoice(5, 31, "INV-2")).total == 30


@pytest.mark.parametrize("overdue", [-5, 0, 29, 30])
def test_nothing_within_the_days_of_grace(overdue):
	assert charged(PERCENT, open_invoice(80, overdue)) == "charge_nothing"
	assert charged(PERCENT, open_invoice(80, 31)).total == Decimal("1.20")


def test_the_minimum_is_of_the_whole_charge():
	rule = ChargeRule(ChargeKind.PERCENT, Decimal("1.5"), 30, minimum=Decimal(5))
	found = charged(rule, open_invoice(80), open_invoice(20, name="INV-2"))
	assert (found.raised, found.total) == (Decimal("3.50"), 5)
	assert charged(rule, open_invoice(80, 10)) == "charge_nothing"
	assert charged(rule, open_invoice(1000)).total == 15


def test_never_on_charges_unless_the_rule_says_so():
	late = open_invoice(1000, is_charge=True)
	assert charged(PERCENT, late) == "charge_nothing"
	assert charged(PERCENT, late, open_invoice(80, name="INV-2")).total == Decimal("1.20")
	again = ChargeRule(ChargeKind.PERCENT, Decimal("1.5"), 30, on_charges=True)
	assert charged(again, late).total == 15


def test_exempt_customers():
	assert charged(PERCENT, open_invoice(80), exempt=True) == "charge_exempt"


def test_credit_counts_for_the_oldest_first():
	invoices = open_invoice(100, 90, "OLD"), open_invoice(100, 40, "NEW")
	found = charged(PERCENT, *invoices, credit=120)
	assert [(line.invoice, line.owed, line.charge) for line in found.lines] == [("NEW", 80, Decimal("1.20"))]
	assert charged(PERCENT, *invoices, credit=200) == "charge_nothing"


def test_a_currency_without_cents():
	found = charged(PERCENT, open_invoice(8051), cent=Decimal(1))
	assert found.total == 121


@pytest.mark.parametrize(
	("kind", "value", "grace", "minimum", "expected"),
	[
		(ChargeKind.PERCENT, 1.5, 0, 0, None),
		(ChargeKind.PERCENT, 101, 0, 0, "charge_value"),
		(ChargeKind.FIXED, 500, 0, 0, None),
		(ChargeKind.FIXED, 0, 0, 0, "charge_value"),
		(ChargeKind.FIXED, 5, -1, 0, "charge_grace"),
		(ChargeKind.FIXED, 5, 0, -1, "charge_minimum"),
	],
)
def test_rules(kind, value, grace, minimum, expected):
	refusal = check_rule(ChargeRule(kind, Decimal(str(value)), grace, Decimal(minimum)))
	assert (refusal and refusal.code) == expected


@pytest.mark.parametrize(
	("today", "day", "month"),
	[
		(date(2026, 11, 1), 1, "2026-11"),
		(date(2026, 11, 14), 15, None),
		(date(2026, 11, 29), 15, "2026-11"),
		(date(2026, 2, 27), 31, None),
		(date(2026, 2, 28), 31, "2026-02"),
		(date(2026, 11, 1), 0, "2026-11"),
	],
)
def test_the_month_that_is_due(today, day, month):
	assert month_of(today, day) == month


MONEY = st.decimals(min_value="0.01", max_value="5000", places=2)


@given(
	st.lists(st.tuples(MONEY, st.integers(-40, 200), st.booleans()), max_size=6),
	st.decimals(min_value=0, max_value=9000, places=2),
	st.decimals(min_value="0.01", max_value=20, places=2),
	st.integers(0, 60),
)
def test_any_charge_is_of_what_is_open_and_late(rows, credit, percent, grace):
	invoices = [
		OpenInvoice(f"I{n}", TODAY - timedelta(days=days), owed, is_charge)
		for n, (owed, days, is_charge) in enumerate(rows)
	]
	found = decide_charge(ChargeRule(ChargeKind.PERCENT, percent, grace), invoices, credit, TODAY)
	if not isinstance(found, Charge):
		return
	known = {one.invoice: one for one in invoices}
	assert len({line.invoice for line in found.lines}) == len(found.lines)
	for line in found.lines:
		one = known[line.invoice]
		assert line.days > grace and not one.is_charge and 0 < line.owed <= one.owed
		assert line.charge == line.charge.quantize(Decimal("0.01")) > 0
	open_in_all = sum((one.owed for one in invoices), NOTHING)
	assert sum((line.owed for line in found.lines), NOTHING) <= open_in_all - min(credit, open_in_all)
