"""Write off what a customer will not pay: ERPNext's write-off entry on the invoice; cancelling the entry takes it back."""

from decimal import Decimal

import frappe
from frappe.utils import flt, fmt_money, nowdate

from ..core.currencies import coin_of
from ..core.receivables import check_amount
from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..store.receivables import debt_of
from .check_receivable import check_write_off_role
from .collect_payment import open_invoice, owed_of
from .exchange_money import currency_of_account


def write_off_invoice(
	name: str, reason: str, amount: Decimal | None = None, seen: Decimal | None = None
) -> str:
	"""The submitted Journal Entry, Debtors to the company's write-off account. Raises ReceivableRefused, or what ERPNext refuses.

	The caller has checked that the user may submit Journal Entries.
	"""
	check_write_off_role()
	if not (reason or "").strip():
		refuse(Refusal("write_off_reason", "reason"), ReceivableRefused)
	invoice = open_invoice(name)
	owed = owed_of(invoice)
	amount = owed if amount is None else amount
	refusal = check_amount(amount, owed, seen, coin_of(invoice.currency))
	if refusal:
		refuse(refusal, ReceivableRefused)
	own = frappe.get_cached_value(
		"Company", invoice.company, ["write_off_account", "cost_center", "default_currency"], as_dict=True
	)
	if not own.write_off_account or currency_of_account(own.write_off_account) != own.default_currency:
		values = {"company": invoice.company, "own": own.default_currency}
		refuse(Refusal("write_off_account", None, values), ReceivableRefused)
	center = invoice.cost_center or own.cost_center
	less, value = _loss_of(invoice, amount)
	entry = frappe.new_doc("Journal Entry")
	entry.update(
		{
			"voucher_type": "Write Off Entry",
			"company": invoice.company,
			"posting_date": nowdate(),
			"user_remark": reason.strip(),
			"multi_currency": int(invoice.party_account_currency != own.default_currency),
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
			"credit_in_account_currency": less,
			"cost_center": center,
		},
	)
	entry.append(
		"accounts",
		{
			"account": own.write_off_account,
			"debit_in_account_currency": value,
			"cost_center": center,
		},
	)
	entry.insert()
	entry.submit()
	told = fmt_money(float(amount), currency=invoice.currency)
	values = {"amount": told, "entry": entry.name, "reason": reason.strip()}
	frappe.get_doc("Sales Invoice", name).add_comment("Info", tell("write_off_note", values))
	frappe.clear_messages()
	return entry.name


def _loss_of(invoice: frappe._dict, amount: Decimal) -> tuple[float, float]:
	"""What comes off the customer's account, in its currency, and its value in the company's: ERPNext takes the invoice's own rate."""
	less = float(debt_of(invoice).in_account(amount))
	if invoice.party_account_currency != invoice.currency:
		return less, less
	return less, flt(
		less * flt(invoice.conversion_rate), frappe.get_precision("Journal Entry Account", "debit")
	)
