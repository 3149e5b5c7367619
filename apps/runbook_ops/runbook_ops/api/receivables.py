"""Receivables for the desk and for programs: who owes what, promises, payments, write-offs, statements."""

import frappe
from frappe.utils import cint, getdate

from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse
from ..operations.collect_payment import Received, collect_payment
from ..operations.promise_payment import Word, promise_payment
from ..operations.read_receivables import Look, read_customer, read_receivables
from ..operations.send_statement import address_of, send_one
from ..operations.tell_statement import statement_of, words_of
from ..operations.write_off_invoice import write_off_invoice
from .inputs import to_amount, to_day, to_day_or_none
from .retry import retried

LEDGER = "Payment Ledger Entry"


@frappe.whitelist(methods=["GET", "POST"])
def overview(company: str | None = None, search: str = "", start: int = 0) -> dict:
	"""Customers with something open, the most overdue first: `customers` (an amount for each of `ages`, `owed`, `credit`), `totals`,
	`more` when there are further ones from `start` + 100 on, `modes` of payment, and what the user `may` do."""
	frappe.has_permission(LEDGER, "read", throw=True)
	return read_receivables(Look(_company(company), search.strip()[:140], max(0, cint(start))))


@frappe.whitelist(methods=["GET", "POST"])
def invoices(customer: str, company: str | None = None) -> list[dict]:
	"""What is open of a customer: `kind`, `name`, `owed` (below 0: a credit), `due`, `days` overdue, `age`, and the open promise."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	return read_customer(_company(company), customer)


@frappe.whitelist(methods=["POST"])
@retried
def promise(invoice: str, day: str, amount: str | float | None = None, note: str = "") -> dict:
	"""Note that the customer pays an invoice, or an `amount` of it, by a `day`; takes the place of an open one. Gives the `promise`."""
	frappe.has_permission("Sales Invoice", "read", invoice, throw=True)
	frappe.has_permission("Payment Promise", "read", throw=True)
	made = promise_payment(Word(invoice, to_day(day, "day"), to_amount(amount, "amount"), note[:500]))
	return {"promise": made.name, "promised_for": str(made.promised_for)}


@frappe.whitelist(methods=["POST"])
@retried
def collect(
	invoice: str,
	mode_of_payment: str,
	amount: str | float | None = None,
	owed: str | float | None = None,
	reference: str = "",
	day: str | None = None,
) -> dict:
	"""Book what has come for an invoice: all that is owed, or an `amount`; gives the `payment_entry`.

	`owed` is what was owed when it was entered: where that has changed meanwhile nothing is booked, so that a press that comes twice books once.
	"""
	frappe.has_permission("Sales Invoice", "read", invoice, throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	received = Received(
		invoice,
		mode_of_payment,
		to_amount(amount, "amount"),
		to_amount(owed, "owed"),
		reference[:140],
		to_day_or_none(day, "day"),
	)
	return {"payment_entry": collect_payment(received)}


@frappe.whitelist(methods=["POST"])
@retried
def write_off(
	invoice: str, reason: str, amount: str | float | None = None, owed: str | float | None = None
) -> dict:
	"""Write off what an invoice owes, or an `amount` of it; gives the `journal_entry`, whose cancelling takes it back."""
	frappe.has_permission("Sales Invoice", "read", invoice, throw=True)
	frappe.has_permission("Journal Entry", "submit", throw=True)
	return {
		"journal_entry": write_off_invoice(
			invoice, reason[:500], to_amount(amount, "amount"), to_amount(owed, "owed")
		)
	}


@frappe.whitelist(methods=["GET", "POST"])
def statement(customer: str, company: str | None = None, as_of: str | None = None) -> dict:
	"""What is open of a customer by a day, in words: `lines`, `ages`, `balance`; `recipients` is where a mail of it would go."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	found = statement_of(_company(company), customer, to_day(as_of, "as_of") if as_of else getdate())
	if found is None:
		refuse(Refusal("statement_nothing", "customer"), ReceivableRefused)
	return {**words_of(found), "recipients": address_of(customer)}


@frappe.whitelist(methods=["POST"])
@retried
def send_statement(customer: str, company: str | None = None, recipient: str = "") -> dict:
	"""Mail a customer's statement of today; gives the address it was `sent_to`."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "email", customer, throw=True)
	return {"sent_to": send_one(_company(company), customer, getdate(), recipient)}


def _company(name: str | None) -> str:
	company = name or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	frappe.has_permission("Company", "read", company, throw=True)
	return company
