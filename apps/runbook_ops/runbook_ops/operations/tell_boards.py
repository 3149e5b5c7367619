"""Tell the open Day Boards what has changed, after the commit; they look again where it concerns the day they show."""

from frappe.model.document import Document

from ..store.day_board import announce


def tell_boards(doc: Document, before: Document | None = None) -> None:
	"""A booking, a class or somebody's time off was saved or deleted: where it was, and where it is now."""
	announce(*((one.starts_at, one.ends_at) for one in (before, doc) if one))
