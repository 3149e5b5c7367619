"""Book money that has come for an invoice: ERPNext's Payment Entry on the invoice by name."""

from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document


def pay_invoice(invoice: str, amount: Decimal, account: str, **values: object) -> Document:
	"""The submitted Payment Entry of so much of an invoice, in whole or in part; `values` are further fields of it.

	Raises what ERPNext refuses, with nothing posted. The caller has locked the invoice and checked the amount.
	"""
	entry = get_payment_entry("Sales Invoice", invoice, party_amount=float(amount), bank_account=account)
	entry.update(values)
	entry.insert()
	entry.submit()
	frappe.clear_messages()
	return entry
