"""Promises, finance charges and statements are written by operations only, and stay; the rule of charges can be applied."""

import frappe
from frappe.model.document import Document

from ..core.finance_charges import check_rule
from ..core.receivables import may_write_off
from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse
from ..store.receivable_settings import receivable_settings, rule_of

BY_HAND = {
	"Payment Promise": "promise_by_hand",
	"Finance Charge": "charge_by_hand",
	"Customer Statement": "statement_by_hand",
}


def check_charge_rule(settings: Document) -> None:
	"""Refuse a rule of finance charges that makes no sense; raises ReceivableRefused."""
	rule = rule_of(settings)
	refusal = check_rule(rule) if rule else None
	if refusal:
		refuse(refusal, ReceivableRefused)


def check_write_off_role() -> None:
	"""Refuse who may not write off, nor take it back; raises ReceivableRefused."""
	role = receivable_settings().write_off_role
	if not may_write_off(frappe.get_roles(), role):
		refuse(Refusal("write_off_role", None, {"role": role or "Runbook Manager"}), ReceivableRefused)


def refuse_edit(record: Document) -> None:
	"""Whoever is not an operation."""
	if not record.flags.by_engine:
		refuse_deletion(record)


def refuse_deletion(record: Document) -> None:
	"""What was said, charged or sent stays."""
	refuse(Refusal(BY_HAND[record.doctype]), ReceivableRefused)


def keep(record: Document) -> Document:
	"""Keep what an operation has decided."""
	record.flags.by_engine = True
	record.flags.ignore_permissions = True
	return record.insert() if record.is_new() else record.save()


def let_go_of_draft(invoice: str) -> None:
	"""The finance charge of an invoice that is about to be deleted names it no more."""
	frappe.db.set_value("Finance Charge", {"sales_invoice": invoice}, "sales_invoice", None)
