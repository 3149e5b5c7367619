"""A customer's statement: what was open by a day, with its ageing, as ERPNext's Process Statement Of Accounts has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import flt, format_date, getdate

from ..core.exchange import Debt
from ..store.receivables import debts_of


@dataclass(frozen=True)
class StatementLine:
	"""One open invoice, payment or credit note, in its own `currency`; `paid` counts credit notes."""

	currency: str
	day: date
	due: date | None
	voucher: str
	kind: str
	invoiced: Decimal
	paid: Decimal
	owed: Decimal
	ages: tuple[Decimal, ...]


@dataclass(frozen=True)
class Total:
	"""What is open in one currency. `ages`: not due, 0-30, 31-60, 61-90 and over 90 days."""

	currency: str
	ages: tuple[Decimal, ...]
	balance: Decimal


@dataclass(frozen=True)
class Statement:
	"""What is open by a day, with a total for each currency; `ages` and `balance` are its value in the ledger, in the company's `currency`."""

	customer: str
	customer_name: str
	company: str
	currency: str
	as_of: date
	lines: tuple[StatementLine, ...]
	totals: tuple[Total, ...]
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
	debts = debts_of([row.voucher_no for row in rows if row.voucher_type == "Sales Invoice"])
	lines = tuple(_line(row, debts.get(row.voucher_no)) for row in rows)
	return Statement(
		customer=customer,
		customer_name=frappe.db.get_value("Customer", customer, "customer_name") or customer,
		company=company,
		currency=frappe.get_cached_value("Company", company, "default_currency"),
		as_of=as_of,
		lines=lines,
		totals=_totals(lines),
		ages=_summed(_ages(row, _money(row.outstanding)) for row in rows),
		balance=sum((_money(row.outstanding) for row in rows), Decimal(0)),
	)


def _line(row: frappe._dict, debt: Debt | None) -> StatementLine:
	"""In the invoice's own currency, else in that of the account."""

	def own(*fields: str) -> Decimal:
		amount = sum((_money(row.get(f"{field}_in_account_currency")) for field in fields), Decimal(0))
		return debt.own(amount) if debt else amount

	owed = own("outstanding")
	return StatementLine(
		currency=debt.currency if debt else row.account_currency,
		day=getdate(row.posting_date),
		due=getdate(row.due_date) if row.due_date else None,
		voucher=row.voucher_no,
		kind=row.voucher_type,
		invoiced=own("invoiced"),
		paid=own("paid", "credit_note"),
		owed=owed,
		ages=_ages(row, owed),
	)


def _ages(row: frappe._dict, owed: Decimal) -> tuple[Decimal, ...]:
	"""ERPNext has a line in one of its columns, those over 90 days in one; what is not due is in none of them."""
	at = next((number for number in range(1, 6) if _money(row.get(f"range{number}"))), 0)
	return tuple(owed if min(at, 4) == place else Decimal(0) for place in range(5))


def _totals(lines: Sequence[StatementLine]) -> tuple[Total, ...]:
	"""One for each currency, in the order of the lines."""
	found: dict[str, list[StatementLine]] = {}
	for line in lines:
		found.setdefault(line.currency, []).append(line)
	return tuple(
		Total(
			currency,
			_summed(line.ages for line in own),
			sum((line.owed for line in own), Decimal(0)),
		)
		for currency, own in found.items()
	)


def _summed(ages: Iterable[tuple[Decimal, ...]]) -> tuple[Decimal, ...]:
	return tuple(sum(column, Decimal(0)) for column in zip(*ages, strict=True))


def billing_address(customer: str) -> str:
	"""The address of a customer's contact for billing, as ERPNext's statements find it; empty without one."""
	from erpnext.accounts.doctype.process_statement_of_accounts import process_statement_of_accounts

	return process_statement_of_accounts.get_customer_emails(customer, 0, billing_and_primary=False) or ""


def words_of(statement: Statement) -> dict[str, object]:
	"""The statement for the page, the mail and the print: days and amounts as people read them."""

	def told(amount: Decimal, currency: str) -> str:
		return frappe.utils.fmt_money(float(amount), currency=currency)

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
				"invoiced": told(line.invoiced, line.currency),
				"paid": told(line.paid, line.currency),
				"owed": told(line.owed, line.currency),
			}
			for line in statement.lines
		],
		"totals": [
			{
				"currency": total.currency,
				"title": _title(total, len(statement.totals)),
				"ages": [told(age, total.currency) for age in total.ages],
				"balance": told(total.balance, total.currency),
			}
			for total in statement.totals
		],
		"ages": [told(age, statement.currency) for age in statement.ages],
		"balance": told(statement.balance, statement.currency),
	}


def _title(total: Total, currencies: int) -> str:
	"""What a balance is called: its currency is named where there are several."""
	return frappe._("Balance") if currencies == 1 else frappe._("Balance in {0}").format(total.currency)


def _money(value: object) -> Decimal:
	return Decimal(str(flt(value, 2)))
