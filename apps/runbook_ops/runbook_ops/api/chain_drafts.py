"""Chains as they are being built in the desk: what they can be made of, what is wrong with them, what they would do."""

import frappe

from ..chain_library import read_library_data
from ..core.chains.compare import compare_chains
from ..core.refusal import Refusal
from ..errors import ChainRefused
from ..messages import refuse
from ..operations.import_chain import export_chain, import_chain, read_text
from ..operations.preview_step import preview_step, record_type
from ..operations.publish_chain import data_to_form, read_chain, tell_problem
from ..operations.read_chain_catalogue import read_chain_catalogue, read_ready_made
from ..store.chain_versions import load_spec


@frappe.whitelist(methods=["GET", "POST"])
def catalogue() -> dict:
	"""What a chain can be built from; see `read_chain_catalogue`. `ready_made`: chains of the library to start from."""
	frappe.has_permission("Trigger Chain", "read", throw=True)
	return {**read_chain_catalogue(), "ready_made": read_ready_made()}


@frappe.whitelist(methods=["GET", "POST"])
def ready_made(code: str) -> dict:
	"""A chain of the library as the values of a form."""
	frappe.has_permission("Trigger Chain", "create", throw=True)
	found = next((data for data in read_library_data() if data["code"] == code), None)
	if found is None:
		refuse(Refusal("no_such_library_chain", "code", {"code": code}), ChainRefused)
	return data_to_form(found)


@frappe.whitelist(methods=["POST"])
def check(chain: str | dict) -> list[dict]:
	"""What is wrong with a chain as it stands in a form, saved or not: `step` (its code, or None), `field`, `message`."""
	frappe.has_permission("Trigger Chain", "write", throw=True)
	return _problems(_draft(chain))


@frappe.whitelist(methods=["POST"])
def preview(chain: str | dict, number: int, record: str | None = None) -> dict:
	"""What a step (its row, from 0) of a form's chain would do for a record, and what is wrong with the chain.

	Without `record` it is the newest that the user may read. Gives `problems` as `check`, `doctype`, `record` and `outcome`
	 (see `preview_step`; None when the step has problems or there is no record).
	"""
	frappe.has_permission("Trigger Chain", "write", throw=True)
	doc = _draft(chain)
	doctype = record_type(doc.trigger_event, doc.trigger_doctype)
	name = doctype and (record or _newest(doctype))
	if name:
		frappe.has_permission(doctype, "read", name, throw=True)
	known = bool(name) and 0 <= number < len(doc.steps)
	return {
		"problems": _problems(doc),
		"doctype": doctype,
		"record": name,
		"outcome": preview_step(doc, number, doctype or "", name or "") if known else None,
	}


@frappe.whitelist(methods=["GET", "POST"])
def changes(chain: str) -> list[dict] | None:
	"""What a chain's saved steps do otherwise than what runs: `code`, `title`, `kind` and the names of `fields`; None when
	nothing was published yet or the steps have problems."""
	frappe.has_permission("Trigger Chain", "read", chain, throw=True)
	doc = frappe.get_doc("Trigger Chain", chain)
	spec, _found = read_chain(doc)
	if spec is None or not doc.current_version:
		return None
	return [
		{"code": each.code, "title": each.title, "kind": each.kind, "fields": list(each.fields)}
		for each in compare_chains(load_spec(doc.current_version), spec)
	]


@frappe.whitelist(methods=["GET", "POST"])
def export(chain: str) -> str:
	"""A chain's saved steps as YAML."""
	frappe.has_permission("Trigger Chain", "read", chain, throw=True)
	return export_chain(chain)


@frappe.whitelist(methods=["POST"])
def read(text: str) -> dict:
	"""What a YAML text would bring in: `problems`, or `code`, `title`, `trigger`, `steps` (titles) and `replaces` (a title)."""
	frappe.has_permission("Trigger Chain", "create", throw=True)
	found = read_text(text)
	spec = found.spec
	return {
		"problems": list(found.problems),
		"code": spec and spec.code,
		"title": spec and spec.title,
		"trigger": spec and spec.trigger.value,
		"steps": [step.title for step in spec.steps] if spec else [],
		"replaces": found.known,
	}


@frappe.whitelist(methods=["POST"])
def bring_in(text: str, replace: bool = False) -> str:
	"""Import a chain from YAML, whole or not at all; gives its name. It runs once it is published."""
	frappe.has_permission("Trigger Chain", "create", throw=True)
	return import_chain(text, replace)


def _draft(chain: str | dict):
	values = frappe.parse_json(chain)
	rows = values.get("steps") or [] if isinstance(values, dict) else None
	if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
		refuse(Refusal("input_not_json", "chain"), ChainRefused)
	return frappe.get_doc({**values, "doctype": "Trigger Chain"})


def _problems(doc) -> list[dict]:
	_spec, problems = read_chain(doc)
	codes = {str(row.code) for row in doc.steps if row.code}
	return [_problem(problem, codes) for problem in problems]


def _problem(problem: Refusal, codes: set[str]) -> dict:
	"""Which step and field it is about; a step's own name is left out of the text that stands beside it."""
	about = problem.field or ""
	step = max((code for code in codes if about.startswith(f"{code}.")), key=len, default=None)
	field = about[len(step) + 1 :].removeprefix("settings.") if step else about
	text = tell_problem(problem)
	if step:
		text = text.removeprefix(frappe._("Step {0}: ").format(step))
	return {"step": step, "field": field, "message": text[:1].upper() + text[1:]}


def _newest(doctype: str) -> str | None:
	"""The newest record that the user may read: the one that a preview shows at first."""
	names = frappe.get_list(doctype, pluck="name", order_by="creation desc", limit=1)
	return names[0] if names else None
