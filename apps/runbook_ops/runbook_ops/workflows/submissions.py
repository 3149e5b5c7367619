"""Chains that another program starts: values under a key of its own, taken once, whoever sends them again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from ..core.chains.spec import Event
from ..core.chains.submission import check_values
from ..core.refusal import Refusal
from ..errors import SubmissionRefused
from ..messages import refuse
from ..store import chain_runs
from ..store.chain_versions import Published, published_on
from ..store.submissions import stored_submission
from .chain_starts import Occasion, start_chains

LONGEST_KEY = 100


@dataclass(frozen=True)
class Taken:
	"""A submission and what came of it: the run, or why there is none. `again`: its key had come before."""

	name: str
	run: str | None
	reason: str | None
	again: bool = False


def submit(chain: str, key: str, values: Mapping[str, object]) -> Taken:
	"""Take a submission; the same key with the same values gives what came of the first.

	Raises SubmissionRefused for a chain that takes none, values that it does not know or that are not plain, and a key
	that was used with other values.
	"""
	_chain(chain)
	name = name_of_submission(chain, key)
	payload = json.dumps(values, sort_keys=True, default=str)
	known = _known(name, payload)
	if known:
		return known
	frappe.db.savepoint("runbook_submission")
	try:
		doc = frappe.get_doc(
			{"doctype": "Chain Submission", "chain": chain, "submission_key": key, "payload": payload}
		).insert()
	except frappe.DuplicateEntryError:  # the same has just come by another door
		frappe.db.rollback(save_point="runbook_submission")
		frappe.clear_last_message()
		return _known(name, payload, newest=True) or refuse(Refusal("submission_key"), SubmissionRefused)
	return Taken(doc.name, doc.run, doc.reason)


def _known(name: str, payload: str, newest: bool = False) -> Taken | None:
	row = stored_submission(name, newest)
	if not row:
		return None
	if json.loads(row.payload) != json.loads(payload):
		refuse(Refusal("submission_key_used", "key"), SubmissionRefused)
	return Taken(name, row.run, row.reason, again=True)


def name_of_submission(chain: str, key: str) -> str:
	"""The name under which a submission can exist once only."""
	if not isinstance(key, str) or not 1 <= len(key.strip()) <= LONGEST_KEY:
		refuse(Refusal("submission_key", "key"), SubmissionRefused)
	return hashlib.sha256(f"{chain}|{key}".encode()).hexdigest()[:40]


def check_submission(doc: Document) -> None:
	"""Whether a chain takes these values; by whichever door they come."""
	chain = _chain(doc.chain)
	try:
		values = json.loads(doc.payload or "")
	except ValueError:
		values = None
	problem = check_values(chain.spec, values)
	if problem:
		refuse(problem, SubmissionRefused)


def start_submitted(doc: Document) -> None:
	"""Start the run of a submission that has just been stored, and note it there."""
	chain = _chain(doc.chain)
	occasion = Occasion(Event.SUBMISSION, doc.doctype, doc.name)
	start_chains(occasion, (chain.version,))
	run = chain_runs.run_about(doc.doctype, doc.name)
	doc.run, doc.reason = run and run.name, run and run.reason
	frappe.db.set_value(doc.doctype, doc.name, {"run": doc.run, "reason": doc.reason}, update_modified=False)


def _chain(code: str) -> Published:
	found = next((chain for chain in published_on((Event.SUBMISSION,)) if chain.spec.code == code), None)
	return found or refuse(Refusal("submission_not_taken", "chain", {"chain": code}), SubmissionRefused)
