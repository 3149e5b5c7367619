"""Write off what a customer will not pay: ERPNext's write-off entry on the invoice; cancelling the entry takes it back."""

from decimal import Decimal

import frappe
from frappe.utils import nowdate

from ..core.currencies import coin_of
from ..core.receivables import check_amount, may_write_off
from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..store.receivable_settings import receivable_settings
from .collect_payment import open_invoice, owed_of


def write_off_invoice(
	name: str, reason: str, amount: Decimal | None = None, seen: Decimal | None = None
) -> str:
	"""The submitted Journal Entry, Debtors to the company's write-off account. Raises ReceivableRefused, or what ERPNext refuses.

	The caller has checked that the user may submit Journal Entries.
	"""
	role = receivable_settings().write_off_role
	if not may_write_off(frappe.get_roles(), role):
		refuse(Refusal("write_off_role", None, {"role": role or "Runbook Manager"}), ReceivableRefused)
	if not (reason or "").strip():
		refuse(Refusal("write_off_reason", "reason"), ReceivableRefused)
	invoice = open_invoice(name)
	owed = owed_of(invoice)
	amount = owed if amount is None else amount
	refusal = check_amount(amount, owed, seen, coin_of(invoice.party_account_currency))
	if refusal:
		refuse(refusal, ReceivableRefused)
	own = frappe.get_cached_value(
		"Company", invoice.company, ["write_off_account", "cost_center"], as_dict=True
	)
	if not own.write_off_account:
		refuse(Refusal("write_off_account", None, {"company": invoice.company}), ReceivableRefused)
	center = invoice.cost_center or own.cost_center
	entry = frappe.new_doc("Journal Entry")
	entry.update(
		{
			"voucher_type": "Write Off Entry",
			"company": invoice.company,
			"posting_date": nowdate(),
			"user_remark": reason.strip(),
			"runbook_booking": invoice.runbook_booking,
		}
	)
	entry.append(
		"accounts",
		{
			"account": invoice.debit_to,
			"party_type": "Customer",
			"party": invoice.customer,
			"reference_type": "Sales Invoice",
			"reference_name": invoice.name,
			"credit_in_account_currency": float(amount),
			"cost_center": center,
		},
	)
	entry.append(
		"accounts",
		{
			"account": own.write_off_account,
			"debit_in_account_currency": float(amount),
			"cost_center": center,
		},
	)
	entry.insert()
	entry.submit()
	values = {"amount": f"{amount:.2f}", "entry": entry.name, "reason": reason.strip()}
	frappe.get_doc("Sales Invoice", name).add_comment("Info", tell("write_off_note", values))
	frappe.clear_messages()
	return entry.name
