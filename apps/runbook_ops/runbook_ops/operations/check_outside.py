"""What chains may reach: the fields they may set, the webhooks they may call, the chains they may start."""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document

from ..channels.http import AddressRefused, check_address
from ..core.chains.actions.update_field import RECORDS, THE_RECORD
from ..core.chains.parse import record_of
from ..core.chains.spec import ChainSpec, StepSpec
from ..core.refusal import Refusal
from ..core.webhook_signature import read_secret
from ..errors import ChainRefused
from ..messages import refuse
from ..store.channel_settings import allowed_fields, webhook_names
from ..store.records import PLAIN

UNTOUCHED = frozenset(
	{"Core", "Custom", "Desk", "Email", "Integrations", "Website", "Workflow", "Automation"}
)
"""Frappe's own modules: users, permissions, accounts and the like are not for chains to change."""
DEFAULT_FIELDS = {
	"Service Booking": ("notes", "scope"),
	"Service Job": ("scope", "access_notes"),
	"Customer": ("customer_group", "market_segment", "industry", "language", "customer_details"),
	"Contact": ("status", "designation", "department"),
	"Opportunity": ("probability", "expected_closing", "opportunity_type"),
}


def default_fields() -> list[dict[str, str]]:
	"""The rows of fields that chains may set with which a site begins."""
	return [
		{"document_type": doctype, "fieldname": field}
		for doctype, fields in DEFAULT_FIELDS.items()
		for field in fields
		if frappe.get_meta(doctype).has_field(field)
	]


def check_settings(settings: Document) -> None:
	"""Refuse webhooks that could never be called and fields that are not for chains; raises ChainRefused."""
	names = [row.webhook_name for row in settings.webhooks]
	for row in settings.webhooks:
		_check_webhook(row, names, bool(settings.allow_private_addresses))
	for row in settings.chain_fields:
		_check_field(row)


def _check_webhook(row: Document, names: list[str], private: bool) -> None:
	if names.count(row.webhook_name) > 1:
		_refuse("row_twice", "webhooks", row, name=row.webhook_name)
	try:
		check_address(row.url or "", private)
	except AddressRefused as refused:
		_refuse("row_address", "webhooks", row, why=str(refused))
	secret = row.secret or ""
	if set(secret) != {"*"} and read_secret(secret) is None:
		_refuse("row_secret", "webhooks", row)


def _check_field(row: Document) -> None:
	meta = frappe.get_meta(row.document_type)
	field = meta.get_field(row.fieldname)
	if meta.istable or meta.issingle or meta.module in UNTOUCHED:
		_refuse("row_doctype", "chain_fields", row, doctype=row.document_type)
	if field is None:
		_refuse("row_no_field", "chain_fields", row, doctype=row.document_type, name=row.fieldname)
	elif field.fieldtype not in PLAIN or field.permlevel or field.read_only or field.get("is_virtual"):
		_refuse("row_closed_field", "chain_fields", row, doctype=row.document_type, name=row.fieldname)


def _refuse(code: str, table: str, row: Document, **values: object) -> None:
	refuse(Refusal(code, table, {"row": row.idx, **values}), ChainRefused)


def outside_problems(spec: ChainSpec) -> Iterator[Refusal]:
	"""What a chain wants of the site that the site does not let it have."""
	for step in spec.steps:
		check = {
			"update_field": _field_problem,
			"call_webhook": _webhook_problem,
			"start_chain": _chain_problem,
		}
		problem = check[step.action](spec, step) if step.action in check else None
		if problem:
			yield problem


def doctype_to_update(spec: ChainSpec, of: str) -> str | None:
	"""The DocType whose field a step of this chain sets; None when its runs are about no record."""
	return record_of(spec.trigger, spec.trigger_doctype) if of == THE_RECORD else RECORDS[of]


def _field_problem(spec: ChainSpec, step: StepSpec) -> Refusal | None:
	doctype = doctype_to_update(spec, str(step.settings["of"]))
	if doctype is None:
		return Refusal(
			"record_unknown", f"{step.code}.settings.of", {"step": step.code, "known": ", ".join(RECORDS)}
		)
	field = str(step.settings["field"])
	if (doctype, field) in allowed_fields():
		return None
	values = {"step": step.code, "doctype": doctype, "field": field}
	return Refusal("field_not_allowed", f"{step.code}.settings.field", values)


def _webhook_problem(spec: ChainSpec, step: StepSpec) -> Refusal | None:
	known, name = webhook_names(), str(step.settings["webhook"])
	if name in known:
		return None
	values = {"step": step.code, "webhook": name, "known": ", ".join(known) or "-"}
	return Refusal("webhook_unknown", f"{step.code}.settings.webhook", values)


def _chain_problem(spec: ChainSpec, step: StepSpec) -> Refusal | None:
	chain, field = str(step.settings["chain"]), f"{step.code}.settings.chain"
	if chain == spec.code:
		return Refusal("chain_starts_itself", field, {"step": step.code})
	if not frappe.db.exists("Trigger Chain", chain):
		return Refusal("chain_unknown", field, {"step": step.code, "chain": chain})
	return None
