"""Who owes what and how old it is, read from ERPNext's payment ledger as its Accounts Receivable reads it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.exchange import Debt
from ..core.receivables import Age, age_of
from .newest import on_newest

MOST_CUSTOMERS = 100
MOST_VOUCHERS = 200

VOUCHERS = """select ledger.party, ledger.account,
		if(note.name is null, ledger.kind, 'Sales Invoice') as kind, coalesce(note.return_against, ledger.no) as voucher,
		round(sum(ledger.amount), 2) as owed, round(sum(ledger.own), 3) as own, max(ledger.currency) as kept_in,
		min(ledger.posted) as posted
	from (
		select party, account, against_voucher_type as kind, against_voucher_no as no, sum(amount) as amount,
			sum(amount_in_account_currency) as own, max(account_currency) as currency, min(posting_date) as posted
		from `tabPayment Ledger Entry`
		where delinked = 0 and company = %(company)s and party_type = 'Customer' and posting_date <= %(today)s {whose}
			and account in (select name from `tabAccount` where company = %(company)s and account_type = 'Receivable')
		group by party, account, against_voucher_type, against_voucher_no having round(sum(amount), 2) != 0
	) ledger
	left join `tabSales Invoice` note on ledger.kind = 'Sales Invoice' and note.name = ledger.no
		and note.is_return = 1 and note.docstatus = 1 and note.update_outstanding_for_self = 0 and note.return_against != ''
	group by ledger.party, ledger.account, if(note.name is null, ledger.kind, 'Sales Invoice'),
		coalesce(note.return_against, ledger.no)
	having owed != 0"""
"""What is open: an invoice is above 0, a payment or credit note that is not used up below. Credit notes count on their invoice."""

DUE = """select voucher.*, invoice.posting_date as invoiced_on, invoice.currency, invoice.party_account_currency,
		invoice.outstanding_amount, invoice.rounded_total, invoice.grand_total, invoice.base_rounded_total, invoice.base_grand_total,
		coalesce(invoice.due_date, if(journal.bill_no != '', journal.due_date, null), voucher.posted) as due
	from ({vouchers}) voucher
	left join `tabSales Invoice` invoice on voucher.kind = 'Sales Invoice' and invoice.name = voucher.voucher
	left join `tabJournal Entry` journal on voucher.kind = 'Journal Entry' and journal.name = voucher.voucher"""
OF_ALL = DUE.format(vouchers=VOUCHERS.format(whose=""))
OF_ONE = DUE.format(vouchers=VOUCHERS.format(whose="and party = %(customer)s"))
AGE_TESTS = {
	Age.NOT_DUE: "< 0",
	Age.TO_30: "between 0 and 30",
	Age.TO_60: "between 31 and 60",
	Age.TO_90: "between 61 and 90",
	Age.OVER_90: "> 90",
}
"""How the database finds the ages of core.receivables, in days overdue."""
SUMS = {
	**{
		str(age): f"sum(if(open.owed > 0 and datediff(%(today)s, open.due) {test}, open.owed, 0))"
		for age, test in AGE_TESTS.items()
	},
	"owed": "sum(greatest(open.owed, 0))",
	"credit": "-sum(least(open.owed, 0))",
}
AGED = ", ".join(f"{text} as {name}" for name, text in SUMS.items())
IN_ALL = ", ".join(f"sum({text}) over () as all_{name}" for name, text in SUMS.items())
CUSTOMERS = """select open.party as customer, max(customer.customer_name) as customer_name, {aged}, {totals},
		count(*) over () as customers
	from ({open}) open join `tabCustomer` customer on customer.name = open.party
	where %(search)s = '' or customer.customer_name like %(like)s or customer.name like %(like)s
	group by open.party
	order by sum(if(open.owed > 0 and open.due < %(today)s, open.owed, 0)) desc, sum(open.owed) desc, open.party
	limit %(most)s offset %(start)s"""
OPEN_OF = """select open.*, promise.promised_for, promise.amount as promised, promise.currency as promised_in, promise.note as promise_note,
		link.name as pay_link, charge.name as finance_charge
	from ({open}) open
	left join `tabPayment Promise` promise on promise.open_key = open.voucher
	left join `tabPay Link` link on link.open_key = open.voucher
	left join `tabFinance Charge` charge on charge.sales_invoice = open.voucher
	order by open.owed < 0, open.due, open.voucher limit %(most)s"""
OWING = """select open.party as customer from ({open}) open
	group by open.party having sum(greatest(open.owed, 0)) > 0 order by open.party"""
CUSTOMERS, OWING = (text.format(aged=AGED, totals=IN_ALL, open=OF_ALL) for text in (CUSTOMERS, OWING))
OPEN_OF = OPEN_OF.format(open=OF_ONE)
OF_DEBT = (
	*("currency", "party_account_currency", "outstanding_amount"),
	*("rounded_total", "grand_total", "base_rounded_total", "base_grand_total"),
)
OWED_ON = """select coalesce(sum(amount_in_account_currency), 0) from `tabPayment Ledger Entry`
	where against_voucher_type = 'Sales Invoice' and against_voucher_no = %s and delinked = 0 and posting_date <= %s"""
INVOICE = """select name, customer, customer_name, company, docstatus, is_return, debit_to, cost_center, posting_date, due_date,
	runbook_booking, conversion_rate, currency, party_account_currency, outstanding_amount, rounded_total, grand_total,
	base_rounded_total, base_grand_total from `tabSales Invoice` where name = %s for update"""
OVERDUE = """select name, customer, customer_name, company, party_account_currency as currency, outstanding_amount as owed, due_date,
	datediff(%(today)s, due_date) as days
	from `tabSales Invoice` invoice where docstatus = 1 and is_return = 0 and outstanding_amount > 0 and company = %(company)s
		and due_date <= %(until)s
		and not exists (select 1 from `tabFollow-up Task` task where task.dedupe_key = concat('overdue:', invoice.name))
	order by due_date, name limit 500"""


@dataclass(frozen=True)
class Voucher:
	"""Something open of a customer's: an invoice, or (below 0) money that is not set against one.

	`owed` is its value in the ledger, in the company's currency; `own` the same in `currency`, the voucher's own.
	"""

	voucher_type: str
	voucher: str
	owed: Decimal
	own: Decimal
	currency: str
	due: date
	posted: date
	age: Age
	days: int
	row: Mapping[str, object]


def owing_customers(
	company: str, today: date, search: str = "", start: int = 0
) -> tuple[list[frappe._dict], dict[str, object]]:
	"""Those with something open: `customer`, `customer_name`, an amount for each Age, `owed` and `credit`; the most overdue first.

	Beside them the same sums over all that were found, with the number of `customers`.
	"""
	values = {
		"company": company,
		"today": today,
		"search": search,
		"like": f"%{search}%",
		"start": start,
		"most": MOST_CUSTOMERS,
	}
	rows = frappe.db.sql(CUSTOMERS, values, as_dict=True)
	totals: dict[str, object] = {name: rows[0][f"all_{name}"] if rows else 0 for name in SUMS}
	totals["customers"] = rows[0]["customers"] if rows else 0
	told = ("customer", "customer_name", *SUMS)
	return [frappe._dict({name: row[name] for name in told}) for row in rows], totals


def customers_who_owe(company: str, today: date) -> list[str]:
	"""The customers with an open invoice by that day."""
	values = {"company": company, "today": today}
	return [row[0] for row in frappe.db.sql(OWING, values)]


def open_vouchers(company: str, customer: str, today: date) -> Sequence[Voucher]:
	"""What is open of one customer, what was due first before the rest, credits last."""
	values = {"company": company, "today": today, "customer": customer, "most": MOST_VOUCHERS}
	rows = frappe.db.sql(OPEN_OF, values, as_dict=True)
	return [
		Voucher(
			row.kind,
			row.voucher,
			_money(row.owed),
			*_own(row),
			row.due,
			row.invoiced_on or row.posted,
			age_of(row.due, today),
			max(0, (today - row.due).days),
			row,
		)
		for row in rows
	]


def free_credit(company: str, customer: str, vouchers: Sequence[Voucher]) -> Decimal:
	"""What of a customer's credit is free to be set against invoices: all but deposits, which are for their bookings."""
	credits = {one.voucher: -one.owed for one in vouchers if one.owed < 0}
	filters = {"name": ("in", list(credits)), "runbook_booking": ("is", "set"), "company": company}
	kept = frappe.get_all("Payment Entry", filters, pluck="name", order_by="name asc") if credits else []
	return sum((amount for name, amount in credits.items() if name not in kept), Decimal(0))


def lock_invoice(name: str) -> frappe._dict | None:
	"""A Sales Invoice as others have left it, locked; None when there is none."""
	rows = frappe.db.sql(on_newest(INVOICE), name, as_dict=True)
	return rows[0] if rows else None


def debt_of(invoice: Mapping[str, object] | Document) -> Debt:
	"""What a Sales Invoice owes, of a row with OF_DEBT or of the document."""
	total = _exact(invoice.get("rounded_total") or invoice.get("grand_total"))
	base = _exact(invoice.get("base_rounded_total") or invoice.get("base_grand_total"))
	currency, kept_in = str(invoice.get("currency")), str(invoice.get("party_account_currency"))
	owed = _exact(invoice.get("outstanding_amount"))
	return Debt(currency, kept_in, total, total if currency == kept_in else base, owed)


def debts_of(invoices: Collection[str]) -> dict[str, Debt]:
	"""Sales Invoice -> what it owes."""
	filters = {"name": ("in", list(invoices))}
	rows = frappe.get_all("Sales Invoice", filters, ["name", *OF_DEBT], order_by="name asc")
	return {row.name: debt_of(row) for row in rows}


def owed_on(invoice: str, day: date, currency: str) -> Decimal:
	"""What an invoice owed by the end of a day, in its own currency or that of its account."""
	debt = debts_of([invoice])[invoice].told_in(currency)
	return debt.own(_exact(frappe.db.sql(OWED_ON, (invoice, day))[0][0]))


def overdue_invoices(company: str, today: date, until: date) -> list[frappe._dict]:
	"""Open invoices that were due by `until` and have no task yet."""
	return frappe.db.sql(OVERDUE, {"company": company, "today": today, "until": until}, as_dict=True)


def open_promises() -> list[str]:
	"""Promises that are not decided yet, those for the earliest day first."""
	return frappe.get_all(
		"Payment Promise",
		{"status": "Open"},
		pluck="name",
		order_by="promised_for asc, name asc",
		limit=2000,
	)


def _own(row: frappe._dict) -> tuple[Decimal, str]:
	"""What is open of a voucher in its own currency, and which that is."""
	if row.currency is None:
		return _money(row.own), row.kept_in
	return debt_of(row).own(_exact(row.own)), row.currency


def _money(value: object) -> Decimal:
	return Decimal(str(frappe.utils.flt(value, 2)))


def _exact(value: object) -> Decimal:
	"""With thousandths, which some currencies have."""
	return Decimal(str(frappe.utils.flt(value, 3)))
