"""Any record of any DocType that was inserted, saved, submitted, cancelled, or written to field by field."""

from frappe.model.document import Document

from ..store.chain_watch import watches
from ..workflows.record_triggers import record_changed
from ..workflows.waits import record_moved


def on_change(doc: Document, method: str | None = None) -> None:
	"""Start the chains that wait for it; where none watches this type it costs one look into a dictionary."""
	found = watches()
	if doc.doctype in found.records:
		record_changed(doc)
	if doc.doctype in found.waits:
		record_moved(doc.doctype, doc.name)
