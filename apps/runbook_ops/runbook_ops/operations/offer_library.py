"""Bring what the app ships, once each: chains of the library, and rows of the list of fields that chains may set.

A new site gets the chains published and switched as the library says. A site that is brought up to date gets what is new of them
switched off and not published, so that nothing begins by itself; what people changed or deleted stays as they left it.
"""

from collections.abc import Mapping

import frappe

from ..chain_library import read_library_data
from ..store.offered import CHAIN, FIELD, names_offered, remember_offered
from .check_outside import default_fields
from .publish_chain import data_to_form, publish_chain


def ship_library() -> None:
	"""Everything that a new site begins with."""
	offer_fields()
	for data in read_library_data():
		ship_chain(data)


def ship_chain(data: Mapping) -> None:
	"""A chain as it ships, published; what people have made of one with its code is theirs."""
	if not frappe.db.exists("Trigger Chain", data["code"]):
		_insert(data, enabled=int(data.get("enabled", True)))
		publish_chain(data["code"])
	remember_offered(CHAIN, [data["code"]])


def offer_library() -> None:
	"""What a site has never had; safe to repeat."""
	offer_fields()
	known = names_offered(CHAIN) | set(frappe.get_all("Trigger Chain", pluck="name", order_by="name asc"))
	library = {str(data["code"]): data for data in read_library_data()}
	for code in sorted(library.keys() - known):
		_insert(library[code], enabled=0)
	remember_offered(CHAIN, library)


def offer_fields() -> None:
	"""Add the rows that the site has never had; those that it has stay in their order."""
	settings = frappe.get_doc("Runbook Settings")
	rows = {field_key(row["document_type"], row["fieldname"]): row for row in default_fields()}
	present = {field_key(row.document_type, row.fieldname) for row in settings.chain_fields}
	missing = [row for key, row in rows.items() if key not in present | names_offered(FIELD)]
	if missing:
		settings.extend("chain_fields", missing)
		settings.save(ignore_permissions=True)
	remember_offered(FIELD, rows)


def field_key(doctype: str, field: str) -> str:
	"""What a row is remembered by."""
	return f"{doctype}.{field}"


def _insert(data: Mapping, enabled: int) -> None:
	every = int(data.get("for_every_booking", True))
	form = {**data_to_form(dict(data)), "enabled": enabled, "for_every_booking": every}
	frappe.get_doc({"doctype": "Trigger Chain", **form}).insert(ignore_permissions=True)
