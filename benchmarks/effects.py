"""How many effects a second does the engine make, beside the claim loop that any queue in a database needs?

Timed: from the moment at which four waiting processes are let go to the moment at which the last one has found nothing more
to do. Engine: `workflows.pump.pump` works 48-hour reminders of as many bookings, each from lease to Done: facts, condition,
text, effect, delivery to a local provider without delay (the e-mail channel with the site's mail muted), the provider's answer,
timeline, and the run's state. Bare loop: the same processes claim rows of a plain table by SKIP LOCKED in batches of the same
size, and mark each row Sending and then Done. `effect`, time over time: each mark in a commit of its own. `effects`, effects a second
over effects a second: a row's Done together with the next one's Sending, as many commits as the engine's, which the server counts
(the engine may have more, for a batch that became stale). Both are read-committed and go through `frappe.db.sql`. The processes start and warm up
before the first turn.
"""

import secrets
from statistics import median

import frappe

from benchmarks.business import Reminders
from benchmarks.crew import QUEUE, Crew
from benchmarks.measure import interleaved
from benchmarks.report import Row, progress

GOAL, TIME_GOAL = 0.5, 2.5
FEWER_AT_MOST = 0.95
WORKERS = 4
TURNS = 5


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	turns, size, workers = (2, 20, 2) if quick else (TURNS, 1_000, WORKERS)
	progress(f"effects: making {2 * (turns + 1) * size:,} bookings in the middle of their chain")
	reminders = Reminders.made(2 * (turns + 1), size)
	batches = iter(range(2 * (turns + 1)))
	_make_queue()
	commits: dict[str, list[int]] = {"engine": [], "apart": [], "together": []}
	with Crew(workers) as crew:

		def timed(word: str) -> float:
			before = _commits()
			spent = crew.timed(word, size)
			commits[word].append(_commits() - before)
			return spent

		def engine() -> float:
			reminders.arm(next(batches))
			return timed("engine")

		def bare(word: str) -> float:
			_fill_queue(size)
			return timed(word)

		effect = interleaved("effect", engine, lambda: bare("apart"), turns)
		effects = interleaved("effects", lambda: bare("together"), engine, turns)
	_check(2 * (turns + 1) * size)
	made, needed = (median(commits[word]) for word in ("engine", "together"))
	if made < needed * FEWER_AT_MOST:
		raise AssertionError(
			f"the engine commits {made} times for {size} effects, the bare loop {needed} times: it has it easier"
		)
	about = f"{workers} processes, {size:,} effects a turn"
	counted = f"{made / size:.2f} / {needed / size:.2f} commits each"
	return [
		Row("effect", effect.value, TIME_GOAL, detail=f"{effect.told(size)}; {about}"),
		Row(
			"effects", effects.value, GOAL, detail=f"{effects.told(size)}; {about}, {counted}", at_least=True
		),
	]


def _commits() -> int:
	frappe.db.rollback()
	return int(frappe.db.sql("show global status like 'Com_commit'")[0][1])


def _make_queue() -> None:
	frappe.db.commit()
	frappe.db.sql_ddl(
		f"""create or replace table `{QUEUE}` (name varchar(140) primary key, state varchar(140), due_at datetime(6),
			priority int, lease_owner varchar(140), lease_until datetime(6), fence int not null default 0,
			key due (state, due_at, priority))"""
	)


def _fill_queue(size: int) -> None:
	batch = secrets.token_hex(4)
	frappe.db.sql(
		f"insert into `{QUEUE}` (name, state, due_at, priority) select concat(%s, '-', seq), 'Planned',"
		f" date_sub(utc_timestamp(6), interval 1 second), 45 from `seq_1_to_{size}`",
		batch,
	)
	frappe.db.commit()


def _check(count: int) -> None:
	frappe.db.rollback()
	sent = frappe.db.count("Chain Effect", {"state": "Sent"})
	bare = frappe.db.sql(f"select count(*) from `{QUEUE}` where state = 'Done'")[0][0]
	if (sent, bare) != (count, count):
		raise AssertionError(f"{count} effects were due: the engine sent {sent}, the bare loop did {bare}")
