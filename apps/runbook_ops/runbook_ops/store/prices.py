"""Item Prices as the core wants them, from one query."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import frappe

from ..core.prices import ListPrice, choose_price

LINES = """select price.item_code, price.price_list_rate, price.customer, price.valid_from from `tabItem Price` price
	join `tabItem` item on item.name = price.item_code
	where price.item_code in %(items)s and price.price_list = %(price_list)s and price.selling = 1
	and ifnull(price.customer, '') in ('', %(customer)s) and ifnull(price.batch_no, '') = ''
	and ifnull(price.uom, '') in ('', item.stock_uom) and price.currency = %(currency)s
	and ifnull(price.valid_from, %(day)s) <= %(day)s and ifnull(price.valid_upto, %(day)s) >= %(day)s"""


def price_list_for(customer: str | None, company: str | None) -> str | None:
	"""The customer's price list, else that of the customer's group, the settings, the selling settings.

	One in another currency than the company's is passed over.
	"""
	group = frappe.get_cached_value("Customer", customer, "customer_group") if customer else None
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	names = (
		customer and frappe.get_cached_value("Customer", customer, "default_price_list"),
		group and frappe.get_cached_value("Customer Group", group, "default_price_list"),
		frappe.db.get_single_value("Runbook Settings", "price_list", cache=True),
		frappe.db.get_single_value("Selling Settings", "selling_price_list", cache=True),
	)
	able = (name for name in names if name and _currency_of(name) == currency)
	return next(able, None)


def _currency_of(price_list: str) -> str | None:
	return frappe.get_cached_value("Price List", price_list, "currency")


def load_prices(
	items: Collection[str], customer: str | None, company: str | None, day: date
) -> Mapping[str, Decimal]:
	"""Item -> its price for the customer on the day, in the company's currency; a variant without one has its template's.

	Items without a price are left out.
	"""
	price_list = price_list_for(customer, company)
	if not items or not price_list or not company:
		return {}
	templates = {item: frappe.get_cached_value("Item", item, "variant_of") for item in items}
	values = {
		"items": tuple({*items, *filter(None, templates.values())}),
		"price_list": price_list,
		"customer": customer or "",
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"day": day,
	}
	lines: dict[str, list[ListPrice]] = {}
	for item, rate, whose, valid_from in frappe.db.sql(LINES, values):
		lines.setdefault(item, []).append(ListPrice(item, Decimal(str(rate)), whose or None, valid_from))
	found = {}
	for item, template in templates.items():
		rate = choose_price(lines.get(item) or lines.get(template or "") or (), customer)
		if rate is not None:
			found[item] = rate
	return found
