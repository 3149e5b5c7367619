"""Send a batch's messages: composed from one look at all of them, each checked and written down right before it goes out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import frappe
from rq.timeouts import JobTimeoutException

from ..core.chains.actions import ACTIONS
from ..core.chains.breaker import Breaker
from ..core.chains.decision import Act
from ..core.chains.spec import EffectClass
from ..errors import is_conflict
from ..site_time import utc_now
from ..store.effects import begin_if_unchanged, note_sent
from ..store.leases import HeldStep, Lease, look_at
from .conflicts import through_conflicts
from .engine import (
	UNDELIVERED,
	Letter,
	decision_on,
	finish,
	not_taken,
	picture_for,
	sending,
	step_of,
)
from .messages_out import deliver, outgoing_of

FRESH_SECONDS = 1.0
"""So long a composed message may wait for its turn, and a step for its end after its message was sent."""


def send_messages(leases: Sequence[Lease], worker: str) -> list[Lease]:
	"""Send what is plainly to be sent; gives the leases of all other steps, which are for `work_step`.

	The caller has just committed or rolled back; so has this function when it returns.
	"""
	waiting = [lease for lease in leases if lease.booking and _is_message(lease)]
	rest = [lease for lease in leases if lease not in waiting]
	while waiting:
		letters = _compose(waiting)
		composed = {letter.held.name for letter in letters}
		rest += [lease for lease in waiting if lease.step_run not in composed]
		waiting = _send(letters, worker, rest)
	return rest


def _is_message(lease: Lease) -> bool:
	return lease.action in ACTIONS and ACTIONS[lease.action].effect is EffectClass.LOOK_UP


def _compose(leases: Sequence[Lease]) -> list[Letter]:
	"""The messages of those steps that are to be sent for the first time and have all that they need.

	None after a conflict, and none of a provider that is out of order: one at a time they get what is due to them.
	"""
	try:
		held, standing = look_at(leases)
		letters = [_letter(step, standing) for step in held if step.effect_state is None and not step.silent]
	except Exception as error:
		frappe.db.rollback()
		if not is_conflict(error):
			raise
		return []
	return [letter for letter in letters if letter and not letter.tries]


def _letter(held: HeldStep, standing: Mapping[str, Breaker]) -> Letter | None:
	try:
		spec, step = step_of(held)
		picture = picture_for(held, step)
		if picture is None:
			return None
		decision = decision_on(held, spec, step, picture)
		if isinstance(decision, Act):
			message = outgoing_of(held.key, decision.arguments)
			return Letter(held, spec, step, message, breaker=standing.get(message.provider))
	except JobTimeoutException:
		raise
	except Exception as error:
		if is_conflict(error):
			raise
	return None  # on its own it gets its reason, its person or its next try


def _send(letters: Sequence[Letter], worker: str, rest: list[Lease]) -> list[Lease]:
	"""Send one after the other while they are fresh; gives the leases for which there was no time, or which a failure made doubtful.

	Each is written down as Sending in a transaction of its own, which also notes that the one before was sent.
	"""
	sent: list[Letter] = []
	stale = time.monotonic() + FRESH_SECONDS
	try:
		for number, letter in enumerate(letters):
			if time.monotonic() > stale:
				return [late.held.lease for late in letters[number:]]
			started = utc_now()
			if not _write_down(letter, sent, worker, started):
				rest.append(letter.held.lease)
				continue
			try:
				answer = deliver(letter.message)
			except UNDELIVERED as error:
				sent = _end(sent)
				through_conflicts(partial(not_taken, letter, worker, started, error))
				return [late.held.lease for late in letters[number + 1 :]]
			except JobTimeoutException:
				raise
			except Exception:
				rest.append(letter.held.lease)  # it is written down, so its outcome is looked up
			else:
				sent.append(replace(letter, answer=answer))
	finally:
		_end(sent)
	return []


def _write_down(letter: Letter, sent: Sequence[Letter], worker: str, started: datetime) -> bool:
	"""Note that the last one was sent and this one is about to be; False, and neither is noted, when anything has changed since it
	was composed."""
	before = note_sent(sent[-1].held.key, sent[-1].answer) if sent else None
	try:
		begin_if_unchanged(sending(letter, worker, started), letter.held, before)
		return True
	except JobTimeoutException:
		raise
	except Exception:
		frappe.db.rollback()
		return False


def _end(sent: Sequence[Letter]) -> list[Letter]:
	"""End the steps of what was sent; when that can't be done now, whoever has their leases next does it."""
	if sent:
		try:
			finish(sent)
		except JobTimeoutException:
			raise
		except Exception:
			frappe.logger("runbook_ops").warning("steps of sent messages left to their leases", exc_info=True)
	return []
