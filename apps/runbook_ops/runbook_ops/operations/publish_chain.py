"""Publish a chain: its steps as they are in the form become a frozen, checked version."""

import hashlib
import json
from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document

from ..core.chains.actions import ACTIONS
from ..core.chains.parse import ChainProblems, chain_to_data, parse_chain
from ..core.chains.parse_trigger import TRIGGER_KEYS
from ..core.chains.parse_value import names
from ..core.chains.spec import ChainSpec, Event
from ..core.refusal import Refusal
from ..errors import ChainRefused
from ..messages import tell
from ..store.chain_watch import changed as chains_changed
from .check_outside import outside_problems
from .check_trigger import check_trigger, known_fields

JSON_FIELDS = ("condition", "more_settings")
UNREADABLE = object()
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
		chains_changed()
		_index_date(spec)
	return name


def _index_date(spec: ChainSpec) -> None:
	"""Have the field that the clock looks at indexed, once this is committed."""
	if spec.trigger is Event.DATE_REACHED:
		frappe.enqueue(
			"runbook_ops.jobs.triggers.index_watched_date",
			queue="long",
			enqueue_after_commit=True,
			doctype=spec.trigger_doctype,
			field=spec.details.field,
		)


def check_chain(doc: Document) -> ChainSpec:
	"""The chain that the form describes; raises ChainRefused with every problem."""
	spec, problems = read_chain(doc)
	if spec is None:
		texts = [tell_problem(problem) for problem in problems]
		frappe.throw(texts, ChainRefused, title=frappe._("This chain can't be published"), as_list=True)
		raise AssertionError("frappe.throw returned")
	return spec


def read_chain(doc: Document) -> tuple[ChainSpec | None, tuple[Refusal, ...]]:
	"""The chain that a form describes, saved or not, or None and everything that is wrong with it."""
	unreadable = [
		Refusal("step_not_json", f"{row.code}.{field}", {"step": row.code, "what": row.meta.get_label(field)})
		for row in doc.steps
		for field in JSON_FIELDS
		if _json(row, field) is UNREADABLE
	]
	if _json(doc, "condition") is UNREADABLE:
		unreadable.append(Refusal("condition_not_json", "condition"))
	try:
		spec = parse_chain(form_to_data(doc), known_fields(doc.trigger_event, doc.trigger_doctype))
	except ChainProblems as found:
		named = {problem.field for problem in unreadable}
		return None, (*unreadable, *(problem for problem in found.problems if problem.field not in named))
	problems = (*unreadable, *check_trigger(spec), *outside_problems(spec))
	return (None, problems) if problems else (spec, ())


def tell_problem(problem: Refusal) -> str:
	"""A problem of a chain in the reader's words."""
	return tell(problem.code, {"field": problem.field, **problem.values})


def form_to_data(doc: Document) -> dict:
	"""A Trigger Chain document as the plain data that the core reads."""
	return {
		"code": doc.code,
		"title": doc.title,
		"trigger": doc.trigger_event,
		**{key: _plain(doc.get(key)) for key in TRIGGER_KEYS},
		"condition": None if _json(doc, "condition") is UNREADABLE else _json(doc, "condition"),
		"steps": [_row_to_data(row) for row in doc.steps],
	}


def _plain(value: object) -> object:
	"""A day as text, as a file writes it."""
	return str(value) if isinstance(value, date) else value


def data_to_form(data: dict) -> dict:
	"""Plain chain data (a library file) as the values of a Trigger Chain document."""
	return {
		"code": data["code"],
		"title": data["title"],
		"trigger_event": data["trigger"],
		**{key: data.get(key) for key in TRIGGER_KEYS},
		"trigger_values": ", ".join(names(data.get("trigger_values"))),
		"condition": json.dumps(data["condition"]) if data.get("condition") else None,
		"steps": [_data_to_row(step) for step in data["steps"]],
	}


def _row_to_data(row: Document) -> dict:
	own = ACTIONS[row.action].settings if row.action in ACTIONS else {}
	settings = {
		name: row.get(name) for name in OWN_SETTINGS if name in own and row.get(name) not in (None, "")
	}
	more = _json(row, "more_settings")
	if isinstance(more, dict):
		settings.update(more)
	return {
		"code": row.code,
		"title": row.title,
		"action": row.action,
		"settings": more if isinstance(more, list) else settings,
		"anchor": row.anchor,
		"offset_minutes": row.offset_minutes,
		"at": row.at,
		"useful_minutes": row.useful_minutes or None,
		"late": row.late,
		"business_hours": row.business_hours,
		"quiet_hours": row.quiet_hours,
		"after": row.after,
		"condition": None if _json(row, "condition") is UNREADABLE else _json(row, "condition"),
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
	"""What a field's JSON says, UNREADABLE when it is none."""
	value = row.get(field)
	if isinstance(value, dict | list):
		return value
	try:
		return json.loads(value or "null")
	except ValueError:
		return UNREADABLE


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
