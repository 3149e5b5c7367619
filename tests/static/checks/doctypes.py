"""The DocTypes' files: complete, in step with the core's enums, and indexed where code filters."""

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.static.checks.source import APP, calls, dotted, files, is_text, modules

from runbook_ops.core.assignment import AssignBy
from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.breaker import BreakerState
from runbook_ops.core.chains.spec import (
	Anchor,
	BusinessHours,
	EffectClass,
	Event,
	Late,
	OnReschedule,
	RunStatus,
	StepState,
)
from runbook_ops.core.deposit_rules import Ahead, AskedOf, DepositState
from runbook_ops.core.fees import FeeKind
from runbook_ops.core.followups import TaskKind, TaskStatus
from runbook_ops.core.hours import WEEKDAYS
from runbook_ops.core.job import JobStatus
from runbook_ops.core.package_holding import Breakage, PackageKind, PackageState, UsageKind
from runbook_ops.core.pay_links import PayKind, PayStatus, Provider

CHOICES: dict[tuple[str, str], Iterable[str]] = {
	("Service Booking", "status"): BookingStatus,
	("Service Booking", "deposit_state"): DepositState,
	("Booking Policy Deposit", "asked_of"): AskedOf,
	("Booking Policy Deposit", "ahead"): Ahead,
	("Booking Policy Deposit", "kind"): FeeKind,
	("Bookable Service", "assign_by"): AssignBy,
	("Service Job", "status"): JobStatus,
	("Service Package", "kind"): PackageKind,
	("Service Package", "breakage"): Breakage,
	("Customer Package", "kind"): PackageKind,
	("Customer Package", "breakage"): Breakage,
	("Customer Package", "state"): PackageState,
	("Package Usage", "kind"): UsageKind,
	("Pay Link", "kind"): PayKind,
	("Pay Link", "status"): PayStatus,
	("Pay Link", "provider"): Provider,
	("Runbook Settings", "pay_provider"): Provider,
	("Service Job Phase", "status"): JobStatus,
	("Follow-up Task", "status"): TaskStatus,
	("Follow-up Task", "kind"): TaskKind,
	("Chain Step Run", "state"): StepState,
	("Chain Run", "status"): RunStatus,
	("Chain Effect", "effect_class"): EffectClass,
	("Trigger Chain", "trigger_event"): Event,
	("Trigger Chain Step", "anchor"): Anchor,
	("Trigger Chain Step", "action"): ACTIONS,
	("Trigger Chain Step", "on_reschedule"): OnReschedule,
	("Trigger Chain Step", "late"): Late,
	("Trigger Chain Step", "business_hours"): BusinessHours,
	("Chain Breaker", "state"): BreakerState,
	("Task Route", "kind"): TaskKind,
	("Service Resource Hours", "weekday"): WEEKDAYS,
}
ROLES = {"Runbook Manager", "Runbook Front Desk", "Runbook Technician", "System Manager"}
SMALL = {
	"Trigger Chain": "a few rows, read once an event",
	"Bookable Service": "tens of rows",
}
"""Doctypes that never have enough rows for an index to matter."""

LEFT_OVER = (",", ";", ":", "-", "/", "(", "[", " .", "\\n")
STANDARD = {
	"name",
	"parent",
	"parenttype",
	"parentfield",
	"creation",
	"modified",
	"owner",
	"docstatus",
	"idx",
}
FILTERED = {
	"frappe.get_all",
	"frappe.get_list",
	"frappe.db.get_value",
	"frappe.db.exists",
	"frappe.db.count",
	"frappe.db.delete",
	"frappe.db.set_value",
}


def choices(root: Path) -> list[str]:
	"""A Select that mirrors an enum of the core offers exactly its values."""
	found, known = [], _doctypes(root)
	for (doctype, fieldname), wanted in CHOICES.items():
		options = _field(known[doctype], fieldname)["options"].split("\n")
		if sorted(filter(None, options)) != sorted(map(str, wanted)):
			found.append(f"{doctype}.{fieldname}: {options} are not the core's {list(map(str, wanted))}")
	return found


def completeness(root: Path) -> list[str]:
	"""Each names its module, purpose, order and roles."""
	return [f"{name}: {problem}" for name, data in _doctypes(root).items() for problem in _gaps(data)]


def descriptions(root: Path) -> list[str]:
	"""Descriptions end as a sentence or a phrase does, not in the middle of something."""
	found = []
	for name, data in _doctypes(root).items():
		texts = {
			None: data.get("description"),
			**{f["fieldname"]: f.get("description") for f in data["fields"]},
		}
		for field, text in texts.items():
			if text and (text != " ".join(text.split()) or text.endswith(LEFT_OVER)):
				found.append(f"{name}.{field}: {text!r} has something left over")
	return found


def indexes(root: Path) -> list[str]:
	"""A field that code filters on has an index."""
	known = _doctypes(root)
	indexed = {name: _indexed(data) for name, data in known.items()}
	for doctype, field in _added_indexes(root):
		indexed[doctype].add(field)
	return sorted(
		{
			f"{doctype}.{field}: {where} filters on it; give it search_index"
			for doctype, fields, where in _filters(root)
			if doctype in known and doctype not in SMALL
			for field in fields
			if not fields & indexed[doctype]
		}
	)


def _doctypes(root: Path) -> dict[str, dict]:
	found = (json.loads(path.read_text()) for path in files(root / APP / "doctype", ".json"))
	return {data["name"]: data for data in found if data.get("doctype") == "DocType"}


def _field(data: dict, fieldname: str) -> dict:
	return next(field for field in data["fields"] if field["fieldname"] == fieldname)


def _gaps(data: dict) -> Iterator[str]:
	if data.get("module") != "Runbook Ops":
		yield "its module is not Runbook Ops"
	for key in ("description", "sort_field", "sort_order"):
		if not data.get(key):
			yield f"no {key}"
	roles = {row["role"] for row in data.get("permissions", ())}
	if not data.get("istable") and not roles:
		yield "no role may see it"
	for role in roles - ROLES:
		yield f"the role {role} is not ours"
	fields = {field["fieldname"] for field in data["fields"]}
	shown = {data.get("title_field"), *(data.get("search_fields") or "").split(",")}
	for name in sorted({name.strip() for name in shown if name} - fields - STANDARD):
		yield f"title_field or search_fields names {name}, which it has not"


def _indexed(data: dict) -> set[str]:
	own = {f["fieldname"] for f in data["fields"] if f.get("search_index") or f.get("unique")}
	autoname = data.get("autoname") or ""
	return own | STANDARD | ({autoname.removeprefix("field:")} if autoname.startswith("field:") else set())


def _added_indexes(root: Path) -> Iterator[tuple[str, str]]:
	"""The first columns of the indexes that controllers add."""
	for module in modules(root):
		for call in calls(module.tree):
			named = bool(call.args) and is_text(call.args[0])  # others are asked for on the site
			if named and dotted(call.func) in ("frappe.db.add_index", "frappe.db.add_unique"):
				doctype, fields = (ast.literal_eval(argument) for argument in call.args[:2])
				yield doctype, fields[0]


def _filters(root: Path) -> Iterator[tuple[str, set[str], str]]:
	"""Doctype, fields and place of each filter that stands in the source."""
	for module in modules(root):
		for call in calls(module.tree):
			if dotted(call.func) not in FILTERED or not call.args or not is_text(call.args[0]):
				continue
			given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "filters")]
			for value in given:
				if isinstance(value, ast.Dict):
					fields = {key.value for key in value.keys if isinstance(key, ast.Constant)}
					yield call.args[0].value, fields, f"{module.path}:{call.lineno}"


CHECKS = {
	"select options": choices,
	"doctype completeness": completeness,
	"descriptions": descriptions,
	"indexes": indexes,
}
