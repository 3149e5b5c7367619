"""Fees for missed and late cancelled visits, for the desk and for programs: acceptance, waiver, deposits given back."""

import frappe
from frappe import _

from ..core.fees import FeeStatus, may_waive
from ..operations.accept_policy import accept_policy
from ..operations.refund_deposit import refund_deposit
from ..operations.waive_fee import waive_or_ask
from ..store.booking_fees import held_for
from .retry import retried


@frappe.whitelist(methods=["GET", "POST"])
def standing(booking: str) -> dict:
	"""`fee` with its `status`, `amount`, `explanation` and whether the user `may_waive` it; `deposit` that is held; `currency`."""
	frappe.has_permission("Service Booking", "read", booking, throw=True)
	visit = frappe.db.get_value("Service Booking", booking, ["customer", "company"], as_dict=True)
	told = {
		"deposit": float(held_for(booking, visit.customer, visit.company)),
		"currency": frappe.get_cached_value("Company", visit.company, "default_currency"),
	}
	if frappe.db.exists("Booking Fee", {"booking": booking}):
		fee = frappe.get_doc("Booking Fee", {"booking": booking})
		told |= {
			"fee": fee.name,
			"status": fee.status,
			"amount": fee.fee,
			"explanation": fee.explanation,
			"may_waive": fee.status == FeeStatus.CHARGED and _may_waive(fee.name),
		}
	return told


@frappe.whitelist(methods=["POST"])
@retried
def accept(booking: str) -> dict:
	"""The customer was told the policy in force and accepts it: `policy_version`."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	return {"policy_version": accept_policy(booking)}


@frappe.whitelist(methods=["POST"])
@retried
def waive(fee: str, reason: str) -> dict:
	"""Take a fee back: `credit_note`, and `credit` that the customer has now; a `task` where a closed period is in the way."""
	frappe.has_permission("Booking Fee", "read", fee, throw=True)
	if not _may_waive(fee):
		message = _("Fee: only managers, or the role that the policy names, may waive it. Ask one of them.")
		frappe.throw(message, frappe.PermissionError)
	done = waive_or_ask(fee, reason)
	return {"credit_note": done.credit_note, "credit": float(done.credit), "task": done.task}


@frappe.whitelist(methods=["POST"])
@retried
def give_back(booking: str, mode_of_payment: str, reason: str) -> dict:
	"""Pay out the deposit of a booking that is cancelled or over: `payment_entry` and `amount`."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	done = refund_deposit(booking, mode_of_payment, reason)
	return {"payment_entry": done.payment_entry, "amount": float(done.amount)}


def _may_waive(fee: str) -> bool:
	version = frappe.db.get_value("Booking Fee", fee, "policy_version")
	policy = frappe.get_cached_value("Booking Policy Version", version, "policy")
	role = frappe.get_cached_value("Booking Policy", policy, "waiver_role") if policy else None
	return may_waive(frappe.get_roles(), role)
