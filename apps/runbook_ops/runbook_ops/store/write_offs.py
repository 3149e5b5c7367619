"""What was written off of customers' invoices, and stands: ERPNext's write-off entries on one invoice."""

import frappe

from .newest import on_newest

MOST = 50

RECENT = """select entry.name as entry, entry.posting_date as day, line.reference_name as invoice, line.party as customer,
		customer.customer_name, line.credit_in_account_currency as amount, line.account_currency as currency,
		entry.user_remark as reason, coalesce(user.full_name, entry.owner) as user
	from `tabJournal Entry` entry
	join `tabJournal Entry Account` line on line.parent = entry.name and line.reference_type = 'Sales Invoice'
		and line.party_type = 'Customer' and line.credit = entry.total_debit
	join `tabCustomer` customer on customer.name = line.party
	left join `tabUser` user on user.name = entry.owner
	where entry.voucher_type = 'Write Off Entry' and entry.docstatus = 1 and entry.company = %(company)s
		and (%(customer)s = '' or line.party = %(customer)s)
	order by entry.posting_date desc, entry.creation desc limit %(most)s"""
"""Entries of several invoices are left out: they are taken back in ERPNext."""
ENTRY = "select docstatus from `tabJournal Entry` where name = %s for update"


def recent_write_offs(company: str, customer: str = "") -> list[frappe._dict]:
	"""The newest first, of one customer or of all: `entry`, `day`, `invoice`, `customer`, `amount` in `currency`, `reason`, `user`."""
	return frappe.db.sql(RECENT, {"company": company, "customer": customer, "most": MOST}, as_dict=True)


def invoice_written_off(entry: str) -> str | None:
	"""The one invoice that a write-off entry is on; None when it is no such entry."""
	if frappe.db.get_value("Journal Entry", entry, "voucher_type") != "Write Off Entry":
		return None
	on = {"parent": entry, "reference_type": "Sales Invoice", "party_type": "Customer", "credit": (">", 0)}
	found = frappe.get_all(
		"Journal Entry Account", on, pluck="reference_name", order_by="idx asc", distinct=True
	)
	return found[0] if len(found) == 1 else None


def lock_entry(entry: str) -> int:
	"""The entry's docstatus as others have left it, locked."""
	return frappe.db.sql(on_newest(ENTRY), entry)[0][0]
