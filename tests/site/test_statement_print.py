"""The printed statement: of a chosen day and of a month's record, who may print it, and as a PDF with the mail where the site makes them."""

import email
import io
import os
import stat
from email import policy

import frappe
import pytest
from bs4 import BeautifulSoup
from frappe.permissions import update_permission_property
from frappe.utils import getdate
from frappe.www.printview import get_html_and_style
from pypdf import PdfWriter
from tests import factories as make
from tests.support.currencies import abroad
from tests.support.receivables import ACCOUNTANT, ago, ledger

from runbook_ops.api import receivables as api
from runbook_ops.errors import ReceivableRefused
from runbook_ops.operations.send_statement import Mailing, send_statements

__all__ = ["abroad", "ledger"]
MONTH = "2026-10"


def letter_head(company, content="<b>Head of the letter</b>"):
	"""The company's letter head; the site's usual one is another."""
	usual = make.insert("Letter Head", letter_head_name=make.unique("Usual"), source="HTML", content="Usual")
	frappe.db.set_value("Letter Head", usual.name, "is_default", 1)
	made = make.insert("Letter Head", letter_head_name=make.unique("Head"), source="HTML", content=content)
	frappe.db.set_value("Company", company, "default_letter_head", made.name)
	frappe.clear_document_cache("Company", company)


def printed(ledger, **wish):
	"""The page that the dialog's Print button opens."""
	api.print_statement(ledger.customer, ledger.company, **wish)
	answer = frappe.local.response
	assert (answer.content_type, answer.display_content_as) == ("text/html", "inline")
	return BeautifulSoup(answer.filecontent, "html.parser")


def rows(paper, table="lines"):
	return [
		[cell.get_text(" ", strip=True) for cell in row("td")] for row in paper.select(f".{table} tbody tr")
	]


@pytest.fixture
def makes_pdf(tmp_path, monkeypatch):
	"""A site with the program that makes PDFs; gives the file of what it was asked to draw."""
	drawn, pdf, program = tmp_path / "drawn.html", tmp_path / "blank.pdf", tmp_path / "wkhtmltopdf"
	writer, blank = PdfWriter(), io.BytesIO()
	writer.add_blank_page(width=595, height=842)
	writer.write(blank)
	pdf.write_bytes(blank.getvalue())
	version = 'if [ "$1" = --version ]; then echo "wkhtmltopdf 0.12.6"; exit; fi'
	program.write_text(f"#!/bin/sh\n{version}\ncat > {drawn}\ncat {pdf}\n")
	program.chmod(program.stat().st_mode | stat.S_IXUSR)
	monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
	yield drawn
	frappe.cache.delete_value("wkhtmltopdf_version")


@pytest.fixture
def makes_none(tmp_path, monkeypatch):
	"""A site without it."""
	monkeypatch.setenv("PATH", str(tmp_path))


def mail_to(customer):
	address = frappe.db.get_value("Customer", customer, "email_id")
	(name,) = frappe.get_all(
		"Email Queue Recipient", {"recipient": address}, pluck="parent", order_by="creation"
	)
	return email.message_from_string(
		frappe.db.get_value("Email Queue", name, "message"), policy=policy.default
	)


def attached(mail):
	return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def test_the_print_of_a_day_is_what_the_dialog_shows(ledger):
	letter_head(ledger.company)
	address = make.insert(
		"Address",
		address_title="Ada",
		address_type="Billing",
		address_line1="12 Analytical Row",
		city="London",
		country="United Kingdom",
		links=[{"link_doctype": "Customer", "link_name": ledger.customer}],
	)
	old, new = ledger.invoice(80.5, 40), ledger.invoice(50, 0)
	ledger.part(old, 30)
	told = api.statement(ledger.customer, ledger.company)
	assert [total["title"] for total in told["totals"]] == ["Balance"]
	paper = printed(ledger)
	assert [row[-1] for row in rows(paper)] == [line["owed"] for line in told["lines"]] and len(
		rows(paper)
	) == 2
	assert rows(paper, "ages") == [told["totals"][0]["ages"]]
	words = paper.select_one(".statement").get_text(" ", strip=True)
	name = frappe.db.get_value("Customer", ledger.customer, "customer_name")
	for text in (
		"Head of the letter",
		address.address_line1,
		name,
		told["balance"],
		ledger.company,
		new.name,
	):
		assert text in words
	assert "window.print()" in str(paper)
	before = printed(ledger, as_of=str(ago(1)))
	assert [row[2] for row in rows(before)] == [f"Sales Invoice {old.name}"]
	assert rows(before)[0][3:] == ["$ 80.50", "$ 0.00", "$ 80.50"]
	with pytest.raises(ReceivableRefused, match="nothing is open"):
		printed(ledger, as_of=str(ago(60)))


def test_each_currency_has_its_balance_and_its_ages(abroad):
	abroad.written("CHF", 80, 1.3, 40)
	abroad.invoice(50, 5)
	paper = printed(abroad)
	balances = [row.get_text(" ", strip=True) for row in paper.select("tfoot tr")]
	assert balances == ["Balance in CHF Fr 80.00", "Balance in USD $ 50.00"]
	swiss, home = rows(paper, "ages")
	assert (swiss[2], home[1]) == ("Fr 80.00", "$ 50.00")


def test_a_months_record_prints_its_day(ledger):
	letter_head(ledger.company)
	old, _new = ledger.invoice(80, 40), ledger.invoice(50, 0)
	send_statements(Mailing(ledger.company, MONTH, getdate(ago(1))), [ledger.customer])
	record = frappe.get_last_doc("Customer Statement", {"customer": ledger.customer})
	html = get_html_and_style("Customer Statement", record.name, print_format="Customer Statement")["html"]
	paper = BeautifulSoup(html, "html.parser")
	assert [row[2] for row in rows(paper)] == [f"Sales Invoice {old.name}"]
	assert record.name in html and "Head of the letter" in html
	assert paper.select_one("tfoot").get_text(" ", strip=True) == "Balance $ 80.00"
	record.reload()
	assert record.balance == 80


def test_who_may_not_see_the_ledger_prints_nothing(ledger):
	ledger.invoice(80, 40)
	send_statements(Mailing(ledger.company, MONTH, getdate(ago(1))), [ledger.customer])
	record = frappe.db.get_value("Customer Statement", {"customer": ledger.customer})
	frappe.set_user(make.user("Runbook Front Desk").name)
	with pytest.raises(frappe.PermissionError):
		printed(ledger)
	with pytest.raises(frappe.PermissionError):
		get_html_and_style("Customer Statement", record, print_format="Customer Statement")
	frappe.set_user(make.user(*ACCOUNTANT).name)
	assert rows(printed(ledger))
	assert get_html_and_style("Customer Statement", record, print_format="Customer Statement")["html"]
	for role in (*ACCOUNTANT, "Accounts User", "Sales User", "All"):
		update_permission_property("Customer", role, 0, "print", 0, validate=False)
	with pytest.raises(frappe.PermissionError):
		printed(ledger)
	with pytest.raises(frappe.PermissionError):
		get_html_and_style("Customer Statement", record, print_format="Customer Statement")


def test_the_mail_carries_the_pdf(ledger, makes_pdf):
	letter_head(ledger.company)
	invoice = ledger.invoice(80, 40)
	assert send_statements(Mailing(ledger.company, MONTH, getdate(ago(1))), [ledger.customer])
	((name, content),) = attached(mail_to(ledger.customer)).items()
	assert name.startswith("statement-Ada-Late") and name.endswith(f"{ago(1)}.pdf")
	assert content.startswith(b"%PDF-")
	drawn = makes_pdf.read_text(encoding="utf-8")
	assert invoice.name in drawn and "Head of the letter" in drawn and "window.print()</script>" not in drawn
	assert not frappe.db.get_value("Customer Statement", {"customer": ledger.customer}, "without_pdf")
	api.print_statement(ledger.customer, ledger.company, pdf=1)
	assert frappe.local.response.type == "pdf" and frappe.local.response.filecontent.startswith(b"%PDF-")


def test_without_the_program_the_mail_goes_and_the_record_says_why(ledger, makes_none):
	ledger.invoice(80, 40)
	assert send_statements(Mailing(ledger.company, MONTH, getdate(ago(1))), [ledger.customer])
	mail = mail_to(ledger.customer)
	assert attached(mail) == {} and "80.00" in mail.as_string()
	record = frappe.get_last_doc("Customer Statement", {"customer": ledger.customer})
	assert record.status == "Sent" and "wkhtmltopdf is not installed" in record.without_pdf
	sent = api.send_statement(ledger.customer, ledger.company, recipient="books@customer.example")
	assert "not installed" in sent["without_pdf"]
	assert not printed(ledger).select(".action-banner [href]")
	with pytest.raises(ReceivableRefused, match="not installed"):
		api.print_statement(ledger.customer, ledger.company, pdf=1)


def test_a_pdf_that_fails_stops_neither_its_mail_nor_the_others(ledger, makes_pdf):
	other = make.customer().name
	for customer in (ledger.customer, other):
		ledger.invoice(80, 40, customer=customer)
	letter_head(ledger.company, f"{{{{ 1 / 0 if doc.customer == '{ledger.customer}' else 'Head' }}}}")
	both = [ledger.customer, other]
	assert send_statements(Mailing(ledger.company, MONTH, getdate(ago(1))), both) == both
	assert attached(mail_to(ledger.customer)) == {} and len(attached(mail_to(other))) == 1
	why = frappe.db.get_value("Customer Statement", {"customer": ledger.customer}, "without_pdf")
	assert "could not be made" in why
	assert not frappe.db.get_value("Customer Statement", {"customer": other}, "without_pdf")
