"""The deposits of a company and what became of each, for the report."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe

from ..core.deposits import Held
from ..core.package_value import to_cents

FIGURES = """
select entry.name, entry.posting_date, entry.party as customer, entry.party_name as customer_name,
	entry.runbook_booking as booking, entry.base_received_amount as received,
	coalesce(sum(case when part.reference_doctype = 'Sales Invoice' and fee.name is null
		then part.allocated_amount end), 0) as used,
	coalesce(sum(case when fee.name is not null then part.allocated_amount end), 0) as forfeited,
	coalesce(sum(case when part.reference_doctype = 'Payment Entry' then part.allocated_amount end), 0) as refunded
from `tabPayment Entry` entry
left join `tabPayment Entry Reference` part on part.parent = entry.name and part.parenttype = 'Payment Entry'
left join `tabBooking Fee` fee on fee.sales_invoice = part.reference_name and part.reference_doctype = 'Sales Invoice'
where entry.company = %(company)s and entry.docstatus = 1 and entry.payment_type = 'Receive'
	and entry.party_type = 'Customer' and entry.paid_from = %(account)s
group by entry.name
order by entry.posting_date, entry.name
"""
OPEN = """
select sum(entry.base_received_amount - coalesce((select sum(part.allocated_amount) from `tabPayment Entry Reference` part
	where part.parent = entry.name and part.parenttype = 'Payment Entry'
		and part.reference_doctype in ('Sales Invoice', 'Payment Entry')), 0))
from `tabPayment Entry` entry
where entry.company = %(company)s and entry.docstatus = 1 and entry.payment_type = 'Receive'
	and entry.party_type = 'Customer' and entry.paid_from = %(account)s
"""


@dataclass(frozen=True)
class DepositLine:
	"""A payment in advance and what became of it; `booking` is empty for one that was taken in ERPNext."""

	entry: str
	posting_date: date
	customer: str
	customer_name: str
	booking: str | None
	held: Held


def load_deposits(company: str, account: str) -> list[DepositLine]:
	"""All that was ever taken into the account, the first ones first."""
	rows = frappe.db.sql(FIGURES, {"company": company, "account": account}, as_dict=True)
	return [
		DepositLine(
			row.name,
			row.posting_date,
			row.customer,
			row.customer_name,
			row.booking,
			Held(*(_money(row[name]) for name in ("received", "used", "forfeited", "refunded"))),
		)
		for row in rows
	]


def open_deposits(company: str, account: str) -> Decimal:
	"""What is owed of all deposits together."""
	return _money(frappe.db.sql(OPEN, {"company": company, "account": account})[0][0])


def _money(value: object) -> Decimal:
	return to_cents(Decimal(str(value or 0)))
