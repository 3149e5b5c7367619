"""What a process worked out from a record of Frappe's cache, kept for as long as the cache hands out the very same bytes.

To unpickle a record costs more than all that is wanted of it. Frappe drops it from its cache when it changes, for all
processes; so the same bytes mean the same record, and nothing more has to be watched.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import frappe
from redis.exceptions import ConnectionError as Unreachable

Found = TypeVar("Found")

MOST_KEPT = 1_000

_kept: dict[tuple[str, str, str], tuple[bytes, Any]] = {}


def of_document(doctype: str, name: str, work: Callable[[object], Found]) -> Found:
	"""What `work` makes of a document of the cache; DoesNotExistError when there is none."""
	key = frappe.cache.make_key(frappe.get_document_cache_key(doctype, name))
	return _once((doctype, name), ("GET", key), lambda: work(frappe.get_cached_doc(doctype, name)))


def of_meta(doctype: str, work: Callable[[object], Found]) -> Found:
	"""What `work` makes of a doctype's meta."""
	key = frappe.cache.make_key("doctype_meta")
	return _once(("DocType", doctype), ("HGET", key, doctype), lambda: work(frappe.get_meta(doctype)))


def _once(about: tuple[str, str], command: tuple, work: Callable[[], Found]) -> Found:
	try:
		stored = frappe.cache.execute_command(*command)
	except Unreachable:
		stored = None
	key = (frappe.local.site, *about)
	kept = _kept.get(key)
	if kept and kept[0] == stored:
		return kept[1]
	found = work()
	if stored is not None:
		if len(_kept) >= MOST_KEPT:
			_kept.clear()
		_kept[key] = (stored, found)
	return found


def reads(doctype: str) -> bool:
	"""Whether a role of the user's reads all records of a doctype; if not, Frappe's own check has the word."""
	readers = of_meta(doctype, _readers)
	return not readers.isdisjoint(frappe.get_roles())


def _readers(meta) -> frozenset[str]:
	return frozenset(
		row.role for row in meta.permissions if row.read and not row.permlevel and not row.if_owner
	)
