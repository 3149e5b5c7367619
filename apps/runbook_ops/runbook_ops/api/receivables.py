"""Receivables for the desk and for programs: who owes what, promises, payments, write-offs, statements."""

from urllib.parse import urlencode

import frappe
from frappe.utils import cint, getdate

from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse
from ..operations.collect_payment import Received, collect_payment
from ..operations.print_statement import file_name, page_of, pdf_of
from ..operations.promise_payment import Word, promise_payment
from ..operations.read_receivables import Look, read_customer, read_receivables
from ..operations.send_statement import address_of, send_one
from ..operations.take_back_write_off import take_back_write_off
from ..operations.tell_statement import Statement, statement_of, words_of
from ..operations.write_off_invoice import write_off_invoice
from ..store.write_offs import recent_write_offs
from .inputs import to_amount, to_day, to_day_or_none
from .retry import retried

LEDGER = "Payment Ledger Entry"
PRINT = "runbook_ops.api.receivables.print_statement"


@frappe.whitelist(methods=["GET", "POST"])
def overview(company: str | None = None, search: str = "", start: int = 0) -> dict:
	"""Customers with something open, the most overdue first: `customers` (an amount for each of `ages`, `owed`, `credit`), `totals`,
	`more` when there are further ones from `start` + 100 on, `modes` of payment, and what the user `may` do."""
	frappe.has_permission(LEDGER, "read", throw=True)
	return read_receivables(Look(_company(company), search.strip()[:140], max(0, cint(start))))


@frappe.whitelist(methods=["GET", "POST"])
def invoices(customer: str, company: str | None = None) -> list[dict]:
	"""What is open of a customer: `kind`, `name`, `owed` (below 0: a credit) in its `currency`, its `value` in the company's, `due`, `days` overdue, `age`, and the open promise."""
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
	"""Book what has come for an invoice: all that is owed, or an `amount` in its currency; gives the `payment_entry`.

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
def write_offs(company: str | None = None, customer: str = "") -> list[dict]:
	"""What was written off last and stands, of a customer or of all: `entry`, `day`, `invoice`, `amount` in `currency`, `reason`, `user`."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Journal Entry", "read", throw=True)
	if customer:
		frappe.has_permission("Customer", "read", customer, throw=True)
	return recent_write_offs(_company(company), customer)


@frappe.whitelist(methods=["POST"])
@retried
def take_back(entry: str) -> dict:
	"""Take a write-off back by cancelling its Journal Entry `entry`; gives the `invoice` that is open again."""
	frappe.has_permission("Journal Entry", "submit", entry, throw=True)
	return {"invoice": take_back_write_off(entry)}


@frappe.whitelist(methods=["GET", "POST"])
def statement(customer: str, company: str | None = None, as_of: str | None = None) -> dict:
	"""What is open of a customer by a day, in words: `lines`, `totals` by currency, `ages` and `balance` in the company's; `recipients` is where a mail of it would go."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	return {**words_of(_statement(company, customer, as_of)), "recipients": address_of(customer)}


@frappe.whitelist(methods=["GET"])
def print_statement(
	customer: str, company: str | None = None, as_of: str | None = None, pdf: int | str = 0
) -> None:
	"""The statement by a day as a page to be printed, with the company's letter head; with `pdf` as a PDF, where the site makes them."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "print", customer, throw=True)
	found = _statement(company, customer, as_of)
	if not cint(pdf):
		wish = {"customer": customer, "company": found.company, "as_of": str(found.as_of), "pdf": 1}
		page = page_of(found, f"/api/method/{PRINT}?{urlencode(wish)}", trigger_print=True)
		frappe.local.response.update(
			{
				"type": "download",
				"content_type": "text/html",
				"display_content_as": "inline",
				"filename": "statement.html",
				"filecontent": page,
			}
		)
		return
	content, why = pdf_of(found)
	if content is None:
		frappe.throw(why, ReceivableRefused)
	frappe.local.response.update({"type": "pdf", "filename": file_name(found), "filecontent": content})


@frappe.whitelist(methods=["POST"])
@retried
def send_statement(
	customer: str, company: str | None = None, recipient: str = "", as_of: str | None = None
) -> dict:
	"""Mail a customer's statement by a day; gives the address it was `sent_to`, and why it went `without_pdf` where it did."""
	frappe.has_permission(LEDGER, "read", throw=True)
	frappe.has_permission("Customer", "email", customer, throw=True)
	sent = send_one(_company(company), customer, to_day_or_none(as_of, "as_of") or getdate(), recipient)
	return {"sent_to": sent.address, "without_pdf": sent.without_pdf}


def _statement(company: str | None, customer: str, as_of: str | None) -> Statement:
	found = statement_of(_company(company), customer, to_day_or_none(as_of, "as_of") or getdate())
	if found is None:
		refuse(Refusal("statement_nothing", "customer"), ReceivableRefused)
	return found


def _company(name: str | None) -> str:
	company = name or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	frappe.has_permission("Company", "read", company, throw=True)
	return company
