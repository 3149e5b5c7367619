"""Plain customers and items, inserted once a session: a test that wants one of no particular kind takes a spare.

Whatever a test does to it is undone like all else, so that the next test finds it as it was.
"""

from collections.abc import Callable

import frappe
from frappe.model.document import Document

MANY = 12
WORD = "Spare"
TITLES = {"Customer": "customer_name", "Item": "item_code"}

_all: dict[str, tuple[str, ...]] = {}
_left: dict[str, list[str]] = {}


def stock(doctype: str, make: Callable[..., Document]) -> None:
	"""Have enough of them, committed; those of an earlier session count."""
	title = TITLES[doctype]
	names = frappe.get_all(
		doctype, {title: ("like", f"%{WORD} %")}, pluck="name", order_by="name asc", limit=MANY
	)
	names += [make(**{title: f"{doctype} {WORD} {number}"}).name for number in range(len(names), MANY)]
	frappe.db.commit()
	_all[doctype] = tuple(names)


def take(doctype: str) -> Document | None:
	"""One that this test has not had yet; None when there is none left, or none at all."""
	left = _left.setdefault(doctype, list(_all.get(doctype, ())))
	name = left.pop() if left else None
	return frappe.get_doc(doctype, name) if name and frappe.db.exists(doctype, name) else None


def give_back() -> None:
	"""The next test may have them all."""
	_left.clear()
