"""Deposits that the policy asks for when a visit is booked, for the desk and for programs."""

import frappe

from ..operations.ask_deposit import ask_deposit
from ..operations.tell_deposit import tell_deposit
from ..operations.tell_pay_link import message_for
from .retry import retried


@frappe.whitelist(methods=["POST"])
@retried
def ask(booking: str) -> dict:
	"""Ask for the deposit of the policy of a booking that is not confirmed yet: its time is kept until the deposit is due.

	Gives the `deposit` (`state`, `amount`, `due_at`, `pay`), the `link`, its `url`, and the `subject`, `message` and `recipients` of the
	mail that `runbook_ops.api.pay_links.send` would send.
	"""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	frappe.has_permission("Pay Link", "read", throw=True)
	link = ask_deposit(booking)
	return {**message_for(link), "deposit": tell_deposit(frappe.get_doc("Service Booking", booking))}
