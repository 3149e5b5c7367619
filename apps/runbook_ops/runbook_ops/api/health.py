"""How the chains are doing: a page for the owner, and an address for a monitor that has its key."""

import frappe

from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..operations.read_health import health_address, is_health_key, read_health, read_pulse
from ..workflows.doorbell import ring
from .guests import answered, let_in


@frappe.whitelist(methods=["GET", "POST"])
def overview() -> dict:
	"""What the page Chain Health shows."""
	frappe.has_permission("Chain Step Run", "read", throw=True)
	return read_health()


@frappe.whitelist(methods=["POST"])
def address(renew: bool = False) -> str:
	"""The address that a monitor asks each minute; with `renew` another one, and the old one answers no more."""
	frappe.has_permission("Runbook Settings", "write", throw=True)
	return health_address(renew)


@frappe.whitelist(methods=["GET"], allow_guest=True)
@answered
def pulse(key: str = "") -> dict:
	"""200 while steps are being worked, else 503: the age of the last sweep and of the oldest due step, in seconds.

	Rings the doorbell when something is due, so that a monitor keeps a site going whose scheduler stands still.
	"""
	_may_ask(key)
	found = read_pulse()
	if found.oldest_due is not None or not found.alive:
		ring()
	if not found.alive:
		frappe.local.response.http_status_code = 503
	return {
		"alive": found.alive,
		"sweep_age": found.sweep_age and int(found.sweep_age.total_seconds()),
		"oldest_due": found.oldest_due and int(found.oldest_due.total_seconds()),
		"late": found.late,
		"out_of_order": list(found.out_of_order),
	}


def _may_ask(key: str) -> None:
	"""Who has the key; who tries keys is slowed down like any guest."""
	let_in("look")
	if not is_health_key(key):
		raise GuestRefused(Refusal("link_forged", "key"))
