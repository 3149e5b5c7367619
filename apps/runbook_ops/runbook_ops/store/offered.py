"""What the app has brought to this site once, so that what people took away since does not come back."""

from collections.abc import Iterable

import frappe

OWNER = "runbook_ops"
"""The `parent` of the rows: no user's, and none of those that every page of the desk is sent."""
CHAIN = "runbook_chain_offered"
FIELD = "runbook_field_offered"


def names_offered(kind: str) -> frozenset[str]:
	"""What was brought of a kind, CHAIN or FIELD, whether it is still there or not."""
	filters = {"parent": OWNER, "defkey": kind}
	return frozenset(frappe.get_all("DefaultValue", filters, pluck="defvalue", order_by="defvalue asc"))


def remember_offered(kind: str, names: Iterable[str]) -> None:
	"""Note that these were brought; what was noted before stays as it is."""
	for name in sorted(set(names) - names_offered(kind)):
		frappe.defaults.add_default(kind, name, OWNER, OWNER)


def forget_all_offered() -> None:
	"""Leave nothing behind when the app goes."""
	frappe.db.delete("DefaultValue", {"parent": OWNER})
