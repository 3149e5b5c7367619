"""What the Receivables page shows: customers by age, what is open of one of them, and what its reader may do."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.utils import getdate

from ..core.receivables import Age, may_write_off
from ..store.checkouts import modes_of
from ..store.receivable_settings import receivable_settings
from ..store.receivables import MOST_CUSTOMERS, Voucher, open_vouchers, owing_customers


@dataclass(frozen=True)
class Look:
	"""What is looked at: the customers whose name holds `search`, from `start` on."""

	company: str
	search: str = ""
	start: int = 0


def read_receivables(look: Look) -> dict:
	"""Customers with an amount for each age, `owed`, and `credit` that is not set against an invoice; sums over all that were found."""
	today = getdate()
	rows, totals = owing_customers(look.company, today, look.search, look.start)
	return {
		"company": look.company,
		"companies": frappe.get_list("Company", pluck="name", order_by="name asc"),
		"currency": frappe.get_cached_value("Company", look.company, "default_currency"),
		"today": str(today),
		"ages": [str(age) for age in Age],
		"customers": rows,
		"more": len(rows) == MOST_CUSTOMERS,
		"totals": totals,
		"modes": [mode.name for mode in modes_of(look.company).values() if mode.account],
		"may": {
			"collect": bool(frappe.has_permission("Payment Entry", "submit")),
			"promise": bool(frappe.has_permission("Payment Promise", "read")),
			"link": bool(frappe.has_permission("Pay Link", "read")),
			"write_off": bool(frappe.has_permission("Journal Entry", "submit"))
			and may_write_off(frappe.get_roles(), receivable_settings().write_off_role),
		},
	}


def read_customer(company: str, customer: str) -> list[dict]:
	"""What is open of a customer, what was due first before the rest, credits last."""
	today = getdate()
	return [_told(one, today) for one in open_vouchers(company, customer, today)]


def _told(one: Voucher, today: date) -> dict:
	promised_for = getdate(one.row["promised_for"]) if one.row["promised_for"] else None
	return {
		"kind": one.voucher_type,
		"name": one.voucher,
		"owed": float(one.own),
		"currency": one.currency,
		"value": float(one.owed),
		"posted": str(one.posted),
		"due": str(one.due),
		"age": str(one.age),
		"days": one.days,
		"is_invoice": one.voucher_type == "Sales Invoice" and one.owed > 0,
		"promised_for": str(promised_for) if promised_for else None,
		"promised": one.row["promised"],
		"promised_in": one.row["promised_in"],
		"promise_note": one.row["promise_note"] or "",
		"promise_over": bool(promised_for and promised_for < today),
		"pay_link": one.row["pay_link"],
		"finance_charge": one.row["finance_charge"],
	}
