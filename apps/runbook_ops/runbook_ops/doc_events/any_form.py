"""A new record of any type that a chain waits for."""

import frappe
from frappe.model.document import Document

from ..store.chain_versions import watched_forms
from ..workflows.triggers import form_arrived


def after_insert(doc: Document, method: str | None = None) -> None:
	"""Start the chains that wait for this type; costs one cache read when none does."""
	if frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall:
		return
	if doc.doctype in watched_forms():
		form_arrived(doc)
