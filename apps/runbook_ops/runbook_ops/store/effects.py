"""Effects and their attempts: an effect's name is its key, so the database lets it exist once."""

import json
from dataclasses import dataclass
from datetime import datetime

import frappe

from ..core.chains.spec import EffectClass
from ..site_time import to_utc, utc_now
from .rows import insert_rows

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
	"done_at",
)


@dataclass(frozen=True)
class Effect:
	"""What a step does to the world outside the engine."""

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


def insert_effect(effect: Effect) -> None:
	"""Write an effect down; raises frappe.DuplicateEntryError when its key exists."""
	doctype, name = effect.reference or (None, None)
	payload = json.dumps(effect.payload, default=str) if effect.payload else None
	done_at = to_utc(utc_now()) if effect.state in ("Done", "Sent") else None
	row = (
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
		done_at,
	)
	insert_rows("Chain Effect", EFFECT_FIELDS, [row])


def send_again(key: str, recipient: str, summary: str, payload: dict) -> None:
	"""Put an effect back to Sending, with what is sent this time."""
	values = {
		"state": "Sending",
		"recipient": recipient,
		"summary": summary[:500],
		"payload": json.dumps(payload),
	}
	frappe.db.set_value("Chain Effect", key, values, update_modified=False)


def load_effect(key: str) -> frappe._dict | None:
	"""The stored effect of this key: state, payload, recipient and message id."""
	rows = frappe.db.sql(
		"select name, state, payload, recipient, message_id from `tabChain Effect` where name = %s",
		key,
		as_dict=True,
	)
	return rows[0] if rows else None


def set_effect_state(key: str, state: str) -> None:
	"""Move an effect on; Sent gets its time."""
	done_at = to_utc(utc_now()) if state == "Sent" else None
	frappe.db.sql(
		"update `tabChain Effect` set state = %s, done_at = coalesce(%s, done_at) where name = %s",
		(state, done_at, key),
	)


def record_attempt(
	effect: str | None, step_run: str, outcome: str, worker: str, started: datetime, answer: str
) -> None:
	"""Append one try."""
	row = (effect, step_run, outcome, worker, to_utc(started), to_utc(utc_now()), answer[:1000])
	fields = ("effect", "step_run", "outcome", "worker", "started_at", "ended_at", "answer")
	insert_rows("Chain Effect Attempt", fields, [row])
