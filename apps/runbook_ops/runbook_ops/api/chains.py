"""Chains for the desk: publish, and tell a run's story."""

from dataclasses import asdict

import frappe

from ..operations.publish_chain import publish_chain
from ..store.stories import story_of_booking, story_of_run
from ..workflows.submissions import submit
from .retry import retried


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
	when the step was planned again since), `waits_for` (titles of steps), `waits_for_visit`; of its run `version_number`,
	`run_revision`, `started_at`, `run_ended_at`, `trigger`; `timing` as the chain has it, `attempts`, `answer` of the provider, and
	`events` (see `store.stories`): tries that failed, what people were asked and said.
	"""
	if booking:
		frappe.has_permission("Service Booking", "read", booking, throw=True)
		return story_of_booking(booking)
	frappe.has_permission("Chain Run", "read", run, throw=True)
	return story_of_run(run or "")


@frappe.whitelist(methods=["POST"])
@retried
def start(chain: str, key: str, values: str | dict) -> dict:
	"""Start a chain whose trigger is a submission, for another program with an API key of a staff user.

	`values`: the names that the chain takes, each with a text, number, or yes and no. `key`: at most 100 characters, another one
	for each submission; sent again with the same values it starts nothing more and gives what came of the first. Gives
	`submission`, `run`, `reason` (why no run started, when none did) and `again` (the key had come before).
	"""
	frappe.has_permission("Chain Submission", "create", throw=True)
	return asdict(submit(chain, key, frappe.parse_json(values)))
