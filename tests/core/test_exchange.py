"""What an invoice in another currency owes, and what its payments come to."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runbook_ops.core.currencies import coin_of
from runbook_ops.core.exchange import Debt, Receipt, rates_needed, receipt_of


def debt(currency="EUR", kept_in="USD", total="100", kept="110", owed=None):
	return Debt(currency, kept_in, D(total), D(kept), D(kept if owed is None else owed))


OWN = debt(kept_in="EUR", kept="100")
WRITTEN = debt()
HOME = debt(currency="USD", kept="100")
RATES = {"EUR": D("1.2"), "GBP": D("1.5")}

RECEIPTS = {
	"kept in euro, into euro": (OWN, "EUR", {"EUR"}, Receipt(D(50), D(50), D("1.2"), D("1.2"))),
	"kept in euro, into the company's": (OWN, "USD", {"EUR"}, Receipt(D(50), D("60.00"), D("1.2"))),
	"kept in euro, into pounds": (OWN, "GBP", {"EUR", "GBP"}, Receipt(D(50), D("40.00"), D("1.2"), D("1.5"))),
	"written in euro, into euro": (WRITTEN, "EUR", {"EUR"}, Receipt(D("55.00"), D(50), D(1), D("1.2"))),
	"written in euro, into the company's": (WRITTEN, "USD", set(), Receipt(D("55.00"), D("55.00"))),
	"written in euro, into pounds": (
		WRITTEN,
		"GBP",
		{"EUR", "GBP"},
		Receipt(D("55.00"), D("40.00"), D(1), D("1.5")),
	),
	"the company's, into the company's": (HOME, "USD", set(), Receipt(D(50), D(50))),
	"the company's, into pounds": (HOME, "GBP", {"GBP"}, Receipt(D(50), D("33.33"), D(1), D("1.5"))),
}


@pytest.mark.parametrize("case", RECEIPTS)
def test_what_half_of_an_invoice_comes_to(case):
	owed, taken_in, needed, expected = RECEIPTS[case]
	assert rates_needed(owed, "USD", taken_in) == needed
	rates = {name: RATES[name] for name in needed}
	assert receipt_of(owed, D(50), "USD", taken_in, rates) == expected


def test_a_debt_in_yen_is_whole_and_nothing_is_lost_on_the_way():
	yen = debt("JPY", "USD", "10000", "67.00")
	assert yen.owed == 10000 and yen.in_account(D(3333)) == D("22.33")
	rest = debt("JPY", "USD", "10000", "67.00", "44.67")
	assert rest.owed == 6667 and rest.in_account(D(6667)) == D("44.67")
	assert debt("JPY", "JPY", "10000", "10000", "2500").owed == 2500


def test_the_whole_of_a_cheap_currency_is_its_total_and_not_its_value_turned_back():
	rupees = debt("INR", "USD", "1001.37", "12.02")
	assert rupees.owed == D("1001.37") and rupees.in_account(D("1001.37")) == D("12.02")


def test_a_debt_is_told_in_the_accounts_currency_where_that_is_asked_for():
	assert (WRITTEN.told_in("USD").owed, WRITTEN.told_in("USD").currency) == (D(110), "USD")
	assert WRITTEN.told_in("EUR") is WRITTEN and OWN.told_in("EUR") == OWN


def test_an_invoice_of_nothing_owes_nothing():
	assert debt(total="0", kept="0").owed == 0 and debt(total="0", kept="0").in_account(D(0)) == 0


cents = some.integers(1, 10**7).map(lambda number: D(number) / 100)
rates = some.sampled_from(["0.0067", "0.012", "0.9", "1", "1.08765", "1.3", "163.21"]).map(D)


@given(cents, rates, some.sampled_from(["EUR", "JPY"]), some.lists(some.integers(1, 99), max_size=4))
def test_parts_and_the_rest_always_empty_the_account(total, rate, currency, shares):
	"""Whatever is paid in between, what is then owed settles all that the account shows, and nothing goes below."""
	total = total.quantize(coin_of(currency))
	kept = (total * rate).quantize(D("0.01"))
	left = kept
	for share in shares:
		one = Debt(currency, "USD", total, kept, left)
		part = (one.owed * share / 100).quantize(coin_of(currency))
		left -= one.in_account(part) if 0 < part < one.owed else 0
		assert 0 <= left <= kept
	last = Debt(currency, "USD", total, kept, left)
	assert left - last.in_account(last.owed) == 0 and last.owed <= total
