"""The invoice of a fee, reckoned by ERPNext and not saved: what the fee comes to with the tax that the settings name."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document

from ..core.fees import Cause, FeeDue, with_tax
from ..store.accounts import CompanyAccounts, load_accounts
from .lay_out_bill import Bill, lay_out_bill, may_bear_tax, whole_of


def reckon_tax(visit: Document, day: date, due: FeeDue) -> FeeDue:
	"""The fee with its tax; where neither the company's settings nor the fee's item name a tax template, as it is."""
	accounts = load_accounts(visit.company)
	if accounts is None or due.free_pass or not may_bear_tax(_item(due), accounts.fee_tax_template):
		return due
	return with_tax(due, *whole_of(draft_fee(visit, day, due, "", accounts)))


def draft_fee(visit: Document, day: date, due: FeeDue, words: str, accounts: CompanyAccounts) -> Document:
	"""The invoice, with the fee before its tax as the row's rate."""
	name = _("No-show fee") if due.cause is Cause.NO_SHOW else _("Late cancellation fee")
	bill = Bill(
		customer=visit.customer,
		day=day,
		item=_item(due),
		title=name,
		description=words or name,
		amount=float(due.rule.fee(due.price)),
		income=accounts.no_show_fee_income,
		template=accounts.fee_tax_template,
		remarks=words,
		booking=visit.name,
	)
	return lay_out_bill(bill, accounts)


def _item(due: FeeDue) -> str | None:
	policy = frappe.get_cached_value("Booking Policy Version", due.version, "policy")
	return frappe.get_cached_value("Booking Policy", policy, "fee_item")
