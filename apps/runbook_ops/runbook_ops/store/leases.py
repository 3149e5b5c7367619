"""Steps in a worker's hands: claimed with SKIP LOCKED under a lease and a fence, looked at in a batch, held under locks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..core.chains.breaker import Breaker
from ..core.chains.spec import DUE_STATES, StepState
from ..site_time import from_utc, to_utc, utc_now
from .breakers import STANDING, breakers_of
from .chain_runs import RUN_FIELDS, Run, run_of_row
from .one_trip import commit_with
from .pictures import BOOKING_RECORD
from .rows import json_row, read_json

HELD = {
	**{name: f"run.{name}" for name in RUN_FIELDS},
	"step_run": "step.name",
	"step_revision": "step.revision",
	**{
		name: f"step.{name}"
		for name in ("step_code", "state", "due_at", "first_due_at", "attempts", "fence", "silent")
	},
	"effect_state": "effect.state",
}
HELD_EFFECT = "left join `tabChain Effect` effect on effect.name = concat(run.name, '.', step.revision, '.', step.step_code)"
HELD_JOINS = f"""
straight_join `tabChain Step Run` step on step.run = run.name
{HELD_EFFECT}
where run.name = %(run)s and step.name = %(step)s
"""
HELD_WITH_BOOKING = {
	**HELD,
	"records": f"json_compact({BOOKING_RECORD})",
	"booking_modified": "booking.modified",
}
LOOK = f"select {json_row(HELD_WITH_BOOKING)}"
LOOK_WITH_BREAKERS = f"select {json_row({**HELD_WITH_BOOKING, 'breakers': f'json_compact({STANDING})'})}"
LOOK_AT = f"""{LOOK_WITH_BREAKERS} from `tabChain Step Run` step
straight_join `tabChain Run` run on run.name = step.run
straight_join `tabService Booking` booking on booking.name = run.booking
{HELD_EFFECT}
where step.name in %(steps)s"""
HOLD_WITH_BOOKING = f"""{LOOK} from `tabService Booking` booking straight_join `tabChain Run` run
	on run.booking = booking.name {HELD_JOINS} and booking.name = %(booking)s for update"""
LOOK_AT_STEP = f"select {json_row(HELD)}"
HELD_TO_END = {
	**{name: f"run.{name}" for name in RUN_FIELDS},
	"step_run": "step.name",
	"step_state": "step.state",
	"fence": "step.fence",
}
LOOK_TO_END = f"select {json_row(HELD_TO_END)}"
HOLD_TO_END = f"""{LOOK_TO_END} from `tabChain Run` run
straight_join `tabChain Step Run` step on step.run = run.name
where run.name in %(runs)s and step.name in %(steps)s for update"""
HOLD = f"{LOOK_AT_STEP} from `tabChain Run` run {HELD_JOINS} for update"
TAKE = """update `tabChain Step Run` set state = 'Leased', lease_owner = %s, lease_until = %s,
	fence = fence + 1, silent = silent + %s where name in %s"""


@dataclass(frozen=True)
class Lease:
	"""A step that a worker holds for a while; `fence` tells this holder from earlier ones."""

	step_run: str
	run: str
	booking: str | None
	fence: int
	action: str = ""


@dataclass(frozen=True)
class HeldStep:
	"""A leased step with its run and booking, most often under their locks; moments are aware."""

	name: str
	run: Run
	code: str
	state: StepState
	due_at: datetime
	attempts: int
	fence: int
	silent: int
	"""How many workers in a row went silent while they had it alone, or first among others."""
	revision: int
	effect_state: str | None = None
	"""How far an earlier holder got with the step's effect."""
	records: list[dict] | None = None
	"""What the booking's picture is made of."""
	booking_modified: str | None = None
	first_due_at: datetime | None = None

	@property
	def meant_at(self) -> datetime:
		"""When it was first due, whatever has put it off since; its useful window counts from here."""
		return self.first_due_at or self.due_at

	@property
	def lease(self) -> Lease:
		"""The lease under which the step can be held again."""
		return Lease(self.name, self.run.name, self.run.booking, self.fence)

	@property
	def key(self) -> str:
		"""The key of the step's effect: run, revision and step."""
		return f"{self.run.name}.{self.revision}.{self.code}"


def claim_due(worker: str, lease: timedelta, limit: int, silent_too: bool = True) -> tuple[Lease, ...]:
	"""Lease up to `limit` steps that are due, or, with `silent_too`, one whose holder went silent. Commits, so that others see the lease.

	One alone: when its next worker dies too, it was this step and none of its neighbours.
	"""
	now = utc_now()
	values = {"now": to_utc(now), "limit": limit}
	overdue = "lease_until < %(now)s order by lease_until"
	silent = _lockable("Leased", overdue, values, 1) if silent_too else []
	leases = list(silent)
	for state in () if silent else DUE_STATES:
		if len(leases) < limit:
			leases += _lockable(
				state.value, "due_at <= %(now)s order by due_at, priority", values, limit - len(leases)
			)
	if not leases:
		frappe.db.rollback()
		return ()
	names = tuple(lease.step_run for lease in leases)
	commit_with((TAKE, (worker, to_utc(now + lease), len(silent), names)))
	return tuple(leases)


def _lockable(state: str, where: str, values: dict, limit: int) -> list[Lease]:
	"""Steps that nobody else has locked, locked, as the leases that they become."""
	query = f"""select name, run, (select booking from `tabChain Run` run where run.name = step.run), fence + 1, action
		from `tabChain Step Run` step where state = %(state)s and {where} limit %(limit)s for update skip locked"""  # noqa: S608
	return [Lease(*row) for row in frappe.db.sql(query, {**values, "state": state, "limit": limit})]


def release(lease: Lease, until: datetime) -> None:
	"""Give a step back unworked, for a later time; what becomes of it is nobody's fault."""
	frappe.db.sql(
		"""update `tabChain Step Run` set state = 'Planned', first_due_at = coalesce(first_due_at, due_at), due_at = %s,
			lease_owner = null, lease_until = null where name = %s and state = 'Leased' and fence = %s""",
		(to_utc(until), lease.step_run, lease.fence),
	)
	frappe.db.commit()


def hold(lease: Lease) -> HeldStep | None:
	"""Lock a leased step, or None when the lease has passed to somebody else."""
	return _if_leased(hold_step(lease.step_run, lease.run, lease.booking), lease)


def hold_to_end(leases: Sequence[Lease]) -> dict[str, Run]:
	"""Lock leased steps and their runs, but no booking, to end them: step -> run.

	Those whose lease has passed to somebody else are left out.
	"""
	values = {
		"runs": tuple(lease.run for lease in leases),
		"steps": tuple(lease.step_run for lease in leases),
	}
	fences = {lease.step_run: lease.fence for lease in leases}
	return {
		row["step_run"]: run_of_row(row)
		for row in read_json(HOLD_TO_END, values)
		if row["step_state"] == StepState.LEASED and row["fence"] == fences[row["step_run"]]
	}


def look_at(leases: Sequence[Lease]) -> tuple[tuple[HeldStep, ...], Mapping[str, Breaker]]:
	"""Leased steps of bookings as they stand now, without a lock, and how the providers stand.

	Steps whose lease has passed to somebody else are left out.
	"""
	rows = read_json(LOOK_AT, {"steps": tuple(lease.step_run for lease in leases)})
	found = {row["step_run"]: _held(row) for row in rows}
	held = (_if_leased(found.get(lease.step_run), lease) for lease in leases)
	return tuple(step for step in held if step), breakers_of(rows[0]["breakers"] if rows else None)


def _if_leased(held: HeldStep | None, lease: Lease) -> HeldStep | None:
	return held if held and held.state is StepState.LEASED and held.fence == lease.fence else None


def hold_step(step_run: str, run: str, booking: str | None) -> HeldStep | None:
	"""Lock a step until the transaction ends.

	Booking first, then run, then step: the order of everybody who changes a booking, so that nobody waits in a circle.
	"""
	values = {"step": step_run, "run": run, "booking": booking}
	rows = read_json(HOLD_WITH_BOOKING, values) if booking else []
	rows = rows or read_json(HOLD, values)
	return _held(rows[0]) if rows else None


def _held(row: dict) -> HeldStep:
	return HeldStep(
		name=row["step_run"],
		run=run_of_row(row),
		code=row["step_code"],
		state=StepState(row["state"]),
		due_at=from_utc(row["due_at"]) or utc_now(),
		attempts=row["attempts"] or 0,
		fence=row["fence"] or 0,
		silent=row["silent"] or 0,
		revision=row["step_revision"] or 0,
		effect_state=row.get("effect_state"),
		records=row.get("records"),
		booking_modified=row.get("booking_modified"),
		first_due_at=from_utc(row["first_due_at"]),
	)
