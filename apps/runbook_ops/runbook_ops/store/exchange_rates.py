"""What a currency is worth on a day, as Currency Exchange has it; nobody is asked over the network."""

from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import add_days, cint, flt


def rate_of_day(currency: str, own: str, day: date) -> Decimal | None:
	"""What one of a currency is worth in another by the newest rate up to the day; None where there is none, or only one that is too old.

	How old a rate may be is said in Accounts Settings, as for ERPNext's own look-up.
	"""
	settings = frappe.get_cached_doc("Accounts Settings")
	filters = [
		["from_currency", "=", currency],
		["to_currency", "=", own],
		["date", "<=", day],
	]
	if not settings.allow_stale:
		filters.append(["date", ">", add_days(day, -cint(settings.stale_days))])
	found = frappe.get_all(
		"Currency Exchange",
		filters,
		pluck="exchange_rate",
		order_by="date desc, for_selling desc, name asc",
		limit=1,
	)
	return Decimal(str(flt(found[0]))) if found and flt(found[0]) > 0 else None
