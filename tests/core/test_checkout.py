"""Baskets, prices and payments, without a site."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.basket_input import Sold, Unreadable, names_in, read_basket
from runbook_ops.core.checkout import (
	Basket,
	Line,
	LineKind,
	Rights,
	Tender,
	Tip,
	check_basket,
	check_prices,
	settle,
)
from runbook_ops.core.refusal import Refusal

CUT = Line("1", LineKind.SERVICE, "CUT", rate=Decimal(80), service="Cut")
MONEY = st.decimals(0, 500, places=2)


def code(outcome):
	return outcome.code if isinstance(outcome, Refusal) else None


@pytest.mark.parametrize(
	("basket", "expected"),
	[
		(Basket((CUT,)), None),
		(Basket(()), "checkout_empty"),
		(Basket((), tips=(Tip("Anna", Decimal(5)),)), None),
		(Basket((CUT, CUT)), "checkout_line_twice"),
		(Basket((replace(CUT, qty=Decimal(0)),)), "checkout_quantity"),
		(Basket((replace(CUT, rate=Decimal(-1)),)), "checkout_rate"),
		(Basket((replace(CUT, discount=Decimal(101)),)), "checkout_discount"),
		(Basket((replace(CUT, qty=Decimal(2), redeem="PK-1"),)), "checkout_redeem_service"),
		(Basket((replace(CUT, kind=LineKind.PRODUCT, redeem="PK-1"),)), "checkout_redeem_service"),
		(Basket((CUT,), tips=(Tip("Anna", Decimal("0.001")),)), "checkout_amount"),
		(Basket((CUT,), tenders=(Tender("Cash", Decimal(0)),)), "checkout_amount"),
		(Basket((CUT,), discount_percent=Decimal(-1)), "checkout_discount_all"),
		(Basket((CUT,), discount_percent=Decimal(5), discount_amount=Decimal(5)), "checkout_two_discounts"),
	],
)
def test_what_a_basket_can_be(basket, expected):
	assert code(check_basket(basket)) == expected


@pytest.mark.parametrize(
	("line", "basket", "allowed"),
	[
		({"rate": Decimal(72)}, {}, True),
		({"rate": Decimal(71)}, {}, False),
		({"discount": Decimal(10)}, {}, True),
		({"discount": Decimal(11)}, {}, False),
		({"discount": Decimal(5)}, {"discount_percent": Decimal(6)}, False),
		({}, {"discount_amount": Decimal(8)}, True),
		({}, {"discount_amount": Decimal(9)}, False),
		({"rate": Decimal(10), "redeem": "PK-1"}, {}, True),
	],
)
def test_front_desk_may_go_so_far_below_the_list(line, basket, allowed):
	given_basket = Basket((replace(CUT, **line),), **basket)
	listed = {"1": Decimal(80)}
	assert (check_prices(given_basket, listed, Rights(Decimal(10))) is None) is allowed
	assert check_prices(given_basket, listed, Rights()) is None


def test_change_is_of_cash_and_tips_come_first():
	card, cash = Tender("Card", Decimal(50)), Tender("Cash", Decimal(60), is_cash=True)
	found = settle(Decimal(100), Decimal(5), (card, cash))
	assert [(one.mode, one.invoice, one.tip) for one in found.payments] == [
		("Card", Decimal(50), Decimal(0)),
		("Cash", Decimal(50), Decimal(5)),
	]
	assert (found.change, found.owed) == (Decimal(5), Decimal(0))
	assert code(settle(Decimal(40), Decimal(0), (card,))) == "checkout_too_much"
	assert code(settle(Decimal(40), Decimal(60), (card,))) == "checkout_tip_unpaid"
	assert settle(Decimal(40), Decimal(0), (cash, cash)).payments[0].invoice == Decimal(40)


@given(MONEY, MONEY, st.lists(st.tuples(MONEY, st.booleans()), max_size=5))
def test_every_cent_of_a_tender_goes_somewhere(due, tips, given_tenders):
	tenders = tuple(Tender(f"{number}", amount, cash) for number, (amount, cash) in enumerate(given_tenders))
	found = settle(due, tips, tenders)
	if isinstance(found, Refusal):
		return
	paid = sum(one.invoice + one.tip for one in found.payments)
	assert paid + found.change == sum(tender.amount for tender in tenders)
	assert sum(one.tip for one in found.payments) == tips
	assert sum(one.invoice for one in found.payments) + found.owed == due
	assert found.change <= sum(tender.amount for tender in tenders if tender.is_cash)
	assert not (found.change and found.owed)


ROW = {"key": "1", "kind": "Service", "name": "Cut", "rate": 80}
ITEMS = {(LineKind.SERVICE, "Cut"): Sold("CUT"), (LineKind.PACKAGE, "Ten"): Sold("TEN", 10)}


def test_a_basket_is_read():
	data = {
		"lines": [
			{**ROW, "resource": "Anna", "discount": "5"},
			{"key": "2", "kind": "Package", "name": "Ten", "rate": 900},
		],
		"tenders": [{"mode": "Cash", "amount": "100.50"}, {"mode": "Card", "amount": 7, "reference": "A1"}],
		"tips": [{"resource": "Anna", "amount": 5}],
	}
	assert names_in(data) == [(LineKind.SERVICE, "Cut"), (LineKind.PACKAGE, "Ten")]
	basket = read_basket(data, ITEMS, ["Cash"])
	assert basket.lines == (
		Line("1", LineKind.SERVICE, "CUT", Decimal(1), Decimal(80), Decimal(5), "Cut", "Anna"),
		Line("2", LineKind.PACKAGE, "TEN", Decimal(10), Decimal(90)),
	)
	assert basket.tenders == (
		Tender("Cash", Decimal("100.50"), True),
		Tender("Card", Decimal(7), False, "A1"),
	)


def test_a_line_of_the_booking_keeps_its_variant():
	own = Line("1", LineKind.SERVICE, "CUT-LONG", service="Cut", text="Cut, long")
	(line,) = read_basket({"lines": [ROW]}, ITEMS, [], {"1": own}).lines
	assert (line.item, line.text) == ("CUT-LONG", "Cut, long")
	(line,) = read_basket({"lines": [ROW]}, ITEMS, [], {"1": replace(own, service="Colour")}).lines
	assert line.item == "CUT"


@pytest.mark.parametrize(
	("data", "field"),
	[
		(None, "basket"),
		([], "basket"),
		({"lines": "x"}, "lines"),
		({"lines": ["x"]}, "lines 1"),
		({"lines": [ROW] * 201}, "lines"),
		({"lines": [{**ROW, "kind": "Gift"}]}, "lines 1, kind"),
		({"lines": [{**ROW, "kind": None}]}, "lines 1, kind"),
		({"lines": [{**ROW, "name": "Perm"}]}, "lines 1, name"),
		({"lines": [{**ROW, "key": ""}]}, "lines 1, key"),
		({"lines": [{**ROW, "key": 7}]}, "lines 1, key"),
		({"lines": [{**ROW, "text": "x" * 141}]}, "lines 1, text"),
		({"lines": [{**ROW, "qty": "many"}]}, "lines 1, qty"),
		({"lines": [{**ROW, "qty": "nan"}]}, "lines 1, qty"),
		({"lines": [{**ROW, "qty": "1e99"}]}, "lines 1, qty"),
		({"lines": [{**ROW, "rate": True}]}, "lines 1, rate"),
		({"lines": [{**ROW, "rate": []}]}, "lines 1, rate"),
		({"tenders": [{"amount": 5}]}, "tenders 1, mode"),
		({"tenders": [{"mode": "Cash"}]}, "tenders 1, amount"),
		({"tips": [{"resource": "Anna", "amount": "-"}]}, "tips 1, amount"),
		({"discount_percent": "half"}, "discount_percent"),
	],
)
def test_what_is_no_basket_is_named_by_its_field(data, field):
	with pytest.raises(Unreadable) as error:
		names_in(data)
		read_basket(data, ITEMS, ["Cash"])
	assert error.value.refusal.field == field
