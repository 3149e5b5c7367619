"""Note that a customer has accepted the policy in force, told on the phone or at the desk."""

import frappe

from ..core.policies import CHANGEABLE
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..site_time import to_site, utc_now
from ..store.policies import policy_in_force


def accept_policy(booking: str) -> str:
	"""The version that counts for the booking from now on; it is not exchanged for another later. Raises FeeRefused."""
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	if visit.policy_version:
		refuse(Refusal("policy_accepted", "policy_version", {"version": visit.policy_version}), FeeRefused)
	if visit.status not in CHANGEABLE:
		refuse(Refusal("policy_accepted_late", "status", {"status": visit.status}), FeeRefused)
	policy = policy_in_force(visit.service)
	if policy is None:
		refuse(Refusal("policy_none_in_force", "service", {"service": visit.service}), FeeRefused)
	visit.db_set({"policy_version": policy.name, "policy_accepted_at": to_site(utc_now())})
	text = frappe._("The customer accepted {0}, told to {1}")
	visit.add_comment("Info", text.format(policy.name, frappe.session.user))
	return policy.name
