"""Book money that has come for an invoice: ERPNext's Payment Entry on the invoice by name."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.exchange import receipt_of
from ..errors import RunbookError
from ..store.receivables import debt_of, lock_invoice
from .exchange_money import currency_of_account, rates_of_day


@dataclass(frozen=True)
class Money:
	"""What has come, in the currency of the invoice or of its account."""

	amount: Decimal
	currency: str


def pay_invoice(
	invoice: str, amount: Money, account: str, error: type[RunbookError], **values: object
) -> Document:
	"""The submitted Payment Entry of so much of an invoice; `values` are further fields of it.

	Where another currency than the company's is part of it, the rates are those of the posting date, and ERPNext books what they differ
	by from the invoice's. Raises `error` where there is no rate, or what ERPNext refuses, with nothing posted. The caller has locked
	the invoice and checked the amount.
	"""
	row = lock_invoice(invoice)
	if row is None:
		raise AssertionError(invoice)
	debt, taken_in = debt_of(row).told_in(amount.currency), currency_of_account(account)
	own = frappe.get_cached_value("Company", row.company, "default_currency")
	rates = rates_of_day(debt, row.company, taken_in, getdate(values.get("posting_date")), error)
	receipt = receipt_of(debt, amount.amount, own, taken_in, rates)
	entry = get_payment_entry(
		"Sales Invoice",
		invoice,
		party_amount=float(receipt.paid),
		bank_account=account,
		bank_amount=float(receipt.received),
	)
	entry.update(values)
	entry.update(
		{
			"source_exchange_rate": float(receipt.paid_rate),
			"target_exchange_rate": float(receipt.received_rate),
		}
	)
	entry.insert()
	entry.submit()
	frappe.clear_messages()
	return entry
