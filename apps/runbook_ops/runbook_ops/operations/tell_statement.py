"""A customer's statement: what was open by a day, with its ageing, as ERPNext's Process Statement Of Accounts has it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import flt, format_date, getdate


@dataclass(frozen=True)
class StatementLine:
	"""One open invoice, payment or credit note; `paid` counts credit notes."""

	day: date
	due: date | None
	voucher: str
	kind: str
	invoiced: float
	paid: float
	owed: float


@dataclass(frozen=True)
class Statement:
	"""What is open by a day. `ages`: not due, 0-30, 31-60, 61-90 and over 90 days."""

	customer: str
	customer_name: str
	company: str
	currency: str
	as_of: date
	lines: tuple[StatementLine, ...]
	ages: tuple[Decimal, ...]
	balance: Decimal


def statement_of(company: str, customer: str, as_of: date) -> Statement | None:
	"""The statement; None when nothing is open by that day. ERPNext's module can be imported where a site is connected only."""
	from erpnext.accounts.doctype.process_statement_of_accounts import process_statement_of_accounts

	wish = frappe.new_doc("Process Statement Of Accounts")
	wish.update(
		{
			"company": company,
			"report": "Accounts Receivable",
			"posting_date": as_of,
			"ageing_based_on": "Due Date",
			"customers": [{"customer": customer}],
		}
	)
	sheets = process_statement_of_accounts.get_statement_dict(wish, get_statement_dict=True)
	found = sheets.get(customer)
	if not found:
		return None
	rows = found[0]
	return Statement(
		customer=customer,
		customer_name=frappe.db.get_value("Customer", customer, "customer_name") or customer,
		company=company,
		currency=frappe.get_cached_value("Company", company, "default_currency"),
		as_of=as_of,
		lines=tuple(_line(row) for row in rows),
		ages=_ages(rows),
		balance=sum((_money(row.outstanding) for row in rows), Decimal(0)),
	)


def _line(row: frappe._dict) -> StatementLine:
	return StatementLine(
		day=getdate(row.posting_date),
		due=getdate(row.due_date) if row.due_date else None,
		voucher=row.voucher_no,
		kind=row.voucher_type,
		invoiced=flt(row.invoiced, 2),
		paid=flt(row.paid, 2) + flt(row.credit_note, 2),
		owed=flt(row.outstanding, 2),
	)


def _ages(rows: list[frappe._dict]) -> tuple[Decimal, ...]:
	"""ERPNext's columns, those over 90 days in one; what is not due is in none of them."""
	ranges = [sum((_money(row.get(f"range{number}")) for row in rows), Decimal(0)) for number in range(1, 6)]
	whole = sum((_money(row.outstanding) for row in rows), Decimal(0))
	return (whole - sum(ranges, Decimal(0)), *ranges[:3], ranges[3] + ranges[4])


def billing_address(customer: str) -> str:
	"""The address of a customer's contact for billing, as ERPNext's statements find it; empty without one."""
	from erpnext.accounts.doctype.process_statement_of_accounts import process_statement_of_accounts

	return process_statement_of_accounts.get_customer_emails(customer, 0, billing_and_primary=False) or ""


def words_of(statement: Statement) -> dict[str, object]:
	"""The statement for the page, the mail and the print: days and amounts as people read them."""

	def told(amount: float | Decimal) -> str:
		return frappe.utils.fmt_money(float(amount), currency=statement.currency)

	return {
		"customer": statement.customer_name,
		"company": statement.company,
		"as_of": format_date(statement.as_of),
		"lines": [
			{
				"day": format_date(line.day),
				"due": format_date(line.due) if line.due else "",
				"voucher": line.voucher,
				"kind": frappe._(line.kind),
				"invoiced": told(line.invoiced),
				"paid": told(line.paid),
				"owed": told(line.owed),
			}
			for line in statement.lines
		],
		"ages": [told(age) for age in statement.ages],
		"balance": told(statement.balance),
	}


def _money(value: object) -> Decimal:
	return Decimal(str(flt(value, 2)))
