"""Waive a fee: a credit note over its invoice, what was kept of the deposit held again, and the reason on record."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import nowdate

from ..core.fees import FeeStatus
from ..core.followups import OPEN_STATES, TaskKind, TaskStatus
from ..core.package_value import to_cents
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse, tell
from ..site_time import to_site, utc_now
from ..store.booking_fees import lock_fee
from .open_task import TaskWish, open_task
from .set_off_note import set_off_note
from .undo_refused import undo_refused

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Waived:
	"""What took the fee back; `credit`: what the customer had paid for it and has with the business now.

	`task`: who is asked instead, where it can't be posted; then nothing was.
	"""

	credit_note: str | None = None
	credit: Decimal = Decimal(0)
	task: str | None = None


def waive_or_ask(name: str, reason: str) -> Waived:
	"""`waive_fee`; what ERPNext does not let be posted, such as in a closed period, becomes a manager's task."""
	with undo_refused(but=(FeeRefused,)) as attempt:
		return waive_fee(name, reason)
	return Waived(task=_ask(name, reason, attempt.refusal))


def waive_of_booking(booking: str, reason: str) -> None:
	"""`waive_or_ask` for the fee that a booking was charged, if it was."""
	name = frappe.db.get_value("Booking Fee", {"booking": booking, "status": FeeStatus.CHARGED})
	if name:
		waive_or_ask(name, reason)


def waive_fee(name: str, reason: str) -> Waived:
	"""Raises FeeRefused with nothing changed. The caller has checked who may."""
	fee = lock_fee(name)
	if fee is None:
		refuse(Refusal("fee_unknown", "fee", {"fee": name}), FeeRefused)
	if fee.status != FeeStatus.CHARGED:
		refuse(Refusal("fee_not_charged", "fee", {"status": fee.status}), FeeRefused)
	if not (reason or "").strip():
		refuse(Refusal("fee_reason", "reason"), FeeRefused)
	if frappe.db.get_value("Sales Invoice", fee.sales_invoice, "docstatus", for_update=True) != 1:
		refuse(Refusal("fee_invoice_gone", "fee", {"invoice": fee.sales_invoice}), FeeRefused)
	_hold_again(fee.sales_invoice)
	note = _credit_note(fee, reason)
	set_off_note(note, fee.sales_invoice)
	_write_down(name, note, reason)
	frappe.clear_messages()
	left = frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount")
	return Waived(note.name, max(Decimal(0), -to_cents(Decimal(str(left)))))


def _hold_again(invoice: str) -> None:
	"""What the invoice used of deposits is a deposit again."""
	doc = frappe.get_doc("Sales Invoice", invoice)
	for row in doc.advances:
		if row.reference_type != "Payment Entry" or not row.allocated_amount:
			continue
		undo = frappe.new_doc("Unreconcile Payment")
		undo.update(
			{"company": doc.company, "voucher_type": "Payment Entry", "voucher_no": row.reference_name}
		)
		undo.add_references()
		undo.allocations = [one for one in undo.allocations if one.reference_name == invoice]
		undo.flags.ignore_permissions = True
		undo.insert()
		undo.submit()


def _credit_note(fee: frappe._dict, reason: str) -> Document:
	"""The whole invoice back, as of today; ERPNext's own copy asks for rights in accounting that who waives need not have."""
	invoice = frappe.get_doc("Sales Invoice", fee.sales_invoice)
	note = frappe.copy_doc(invoice)
	note.update(
		{
			"docstatus": 0,
			"is_return": 1,
			"return_against": invoice.name,
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"runbook_booking": fee.booking,
			"remarks": reason.strip(),
			"update_outstanding_for_self": int(not invoice.outstanding_amount),
			"advances": [],
			"payment_schedule": [],
		}
	)
	for row, old in zip(note.items, invoice.items, strict=True):
		row.update({"qty": -old.qty, "stock_qty": -old.stock_qty, "sales_invoice_item": old.name})
	for row in note.taxes:
		if row.charge_type == "Actual":
			row.tax_amount = -row.tax_amount
	note.flags.ignore_permissions = True
	note.insert()
	note.submit()
	return note


def _write_down(name: str, note: Document, reason: str) -> None:
	doc = frappe.get_doc("Booking Fee", name)
	doc.update(
		{
			"status": FeeStatus.WAIVED,
			"credit_note": note.name,
			"waive_reason": reason.strip(),
			"waived_by": frappe.session.user,
			"waived_at": to_site(utc_now()),
		}
	)
	doc.flags.by_engine = True
	doc.flags.ignore_permissions = True
	doc.save()
	_close_task(name)
	text = frappe._("The fee was waived: {0}").format(reason.strip())
	frappe.get_doc("Service Booking", doc.booking).add_comment("Info", text)


def _ask(name: str, reason: str, error: str) -> str:
	fee = frappe.get_doc("Booking Fee", name)
	told = tell("fee_waiver_blocked", {"fee": name, "reason": reason.strip(), "error": error})
	wish = TaskWish(
		subject=frappe._("Waive the fee of {0}").format(fee.customer_name),
		due_at=utc_now() + ANSWER_WITHIN,
		key=_key(name),
		kind=TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"booking": fee.booking,
			"customer": fee.customer,
			"reference_doctype": "Booking Fee",
			"reference_name": name,
			"reason_code": "fee_waiver_blocked",
			"reason": told,
		},
	)
	return open_task(wish)


def _close_task(name: str) -> None:
	"""The task that asked for the waiver is done."""
	task = frappe.db.get_value(
		"Follow-up Task", {"dedupe_key": _key(name), "status": ("in", list(OPEN_STATES))}
	)
	if task:
		done = {"status": TaskStatus.DONE, "outcome": name, "resolved_at": to_site(utc_now())}
		frappe.db.set_value("Follow-up Task", task, done)


def _key(name: str) -> str:
	return f"fee_waiver:{name}"
