"""The invoice of a finance charge: one row, due on its day, with the tax that the settings name; its text is what the rule says of each overdue invoice."""

import frappe
from frappe.model.document import Document
from frappe.utils import fmt_money

from ..core.currencies import coin_of
from ..messages import tell
from ..store.accounts import CompanyAccounts
from .lay_out_bill import Bill, lay_out_bill, whole_of


def lay_out_charge(record: Document, item: str | None, accounts: CompanyAccounts) -> Document:
	"""An invoice that is not inserted yet; the record is told its tax, in figures and in words."""
	bill = Bill(
		customer=record.customer,
		day=record.posting_date,
		item=item,
		title=tell("charge_title", {"month": record.month}),
		description="",
		amount=record.total,
		income=accounts.finance_charge_income or "",
		template=accounts.charge_tax_template,
	)
	invoice = lay_out_bill(bill, accounts)
	_tell_tax(record, invoice)
	invoice.remarks = record.explanation
	invoice.items[0].description = frappe.utils.escape_html(record.explanation).replace("\n", "<br>")
	return invoice


def _tell_tax(record: Document, invoice: Document) -> None:
	"""What the rule asks for is before tax, or contains it where the template's rows are included in the rate."""
	whole, tax = map(float, whole_of(invoice, coin_of(record.currency)))
	record.update({"tax": tax, "to_pay": whole})
	if not tax:
		return
	told = {
		"tax": fmt_money(tax, currency=record.currency),
		"whole": fmt_money(whole, currency=record.currency),
	}
	is_added = whole - record.total > tax / 2
	words = tell("charge_tax_added" if is_added else "charge_tax_inside", told)
	record.explanation = f"{record.explanation}\n{words}"
