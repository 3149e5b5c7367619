"""Effects and their attempts: an effect's name is its key, so the database lets it exist once."""

import json
from dataclasses import dataclass
from datetime import datetime

import frappe

from ..core.chains.spec import EffectClass
from ..site_time import to_site, to_utc, utc_now
from .leases import HeldStep
from .one_trip import Statement, commit_with
from .rows import STANDARD, insert_rows

EFFECT_FIELDS = (
	"name",
	"step_run",
	"run",
	"action",
	"effect_class",
	"state",
	"reference_doctype",
	"reference_name",
	"recipient",
	"message_id",
	"summary",
	"payload",
	"worker",
	"started_at",
	"done_at",
)
STOP_IF_CHANGED = "if row_count() = 0 then signal sqlstate '45000'; end if"


@dataclass(frozen=True)
class Effect:
	"""What a step does to the world outside the engine, and which worker does it since when."""

	key: str
	step_run: str
	run: str
	action: str
	effect_class: EffectClass
	state: str
	summary: str = ""
	reference: tuple[str, str] | None = None
	recipient: str | None = None
	message_id: str | None = None
	payload: dict | None = None
	worker: str | None = None
	started: datetime | None = None


def begin_if_unchanged(effect: Effect, seen: HeldStep, sent: Statement | None = None) -> None:
	"""Write an effect down and commit, if its step and booking are still as they were seen and nobody is changing them.

	Else frappe.db.OperationalError, and nothing is committed. `sent`: what notes that the one before was sent (see `note_sent`).
	"""
	stamp, user = to_site(utc_now()), frappe.session.user
	unchanged = (seen.run.booking, seen.name, seen.fence, seen.booking_modified)
	columns = (*STANDARD[1:], *EFFECT_FIELDS)
	query = f"""insert into `tabChain Effect` ({", ".join(columns)}) select {", ".join(["%s"] * len(columns))}
		from `tabChain Step Run` step straight_join `tabService Booking` booking on booking.name = %s
		where step.name = %s and step.state = 'Leased' and step.fence = %s and booking.modified = %s
		for update skip locked"""  # noqa: S608
	begin = (query, (stamp, stamp, user, user, *_row(effect), *unchanged))
	commit_with(*([sent] if sent else []), begin, (STOP_IF_CHANGED, ()))


def insert_effect(effect: Effect) -> None:
	"""Write an effect down; raises frappe.DuplicateEntryError when its key exists."""
	insert_rows("Chain Effect", EFFECT_FIELDS, [_row(effect)])


def _row(effect: Effect) -> tuple:
	doctype, name = effect.reference or (None, None)
	payload = json.dumps(effect.payload, default=str) if effect.payload else None
	done_at = to_utc(utc_now()) if effect.state in ("Done", "Sent") else None
	return (
		effect.key,
		effect.step_run,
		effect.run,
		effect.action,
		effect.effect_class.value,
		effect.state,
		doctype,
		name,
		effect.recipient,
		effect.message_id,
		effect.summary[:500],
		payload,
		effect.worker,
		to_utc(effect.started),
		done_at,
	)


def send_again(effect: Effect) -> None:
	"""Put an effect back to Sending, with what is sent this time and who sends it."""
	values = {
		"state": "Sending",
		"recipient": effect.recipient,
		"summary": effect.summary[:500],
		"payload": json.dumps(effect.payload),
		"worker": effect.worker,
		"started_at": to_utc(effect.started),
		"answer": None,
	}
	frappe.db.set_value("Chain Effect", effect.key, values, update_modified=False)


def load_effect(key: str) -> frappe._dict | None:
	"""The stored effect of this key: state, payload, recipient and message id."""
	rows = frappe.db.sql(
		"select name, state, payload, recipient, message_id from `tabChain Effect` where name = %s",
		key,
		as_dict=True,
	)
	return rows[0] if rows else None


def answers_since(recipient: str, moment: datetime) -> tuple[str, ...]:
	"""What the provider has answered about other messages to a recipient since then."""
	rows = frappe.db.sql(
		"""select answer from `tabChain Effect` where recipient = %s and modified >= %s and answer is not null
		order by name""",
		(recipient, to_site(moment)),
	)
	return tuple(row[0] for row in rows)


def set_effect_state(key: str, state: str) -> None:
	"""Move an effect on."""
	frappe.db.sql("update `tabChain Effect` set state = %s where name = %s", (state, key))


def note_sent(key: str, answer: str) -> Statement:
	"""What notes that a message was sent, when, and what the provider answered."""
	query = """update `tabChain Effect` set state = 'Sent', done_at = %s, answer = coalesce(%s, answer)
		where name = %s"""
	return query, (to_utc(utc_now()), answer and answer[:1000], key)


def record_attempt(
	effect: str | None, step_run: str, outcome: str, worker: str, started: datetime, answer: str
) -> None:
	"""Append a try that did not succeed; one that did stands on the effect itself."""
	row = (effect, step_run, outcome, worker, to_utc(started), to_utc(utc_now()), answer[:1000])
	fields = ("effect", "step_run", "outcome", "worker", "started_at", "ended_at", "answer")
	insert_rows("Chain Effect Attempt", fields, [row])
