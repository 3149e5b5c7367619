"""What people may write of packages: definitions that add up, and who else may use one; all else is the ledger's."""

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from ..core.package_holding import Breakage, PackageKind
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse

THEIRS = {"members"}
"""Fields of Customer Package that people write."""

LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Table"}


def check_definition(package: Document) -> None:
	"""Whether a Service Package can be sold as it is written."""
	if package.kind == PackageKind.VALUE:
		_positive(package, "face_value")
	else:
		_positive(package, "sessions")
		_check_sum(package)
	if package.breakage == Breakage.EXPECTED and not 0 < (package.expected_percent or 0) < 100:
		refuse(Refusal("package_share_range", "expected_percent"), PackageRefused)
	if frappe.get_cached_value("Item", package.item, "is_stock_item"):
		refuse(Refusal("package_item_stock", "item", {"item": package.item}), PackageRefused)


def _positive(package: Document, field: str) -> None:
	if (package.get(field) or 0) <= 0:
		label = frappe._(package.meta.get_label(field))
		refuse(Refusal("package_without_content", field, {"field": label}), PackageRefused)


def _check_sum(package: Document) -> None:
	fixed = sum(row.sessions for row in package.services if row.sessions)
	shared = any(not row.sessions for row in package.services)
	if fixed > package.sessions or (package.services and not shared and fixed != package.sessions):
		values = {"rows": fixed, "sessions": package.sessions}
		refuse(Refusal("package_sessions_sum", "sessions", values), PackageRefused)


def check_edit(package: Document, before: Document | None) -> None:
	"""People write who else may use a package, if its terms allow it; nothing else."""
	if package.flags.by_engine:
		return
	if before is None or any(_differs(package, before, field) for field in _fields(package)):
		refuse_edit(package)
	if package.members and not package.shareable:
		refuse(Refusal("package_not_shareable", "members"), PackageRefused)


def _fields(package: Document) -> list[str]:
	return [
		field.fieldname
		for field in package.meta.fields
		if field.fieldname not in THEIRS and field.fieldtype not in LAYOUT
	]


def _differs(package: Document, before: Document, field: str) -> bool:
	one, other = package.get(field), before.get(field)
	if isinstance(one, int | float | Decimal) or isinstance(other, int | float | Decimal):
		return float(one or 0) != float(other or 0)
	return cstr(one) != cstr(other)


def refuse_edit(doc: Document) -> None:
	"""Rows of the ledger are written by operations only."""
	refuse(Refusal("package_ledger_only"), PackageRefused)


def refuse_deletion(doc: Document) -> None:
	"""What was posted stays; a mistake is reversed."""
	refuse(Refusal("package_ledger_only"), PackageRefused)
