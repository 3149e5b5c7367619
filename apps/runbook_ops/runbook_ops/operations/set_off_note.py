"""Set a credit note off against its invoice: what is still owed and what the note still gives are the same money."""

import frappe
from erpnext.accounts.doctype.payment_reconciliation.payment_reconciliation import reconcile_dr_cr_note
from frappe.model.document import Document


def set_off_note(note: Document, invoice: str) -> None:
	"""Lower what is owed on the invoice by what the note gives; nothing where one of them is settled."""
	owed = frappe.db.get_value("Sales Invoice", invoice, "outstanding_amount")
	given = -frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount")
	amount = min(owed, given)
	if amount <= 0:
		return
	entry = frappe._dict(
		voucher_type="Sales Invoice",
		voucher_no=note.name,
		against_voucher_type="Sales Invoice",
		against_voucher=invoice,
		account=note.debit_to,
		party_type="Customer",
		party=note.customer,
		dr_or_cr="credit_in_account_currency",
		unadjusted_amount=given,
		allocated_amount=amount,
		difference_amount=0,
		exchange_rate=1,
		currency=note.currency,
		cost_center=note.cost_center,
	)
	reconcile_dr_cr_note([entry], note.company)
