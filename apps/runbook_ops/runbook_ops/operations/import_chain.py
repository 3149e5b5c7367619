"""Chains as YAML: write one out, check one that is handed in, and bring it in whole or not at all."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import frappe

from ..core.chains.parse import ChainProblems, chain_to_data, parse_chain
from ..core.chains.spec import ChainSpec
from ..core.chains.yaml_text import chain_to_yaml, read_yaml
from ..core.refusal import Refusal
from ..errors import ChainRefused
from .check_trigger import known_fields
from .publish_chain import data_to_form, form_to_data, tell_problem

CODE = re.compile(r"\w[\w .-]{0,59}")


@dataclass(frozen=True)
class ReadChain:
	"""A chain read from text: `spec` is None when there are `problems`; `known` is the title of the chain that it replaces."""

	spec: ChainSpec | None
	problems: tuple[str, ...]
	known: str | None


def export_chain(chain: str) -> str:
	"""A chain's steps, as they are saved, as YAML that `import_chain` reads back to the same chain."""
	return chain_to_yaml(form_to_data(frappe.get_doc("Trigger Chain", chain)))


def read_text(text: str) -> ReadChain:
	"""What a YAML text would bring in, with all that is wrong with it; nothing is saved."""
	try:
		data = read_yaml(text)
		spec = parse_chain(data, _fields_of(data))
	except ChainProblems as found:
		return ReadChain(None, tuple(tell_problem(problem) for problem in found.problems), None)
	if not CODE.fullmatch(spec.code):
		return ReadChain(
			None, (tell_problem(Refusal("chain_code_shape", "code", {"code": spec.code})),), None
		)
	return ReadChain(spec, (), frappe.db.get_value("Trigger Chain", spec.code, "title"))


def _fields_of(data: object) -> Collection[str] | None:
	"""The fields of the record that an imported chain's steps may name, where the text says which record that is."""
	about = data if isinstance(data, Mapping) else {}
	trigger, doctype = about.get("trigger"), about.get("trigger_doctype")
	return known_fields(str(trigger or ""), str(doctype) if doctype else None)


def import_chain(text: str, replace: bool = False) -> str:
	"""The name of the chain that was made, or whose steps were replaced; what runs stays until it is published.

	Raises ChainRefused with every problem, and when the chain exists and is not to be replaced.
	"""
	read = read_text(text)
	problems = list(read.problems)
	if read.spec and read.known is not None and not replace:
		values = {"code": read.spec.code, "title": read.known}
		problems.append(tell_problem(Refusal("chain_exists", "code", values)))
	spec = read.spec
	if problems or spec is None:
		frappe.throw(problems, ChainRefused, title=frappe._("This chain can't be imported"), as_list=True)
		raise AssertionError("frappe.throw returned")
	form = data_to_form(chain_to_data(spec))
	if read.known is None:
		return frappe.get_doc({"doctype": "Trigger Chain", "enabled": 1, **form}).insert().name
	doc = frappe.get_doc("Trigger Chain", spec.code)
	doc.update(form)
	return doc.save().name
