"""What does the dispatcher on every DocType cost a document that no chain watches?

Timed: a save of a ToDo with its commit, as a request does, with Frappe's doc_events as they are and without the app's own for "*"
(all other hooks stay). Chains that watch other DocTypes are published meanwhile. The looks into Redis, a few in a second, are
among what is timed. Both kinds take turns, save by save, so that a busy machine slows both.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from tests import factories as make

from benchmarks.measure import Ratio, interleaved, seconds
from benchmarks.report import Row

GOAL = 1.02
TURNS = 1_500
HANDLER = "runbook_ops.doc_events.any_record.on_change"
WATCHED = ("Lead", "Note", "Quotation", "Sales Invoice")


def measure(quick: bool) -> list[Row]:
	"""The one row."""
	for doctype in WATCHED:
		steps = [{"code": "call", "action": "create_follow_up", "settings": {"subject": "Call"}}]
		make.chain(steps, trigger="form_submitted", trigger_doctype=doctype)
	document = make.insert("ToDo", description="Look")
	frappe.db.commit()
	ratio = _measured(document, 2 if quick else TURNS)
	return [Row("unwatched_save", ratio.value, GOAL, detail=ratio.told())]


def _measured(document, turns: int) -> Ratio:
	def save() -> None:
		document.save()
		frappe.db.commit()

	def without() -> float:
		with _no_dispatcher():
			return seconds(save)

	return interleaved("unwatched_save", lambda: seconds(save), without, turns)


@contextmanager
def _no_dispatcher() -> Iterator[None]:
	"""The hooks without the app's handler of every DocType."""
	every = frappe.get_doc_hooks()["*"]
	handlers = every["on_change"]
	if HANDLER not in handlers:
		raise AssertionError(f"{HANDLER} is not among the hooks: {handlers}")
	every["on_change"] = [handler for handler in handlers if handler != HANDLER]
	try:
		yield
	finally:
		every["on_change"] = handlers
