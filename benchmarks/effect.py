"""How much does the engine add to the claim loop that any queue in a database needs?

Timed: from the moment at which four waiting processes are let go to the moment at which the last one has found nothing more
to do. Engine: `workflows.pump.pump` works 48-hour reminders of as many bookings, each from lease to Done: facts, condition,
text, effect, delivery to a local provider without delay (the e-mail channel with the site's mail muted), the provider's answer,
timeline, and the run's state. Bare loop: the same processes claim rows of a plain table by SKIP LOCKED in batches of the same
size, and for each row mark it Sending, commit, mark it Done, commit. Both are read-committed and go through `frappe.db.sql`. The
engine commits once an effect (that one is sent is noted with the next one's Sending) and twice a batch. The processes start and warm up before the first turn.
"""

import secrets

import frappe

from benchmarks.business import Reminders
from benchmarks.crew import QUEUE, Crew
from benchmarks.measure import interleaved
from benchmarks.report import Row, progress

GOAL = 2.5
WORKERS = 4
TURNS = 5


def measure(quick: bool) -> list[Row]:
	"""The one row."""
	turns, size, workers = (2, 20, 2) if quick else (TURNS, 1_000, WORKERS)
	progress(f"effect: making {(turns + 1) * size:,} bookings in the middle of their chain")
	reminders = Reminders.made(turns + 1, size)
	batches = iter(range(turns + 1))
	_make_queue()
	with Crew(workers) as crew:

		def engine() -> float:
			reminders.arm(next(batches))
			return crew.timed("engine", size)

		def bare() -> float:
			_fill_queue(size)
			return crew.timed("bare", size)

		ratio = interleaved("effect", engine, bare, turns)
	_check((turns + 1) * size)
	return [
		Row(
			"effect",
			ratio.value,
			GOAL,
			detail=f"{ratio.told(size)}; {workers} processes, {size:,} effects a turn",
		)
	]


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
