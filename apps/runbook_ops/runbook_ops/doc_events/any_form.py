"""A new record of any type that a chain waits for."""

import frappe
from frappe.model.document import Document

from ..workflows.triggers import form_arrived

CACHE_KEY = "runbook_watched_forms"


def after_insert(doc: Document, method: str | None = None) -> None:
	"""Start the chains that wait for this type; costs one cache read when none does."""
	if doc.doctype in watched_forms():
		form_arrived(doc)


def watched_forms() -> frozenset[str]:
	"""The doctypes whose new records start a chain."""
	if frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall:
		return frozenset()
	return frappe.cache.get_value(CACHE_KEY, _read_watched_forms)


def forget_watched_forms() -> None:
	"""Read them anew next time; after a chain was changed."""
	frappe.cache.delete_value(CACHE_KEY)


def _read_watched_forms() -> frozenset[str]:
	filters = {"trigger_event": "form_submitted", "enabled": 1, "current_version": ("is", "set")}
	return frozenset(frappe.get_all("Trigger Chain", filters=filters, pluck="trigger_doctype"))
