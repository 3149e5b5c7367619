"""What resources are or when they work was written: what processes keep of it in memory no longer counts."""

from frappe.model.document import Document

from ..store import stamps


def changed(_doc: Document, _event: str | None = None) -> None:
	"""Any of the records that working time is read from was saved, deleted or cancelled."""
	stamps.resources_changed()


def renamed(doc: Document, _event: str | None, old: str, new: str, _merge: bool = False) -> None:
	"""A record that working time is read from has another name; of a resource its claims have it too."""
	resource = (old, new) if doc.doctype == "Service Resource" else ()
	stamps.touch((stamps.RESOURCES, *resource))
