"""Print a customer's statement: what its print format shows, as a page for the browser, and as a PDF where the site makes them."""

import re
import shutil

import frappe
from frappe.contacts.doctype.address.address import get_default_address, render_address
from frappe.model.document import Document
from frappe.utils import format_date, getdate
from frappe.utils.jinja_globals import is_rtl
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_print_style, get_rendered_template

from ..messages import tell
from .tell_statement import Statement, statement_of, words_of
from .undo_refused import undo_refused

FORMAT = "Customer Statement"
PAGE = "runbook_ops/templates/statement_page.html"
MAKES_PDF = "wkhtmltopdf"
"""The program that Frappe makes PDFs with; `get_pdf` ends in an OSError where there is none."""


def prepare_sheet(record: Document) -> None:
	"""Give a record what its print shows: `sheet` in words (None: nothing is open), the customer's `address`, the company's letter head."""
	statement = record.flags.statement or statement_of(record.company, record.customer, getdate(record.as_of))
	record.sheet = words_of(statement) if statement else None
	own = frappe.db.get_value("Customer", record.customer, "customer_primary_address")
	address = own or get_default_address("Customer", record.customer)
	record.address = render_address(address, check_permissions=False) if address else ""
	record.letter_head = frappe.get_cached_value("Company", record.company, "default_letter_head")


def page_of(statement: Statement, pdf_address: str = "", trigger_print: bool = False) -> str:
	"""A statement as a page of its own that needs no record; `pdf_address` is where its PDF is. The caller has checked permission."""
	record = frappe.new_doc("Customer Statement")
	record.update(
		{
			"customer": statement.customer,
			"customer_name": statement.customer_name,
			"company": statement.company,
			"as_of": statement.as_of,
		}
	)
	record.flags.update({"by_engine": True, "statement": statement})
	style = frappe.get_cached_doc("Print Format", FORMAT)
	return frappe.get_template(PAGE).render(
		{
			"lang": frappe.local.lang,
			"direction": "rtl" if is_rtl() else "ltr",
			"title": title_of(statement),
			"print_style": get_print_style(print_format=style),
			"pdf_address": pdf_address if can_make_pdf() else "",
			"body": _body(record, style, trigger_print),
		}
	)


def can_make_pdf() -> bool:
	"""Whether the machine has what Frappe makes PDFs with."""
	return bool(shutil.which(MAKES_PDF))


def pdf_of(statement: Statement) -> tuple[bytes | None, str]:
	"""The PDF; or None and why not, where the machine can't make PDFs or this one fails."""
	if not can_make_pdf():
		return None, tell("statement_no_pdf", {"program": MAKES_PDF})
	with undo_refused((Exception,)) as attempt:
		return get_pdf(page_of(statement)), ""
	frappe.logger("runbook_ops").error("statement of %s as PDF: %r", statement.customer, attempt.error)
	return None, tell("statement_pdf_failed", {"error": attempt.refusal[:200]})


def title_of(statement: Statement) -> str:
	"""What the page and the mail are called."""
	return tell("statement_subject", {"company": statement.company, "day": format_date(statement.as_of)})


def file_name(statement: Statement) -> str:
	"""What a file of it is called, such as statement-Ada-Lovelace-2026-11-30.pdf."""
	name = re.sub(r"[^A-Za-z0-9]+", "-", statement.customer_name).strip("-")
	return f"statement-{name or 'customer'}-{statement.as_of}.pdf"


def _body(record: Document, style: Document, trigger_print: bool) -> str:
	"""The print format's HTML; who asks may see the ledger, which is more than a right to print records that are kept."""
	frappe.flags.ignore_print_permissions = True
	try:
		return get_rendered_template(record, style, no_letterhead=False, trigger_print=trigger_print)
	finally:
		frappe.flags.ignore_print_permissions = False
