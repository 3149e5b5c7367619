"""Publish a chain: its steps as they are in the form become a frozen, checked version."""

import hashlib
import json
from typing import Any

import frappe
from frappe.model.document import Document

from ..core.chains.actions import ACTIONS
from ..core.chains.parse import ChainProblems, chain_to_data, parse_chain
from ..errors import ChainRefused
from ..messages import tell
from ..store.chain_versions import forget_watched_forms

OWN_SETTINGS = ("to", "subject", "body", "stage", "role", "due_in_days")


def publish_chain(chain: str) -> str:
	"""The name of the version that now runs; publishing the same steps again makes no new one.

	Raises ChainRefused with every problem, each naming its step and field.
	"""
	doc = frappe.get_doc("Trigger Chain", chain)
	spec = check_chain(doc)
	text = json.dumps(chain_to_data(spec), indent=1, sort_keys=True)
	checksum = hashlib.sha256(text.encode()).hexdigest()
	known = frappe.db.get_value("Trigger Chain Version", {"chain": chain, "checksum": checksum})
	name = known or _insert_version(chain, text, checksum)
	if doc.current_version != name:
		doc.db_set("current_version", name)
		forget_watched_forms()
	return name


def check_chain(doc: Document):
	"""The chain that the form describes; raises ChainRefused with every problem."""
	try:
		return parse_chain(form_to_data(doc))
	except ChainProblems as found:
		problems = [
			tell(problem.code, {"field": problem.field, **problem.values}) for problem in found.problems
		]
		frappe.throw(problems, ChainRefused, title=frappe._("This chain can't be published"), as_list=True)


def form_to_data(doc: Document) -> dict:
	"""A Trigger Chain document as the plain data that the core reads."""
	return {
		"code": doc.code,
		"title": doc.title,
		"trigger": doc.trigger_event,
		"trigger_doctype": doc.trigger_doctype,
		"steps": [_row_to_data(row) for row in doc.steps],
	}


def data_to_form(data: dict) -> dict:
	"""Plain chain data (a library file) as the values of a Trigger Chain document."""
	return {
		"code": data["code"],
		"title": data["title"],
		"trigger_event": data["trigger"],
		"trigger_doctype": data.get("trigger_doctype"),
		"steps": [_data_to_row(step) for step in data["steps"]],
	}


def _row_to_data(row: Document) -> dict:
	own = ACTIONS[row.action].settings if row.action in ACTIONS else {}
	settings = {
		name: row.get(name) for name in OWN_SETTINGS if name in own and row.get(name) not in (None, "")
	}
	settings.update(_json(row, "more_settings") or {})
	return {
		"code": row.code,
		"title": row.title,
		"action": row.action,
		"settings": settings,
		"anchor": row.anchor,
		"offset_minutes": row.offset_minutes,
		"at": row.at,
		"useful_minutes": row.useful_minutes or None,
		"after": row.after,
		"condition": _json(row, "condition"),
		"exception_role": row.exception_role,
		"exception_due_minutes": row.exception_due_minutes,
		"priority": row.priority,
		"on_reschedule": row.on_reschedule,
	}


def _data_to_row(step: dict) -> dict:
	settings = dict(step.get("settings") or {})
	own = {name: settings.pop(name) for name in OWN_SETTINGS if name in settings}
	return {
		**{name: value for name, value in step.items() if name not in ("settings", "condition", "after")},
		**own,
		"more_settings": json.dumps(settings) if settings else None,
		"condition": json.dumps(step["condition"]) if step.get("condition") else None,
		"after": ", ".join(step.get("after") or ()),
	}


def _json(row: Document, field: str) -> Any:
	try:
		return json.loads(row.get(field) or "null")
	except ValueError:
		label = row.meta.get_label(field)
		frappe.throw(
			frappe._("Step {0}: {1} is not valid JSON. Mend its brackets, quotes and commas.").format(
				row.code, label
			),
			ChainRefused,
		)


def _insert_version(chain: str, text: str, checksum: str) -> str:
	rows = frappe.get_all(
		"Trigger Chain Version", filters={"chain": chain}, pluck="version", order_by="version desc", limit=1
	)
	number = (rows[0] if rows else 0) + 1
	version = frappe.get_doc(
		{
			"doctype": "Trigger Chain Version",
			"name": f"{chain}-v{number}-{checksum[:6]}",
			"chain": chain,
			"version": number,
			"spec": text,
			"checksum": checksum,
			"published_by": frappe.session.user,
		}
	)
	return version.insert(ignore_permissions=True).name
