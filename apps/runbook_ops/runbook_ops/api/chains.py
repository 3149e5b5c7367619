"""Chains for the desk: publish, and tell a run's story."""

import frappe

from ..operations.publish_chain import publish_chain
from ..store.stories import story_of_booking, story_of_run


@frappe.whitelist(methods=["POST"])
def publish(chain: str) -> str:
	"""Publish a chain's steps as they are saved; gives the version that now runs."""
	frappe.has_permission("Trigger Chain", "write", chain, throw=True)
	return publish_chain(chain)


@frappe.whitelist(methods=["GET", "POST"])
def story(booking: str | None = None, run: str | None = None) -> list[dict]:
	"""What the chain has done and will do for a booking, or in one run: a row a step, in order.

	Each: `run`, `chain`, `chain_title`, `title`, `state`, `due_at` and `ended_at` (site time), `reason`, `summary`,
	`reference_doctype`, `reference_name`, `recipient`, `task`, `owner` and `owner_name` of an open exception, `current` (false
	when the step was planned again since), `waits_for` (titles of steps), `waits_for_visit`.
	"""
	if booking:
		frappe.has_permission("Service Booking", "read", booking, throw=True)
		return story_of_booking(booking)
	frappe.has_permission("Chain Run", "read", run, throw=True)
	return story_of_run(run or "")
