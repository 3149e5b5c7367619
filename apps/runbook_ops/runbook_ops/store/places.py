"""Territories as a tree: which ones a place lies in."""

import frappe

AROUND = """select around.name from `tabTerritory` own
	join `tabTerritory` around on around.lft <= own.lft and around.rgt >= own.rgt
	where own.name = %s and ifnull(own.parent_territory, '') != '' order by around.lft desc"""


def territories_around(territory: str | None) -> tuple[str, ...]:
	"""A territory and those that it lies in, the nearest first; none for the root of all, which says nothing about a place."""
	return tuple(name for (name,) in frappe.db.sql(AROUND, territory)) if territory else ()
