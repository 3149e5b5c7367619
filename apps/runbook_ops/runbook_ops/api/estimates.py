"""Estimates for customers, who choose, approve or decline by a signed link, and for staff, who send them."""

import frappe

from ..core import guest_input
from ..operations.approve_estimate import Signer, approve_estimate
from ..operations.decline_estimate import decline_estimate
from ..operations.read_estimate import apply_choice, note_viewed, open_estimate, tell_estimate, tell_sums
from ..operations.send_estimate import send_estimate
from .guests import answered, client_address, good, let_in, object_of, start_anew
from .retry import retried

Data = str | dict | list | int | float | bool | None
LARGEST_APPROVAL = 120_000
"""Bytes of a request that brings a drawn signature."""

_may_come = let_in


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def total(data: Data = None) -> dict:
	"""What the estimate of a `token` comes to with `choice` (the rows of options and add-ons), reckoned by ERPNext.

	Gives `net`, `discount`, `taxes`, `total`, and `seen`, which names what is looked at and goes along with the approval.
	"""
	_may_come("look")
	token, choice = good(guest_input.read_choice(object_of(data)))
	start_anew()
	estimate = open_estimate(token, lock=True)
	note_viewed(estimate)
	return tell_sums(apply_choice(estimate, choice))


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def approve(data: Data = None) -> dict:
	"""Approve and sign: `token`, `choice`, `seen`, `name` as typed, `signature` (a PNG as data URL) where one was drawn.

	Gives the estimate as it is then. Answers 409 when it is not what was seen, or has been answered; sent twice it counts once.
	"""
	_may_come("change", LARGEST_APPROVAL)
	approval = good(guest_input.read_approval(object_of(data)))
	start_anew()
	browser = frappe.get_request_header("User-Agent") if frappe.request else None
	return tell_estimate(approve_estimate(approval, Signer(client_address(), browser or "")))


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def decline(data: Data = None) -> dict:
	"""Decline the estimate of a `token` with a `reason`; gives the estimate as it is then. Sent twice it counts once."""
	_may_come("change")
	token, reason = good(guest_input.read_decline(object_of(data)))
	start_anew()
	return tell_estimate(decline_estimate(token, reason))


@frappe.whitelist(methods=["POST"])
@retried
def send(quotation: str) -> dict:
	"""Open an estimate to its customer: gives the `link`, its `state`, and whether a chain has `mailed` it."""
	frappe.has_permission("Quotation", "write", quotation, throw=True)
	sent = send_estimate(quotation)
	return {"link": sent.link, "state": sent.state, "mailed": sent.mailed}
