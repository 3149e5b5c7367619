"""The circuit breakers, a row a provider; each change is one conditional statement, so any number of workers may make it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import frappe

from ..core.chains.breaker import Breaker, BreakerState, Limits
from ..site_time import from_utc, to_utc
from .newest import on_newest
from .rows import insert_rows

FIELDS = ("name", "state", "failures", "last_error")
MOST_AT_ONCE = 5000
STANDING = """(select json_arrayagg(json_array(breaker.name, breaker.state, breaker.failures, breaker.opened_at, breaker.probe_at))
	from `tabChain Breaker` breaker)"""
"""How all stand, as one JSON value of a query."""


def limits() -> Limits:
	"""What the settings say."""
	settings = frappe.get_cached_doc("Runbook Settings")
	pause = timedelta(minutes=settings.breaker_pause_minutes or 5)
	failures = settings.breaker_failures
	return Limits(10 if failures is None else int(failures), pause)


def load_breakers() -> dict[str, Breaker]:
	"""How each provider stands that has ever failed."""
	return breakers_of(json.loads(frappe.db.sql(f"select {STANDING}")[0][0] or "[]"))


def breakers_of(rows: Iterable[Sequence] | None) -> dict[str, Breaker]:
	"""The same from the value of `STANDING`."""
	return {
		row[0]: Breaker(row[0], BreakerState(row[1]), row[2] or 0, from_utc(row[3]), from_utc(row[4]))
		for row in rows or ()
	}


def take_probe(provider: str, now: datetime, pause: timedelta) -> bool:
	"""Be the one that tries an open provider; False when another was quicker. The next try is a pause later."""
	return _changed(
		"""update `tabChain Breaker` set probe_at = %(next)s where name = %(name)s and state = 'Open'
			and (probe_at is null or probe_at <= %(now)s)""",
		{"name": provider, "now": to_utc(now), "next": to_utc(now + pause)},
	)


def count_failure(provider: str, error: str, now: datetime, limits: Limits) -> bool:
	"""Count a failure; True when this was the one that opened the breaker."""
	values = {
		"name": provider,
		"error": error[:500],
		"most": limits.failures,
		"now": to_utc(now),
		"next": to_utc(now + limits.pause),
	}
	counted = (
		"update `tabChain Breaker` set failures = failures + 1, last_error = %(error)s where name = %(name)s"
	)
	if not _changed(counted, values):
		try:
			insert_rows(
				"Chain Breaker",
				FIELDS,
				[(provider, BreakerState.CLOSED.value, 1, error[:500])],
				contested=True,
			)
		except frappe.DuplicateEntryError:
			_changed(counted, values)
	return _changed(
		"""update `tabChain Breaker` set state = 'Open', opened_at = %(now)s, probe_at = %(next)s
		where name = %(name)s and state = 'Closed' and failures >= %(most)s""",
		values,
	)


def note_success(provider: str) -> bool:
	"""The provider works; True when this closed its breaker."""
	_changed(
		"update `tabChain Breaker` set failures = 0 where name = %(name)s and state = 'Closed'",
		{"name": provider},
	)
	return _changed(
		"""update `tabChain Breaker` set state = 'Closed', failures = 0, opened_at = null, probe_at = null
		where name = %(name)s and state = 'Open'""",
		{"name": provider},
	)


def is_still_open(provider: str) -> bool:
	"""Whether a breaker is open, now; it stays so until the transaction ends, so that who closes it lets go what this one puts off."""
	rows = frappe.db.sql(
		on_newest("select state from `tabChain Breaker` where name = %s for update"), provider
	)
	return bool(rows) and rows[0][0] == BreakerState.OPEN


def task_of(provider: str) -> str | None:
	"""The task that told somebody that the provider is out of order."""
	return frappe.db.get_value("Chain Breaker", provider, "task")


def keep_task(provider: str, task: str | None) -> None:
	"""Remember who was told."""
	frappe.db.set_value("Chain Breaker", provider, "task", task, update_modified=False)


def let_go(provider: str, now: datetime, pause: timedelta) -> int:
	"""Make the steps that waited for a provider due; gives how many. What another holds just now is left to it."""
	names = frappe.db.sql_list(
		"""select name from `tabChain Step Run` where state = 'Planned' and due_at > %(now)s and due_at < %(until)s
			and held_for = %(provider)s order by due_at limit %(limit)s for update skip locked""",
		{"now": to_utc(now), "until": to_utc(now + 2 * pause), "provider": provider, "limit": MOST_AT_ONCE},
	)
	if names:
		frappe.db.sql(
			"update `tabChain Step Run` set due_at = %s, held_for = null where name in %s",
			(to_utc(now), tuple(names)),
		)
	return len(names)


def held_steps(provider: str) -> int:
	"""How many steps wait for a provider."""
	return frappe.db.sql(
		"select count(*) from `tabChain Step Run` where state = 'Planned' and held_for = %s", provider
	)[0][0]


def _changed(statement: str, values: dict) -> bool:
	frappe.db.sql(statement, values)
	return frappe.db._cursor.rowcount > 0
