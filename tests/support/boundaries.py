"""The boundaries of a step under work, told as it passes them, without a word of it in the app: its functions are wrapped by name.

`passed(booking, step code, point)` is called in the worker's own process at each of POINTS. It may kill the process, or raise.
A message passes claimed, decided, written, committed, sent, ended, settled; a local effect claimed, decided, applied, written,
ended, settled; a step that is skipped or handed to a person claimed, ended, settled.
"""

import functools
import sys
from collections.abc import Callable
from contextlib import contextmanager

CLAIMED, DECIDED, APPLIED, WRITTEN = "claimed", "decided", "applied", "written"
COMMITTED, SENT, ENDED, SETTLED = "committed", "sent", "ended", "settled"
"""After the lease; before the effect; after the work; after the effect is written down; after that is committed and before the
message is sent; after it is sent; after the step has its end; after that is committed."""

OF_MESSAGES = (CLAIMED, DECIDED, WRITTEN, COMMITTED, SENT, SETTLED)
OF_LOCAL_EFFECTS = (CLAIMED, DECIDED, APPLIED, WRITTEN, ENDED, SETTLED)
OF_EVERY_STEP = (CLAIMED, SETTLED)

Passed = Callable[[str, str, str], None]
Who = tuple[str, str]
"""A booking and a step's code."""


class Boundaries:
	"""Watches the engine of this process and tells what passes which point."""

	def __init__(self, passed: Passed):
		self.passed = passed
		self.steps: dict[str, Who] = {}
		self.messages: dict[str, Who] = {}
		self.committed: list[tuple[Who, str]] = []

	def tell(self, who: Who | None, point: str) -> None:
		if who is not None:
			self.passed(*who, point)

	def claimed(self, leases, *_) -> None:
		import frappe

		names = tuple(lease.step_run for lease in leases)
		if not names:
			return
		codes = dict(
			frappe.db.sql("select name, step_code from `tabChain Step Run` where name in %s", (names,))
		)
		frappe.db.rollback()
		for lease in leases:
			self.steps[lease.step_run] = (lease.booking or "", codes[lease.step_run])
		for name in names:
			self.tell(self.steps[name], CLAIMED)

	def decided(self, decision, step, facts, *_, **__) -> None:
		if type(decision).__name__ == "Act":
			self.tell((facts["booking"] or "", step.code), DECIDED)

	def applied(self, result, context, *_) -> None:
		self.tell(self.steps.get(context.held.name), APPLIED)

	def written(self, result, effect, *_) -> None:
		who = self.steps.get(effect.step_run)
		if result is False or who is None:
			return
		if effect.state == "Sending":
			self.messages[effect.message_id] = who
			self.committed.append((who, COMMITTED))
		self.tell(who, WRITTEN)

	def begun(self, result, effect, *_) -> None:
		"""Written down and committed in one trip: the server can't be struck in between."""
		self.written(result, effect)
		self.has_committed()

	def sent(self, answer, message, *_) -> None:
		self.tell(self.messages.get(message.message_id), SENT)

	def put_into(self, result, step, state, **_) -> None:
		if str(state) in ("Done", "Skipped", "Human"):
			self.ended(result, [step] if isinstance(step, str) else step)

	def ended(self, result, steps) -> None:
		for name in steps:
			if who := self.steps.get(name):
				self.committed.append((who, SETTLED))
				self.tell(who, ENDED)

	def has_committed(self, *_, **__) -> None:
		told, self.committed = self.committed, []
		for who, point in told:
			self.tell(who, point)

	def undone(self, *_, save_point=None, **__) -> None:
		if save_point is None:
			self.committed = []


@contextmanager
def watched(passed: Passed, database):
	"""Tell what passes until the block ends; `database` is whatever has the `commit` and `rollback` that the engine calls."""
	found, undo = Boundaries(passed), []

	def wrap(owner, name, after) -> None:
		own = name in vars(owner)
		original = getattr(owner, name)
		setattr(owner, name, _then(original, after))
		undo.append(lambda: setattr(owner, name, original) if own else delattr(owner, name))

	for module, name, after in (
		("store.leases", "claim_due", found.claimed),
		("core.chains.decide", "decide_step", found.decided),
		("store.effects", "insert_effect", found.written),
		("store.effects", "begin_if_unchanged", found.begun),
		("store.one_trip", "commit_with", found.has_committed),
		("store.effects", "send_again", found.written),
		("store.chain_runs", "set_state", found.put_into),
		("store.chain_runs", "note_done", found.ended),
		("workflows.messages_out", "deliver", found.sent),
	):
		original = getattr(sys.modules[f"runbook_ops.{module}"], name)
		for owner in _who_has(name, original):
			wrap(owner, name, after)
	appliers = sys.modules["runbook_ops.workflows.actions"].APPLIERS
	kept = dict(appliers)
	appliers.update({code: _then(work, found.applied) for code, work in kept.items()})
	undo.append(lambda: appliers.update(kept))
	wrap(database, "commit", found.has_committed)
	wrap(database, "rollback", found.undone)
	try:
		yield found
	finally:
		for each in reversed(undo):
			each()


def _who_has(name: str, original) -> list:
	"""The modules of the app that have this function, by definition or import."""
	modules = [module for path, module in list(sys.modules.items()) if path.startswith("runbook_ops.")]
	return [module for module in modules if vars(module).get(name) is original]


def _then(original, after):
	@functools.wraps(original)
	def wrapped(*arguments, **named):
		result = original(*arguments, **named)
		after(result, *arguments, **named)
		return result

	return wrapped
