"""Tell users something in the desk's notifications; without a mail of its own, which may be what is out of order."""

from collections.abc import Sequence

import frappe

from ..store.rows import insert_rows

FIELDS = ("for_user", "from_user", "type", "subject", "document_type", "document_name", "read")


def notify_people(users: Sequence[str], subject: str, doctype: str, name: str) -> None:
	"""Each of them sees it at the bell, with a link to the record, once this transaction is committed."""
	known = sorted(set(users) - {"Administrator", "Guest"})
	rows = [(user, "Administrator", "Alert", subject[:500], doctype, name, 0) for user in known]
	insert_rows("Notification Log", FIELDS, rows)
	for user in known:
		frappe.publish_realtime("notification", user=user, after_commit=True)
