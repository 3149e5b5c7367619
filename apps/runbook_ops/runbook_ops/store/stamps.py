"""Stamps: tokens that change with every write on a resource's time, so that what a process keeps in memory is never out of date.

A stamp is a row, changed in the transaction of the write itself. A reader takes the stamp from the same snapshot as the data,
and data that is kept in memory counts only under the stamp it was read with. So several web workers need no message between
them, nothing runs out by the clock, a rollback takes the stamp back with the data, and a kill between two steps leaves
nothing wrong. Tokens are random: one that was rolled back never comes again.

What a transaction reads after its own writes is not kept: others may have committed to the same resource since its snapshot.
"""

import json
from collections.abc import Iterable, Mapping

import frappe

from .newest import on_newest

RESOURCES = "*"
"""The stamp of what resources are and when they work: hours, skills, holidays, time off, leave."""

CHAINS = "@chains"
"""The stamp of which chains are published and switched on; see `chain_watch`."""

TOUCH = """insert into `tabResource Stamp` (name, creation, modified, owner, modified_by, stamp)
	values {places} on duplicate key update modified = values(modified), stamp = values(stamp)"""
ROW = "(%s, now(6), now(6), 'Administrator', 'Administrator', %s)"


def touch(names: Iterable[str]) -> None:
	"""Something about these resources' time has changed in this transaction; the caller holds their locks."""
	everyone = sorted(set(names))
	if not everyone:
		return
	token = frappe.generate_hash(length=20)
	values = [value for name in everyone for value in (name, token)]
	frappe.db.sql(on_newest(TOUCH.format(places=", ".join([ROW] * len(everyone)))), values)
	mine = getattr(frappe.local, "runbook_stamps", None)
	if mine is None:
		mine = frappe.local.runbook_stamps = set()
	if not mine:
		frappe.db.after_commit.add(mine.clear)
		frappe.db.after_rollback.add(mine.clear)
	mine.add(token)


def resources_changed() -> None:
	"""What resources are, or when they work, has changed in this transaction."""
	touch((RESOURCES,))


def read(names: Iterable[str]) -> Mapping[str, str]:
	"""The stamps of these; who is missing was never touched."""
	query = "select json_objectagg(name, stamp) from `tabResource Stamp` where name in %s"
	return json.loads(frappe.db.sql(query, (tuple(names),))[0][0] or "{}")


def may_keep(stamp: str) -> bool:
	"""Whether what was read under a stamp holds for others: not under one that this transaction drew itself."""
	return stamp not in (getattr(frappe.local, "runbook_stamps", None) or ())
