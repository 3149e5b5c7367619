"""Which line of a price list counts."""

from datetime import date
from decimal import Decimal

from runbook_ops.core.prices import ListPrice, choose_price

OLD = ListPrice("CUT", Decimal(50))
NEW = ListPrice("CUT", Decimal(55), valid_from=date(2026, 1, 1))
HERS = ListPrice("CUT", Decimal(40), customer="Ada")


def test_a_newer_price_counts_before_an_older_one():
	assert choose_price((NEW, OLD), None) == 55
	assert choose_price((OLD, NEW), None) == 55


def test_the_customers_own_price_counts_for_the_customer_only():
	assert choose_price((NEW, HERS, OLD), "Ada") == 40
	assert choose_price((NEW, HERS), "Ben") == 55
	assert choose_price((HERS,), "Ben") is None
