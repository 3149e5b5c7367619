"""Send customers their statements: each once a month; what can't be sent becomes a task that names customer and address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.model.document import Document
from frappe.utils import validate_email_address

from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..site_time import utc_now
from .check_receivable import keep
from .open_task import TaskWish, open_task
from .print_statement import file_name, pdf_of, title_of
from .tell_statement import Statement, billing_address, statement_of, words_of
from .undo_refused import Attempt, undo_refused

ROLE = "Runbook Front Desk"
ANSWER_WITHIN = timedelta(days=2)
TEMPLATE = "customer_statement"


@dataclass(frozen=True)
class Mailing:
	"""The statements of a company for a month, such as 2026-11, as of its day."""

	company: str
	month: str
	as_of: date

	def key_of(self, customer: str) -> str:
		"""What is unique in the database: a customer has one statement a month."""
		return f"{self.company}:{customer}:{self.month}"


@dataclass(frozen=True)
class Sent:
	"""Where a statement went, and why without its PDF (empty: with it)."""

	address: str
	without_pdf: str = ""


def can_send(mailing: Mailing) -> bool:
	"""Whether the site can send mail; where it can't, a manager has one task a month and nothing is lost."""
	if EmailAccount.find_default_outgoing():
		return True
	why = Refusal("statement_no_account", None, {"month": mailing.month})
	_ask(why, f"statement:{mailing.company}:{mailing.month}", "Runbook Manager")
	return False


def send_statements(mailing: Mailing, customers: Sequence[str]) -> list[str]:
	"""Those whose statement went out. What one of them meets is that customer's alone."""
	known = frappe.get_all(
		"Customer Statement",
		{"period_key": ("in", [mailing.key_of(customer) for customer in customers])},
		pluck="customer",
		order_by="customer asc",
	)
	return [name for name in customers if name not in known and _send(mailing, name)]


def _send(mailing: Mailing, customer: str) -> bool:
	address = address_of(customer)
	with undo_refused((Exception,)) as attempt:
		statement = statement_of(mailing.company, customer, mailing.as_of)
		if statement is None:
			return False
		why = _misaddressed(statement, address, mailing.month)
		record = _claim(mailing, statement, address, why)
		if record is None:
			return False
		without_pdf = mail_statement(statement, address) if why is None else ""
		if without_pdf:
			record.db_set("without_pdf", without_pdf)
	if attempt.error:
		why = _failed(mailing, customer, address, attempt)
	if why is not None:
		_ask(why, f"statement:{mailing.key_of(customer)}", ROLE, customer)
	return why is None


def address_of(customer: str) -> str:
	"""Where a customer's bills go: the contact for billing, else the customer's own address, as it was entered."""
	return (billing_address(customer) or frappe.db.get_value("Customer", customer, "email_id") or "").strip()


def mail_statement(statement: Statement, address: str) -> str:
	"""Put the statement into ERPNext's queue of mails, with its PDF; gives why it goes without one, empty when it does not."""
	pdf, why = pdf_of(statement)
	frappe.sendmail(
		recipients=[address],
		subject=title_of(statement),
		template=TEMPLATE,
		args=words_of(statement),
		attachments=[{"fname": file_name(statement), "fcontent": pdf}] if pdf else None,
		reference_doctype="Customer",
		reference_name=statement.customer,
		add_unsubscribe_link=0,
	)
	return why


def send_one(company: str, customer: str, as_of: date, recipient: str = "") -> Sent:
	"""A statement that a person asks for, outside the month's. Raises ReceivableRefused."""
	statement = statement_of(company, customer, as_of)
	if statement is None:
		refuse(Refusal("statement_nothing", "customer"), ReceivableRefused)
	address = (recipient or address_of(customer)).strip()
	why = _misaddressed(statement, address, f"{as_of:%Y-%m}")
	if why is not None:
		refuse(why, ReceivableRefused)
	return Sent(address, mail_statement(statement, address))


def _misaddressed(statement: Statement, address: str, month: str) -> Refusal | None:
	"""Why mail can't go to the address; None when it can."""
	about = {"customer": statement.customer_name, "month": month}
	if not address:
		return Refusal("statement_no_address", "recipient", about)
	if not validate_email_address(address):
		return Refusal("statement_bad_address", "recipient", {**about, "address": address})
	return None


def _claim(mailing: Mailing, statement: Statement, address: str, why: Refusal | None) -> Document | None:
	"""The record of the month, before anything goes out; None when it is there, also from another run at this moment."""
	record = frappe.new_doc("Customer Statement")
	record.update(
		{
			"customer": statement.customer,
			"customer_name": statement.customer_name,
			"month": mailing.month,
			"as_of": mailing.as_of,
			"status": "Not sent" if why else "Sent",
			"sent_to": address,
			"reason": tell(why.code, dict(why.values)) if why else "",
			"company": mailing.company,
			"currency": statement.currency,
			"balance": float(statement.balance),
			"period_key": mailing.key_of(statement.customer),
		}
	)
	try:
		return keep(record)
	except frappe.UniqueValidationError:
		frappe.clear_messages()
		return None


def _failed(mailing: Mailing, customer: str, address: str, attempt: Attempt) -> Refusal:
	frappe.logger("runbook_ops").error("statement of %s: %r", customer, attempt.error)
	values = {
		"customer": frappe.db.get_value("Customer", customer, "customer_name") or customer,
		"month": mailing.month,
		"address": address,
		"error": attempt.refusal[:200],
	}
	return Refusal("statement_failed", None, values)


def _ask(why: Refusal, key: str, role: str, customer: str | None = None) -> None:
	words = tell(why.code, dict(why.values))
	wish = TaskWish(
		subject=words,
		due_at=utc_now() + ANSWER_WITHIN,
		key=key[:140],
		role=role,
		values={
			"customer": customer,
			"reference_doctype": "Customer" if customer else None,
			"reference_name": customer,
			"reason_code": why.code,
			"reason": words,
		},
	)
	open_task(wish)
