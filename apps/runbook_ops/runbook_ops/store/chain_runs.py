"""Runs and their steps: planned by bulk insert, claimed with SKIP LOCKED under a lease and a fence, finished by its holder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..core.chains.plan import Anchors, PlannedStep
from ..core.chains.spec import DUE_STATES, Anchor, ChainSpec, RunStatus, StepState
from ..site_time import from_utc, to_site, to_utc, utc_now
from .rows import insert_rows, read_json, select_json

STEP_FIELDS = (
	"run",
	"step_code",
	"title",
	"action",
	"state",
	"reason_code",
	"reason",
	"due_at",
	"ended_at",
	"revision",
	"position",
	"priority",
)


RUN_FIELDS = (
	"name",
	"version",
	"status",
	"booking",
	"reference_doctype",
	"reference_name",
	"revision",
	"anchors",
)
RUN_QUERY = "select name, version, status, booking, reference_doctype, reference_name, revision, anchors from `tabChain Run`"

HELD_COLUMNS = select_json(
	{
		**{name: f"run.{name}" for name in RUN_FIELDS},
		"step_run": "step.name",
		"step_revision": "step.revision",
		**{name: f"step.{name}" for name in ("step_code", "state", "due_at", "attempts", "fence", "leases")},
		"effect_state": "effect.state",
	}
)
HELD_JOINS = """
straight_join `tabChain Step Run` step on step.run = run.name
left join `tabChain Effect` effect on effect.name = concat(run.name, '.', step.revision, '.', step.step_code)
where run.name = %(run)s and step.name = %(step)s
"""
HOLD_WITH_BOOKING = f"""{HELD_COLUMNS} from `tabService Booking` booking straight_join `tabChain Run` run
	on run.booking = booking.name {HELD_JOINS} and booking.name = %(booking)s for update"""
HOLD = f"{HELD_COLUMNS} from `tabChain Run` run {HELD_JOINS} for update"


@dataclass(frozen=True)
class Run:
	"""A run as the engine works with it."""

	name: str
	version: str
	status: RunStatus
	booking: str | None
	reference_doctype: str
	reference_name: str
	revision: int
	anchors: Anchors


@dataclass(frozen=True)
class Lease:
	"""A step that a worker holds for a while; `fence` tells this holder from earlier ones."""

	step_run: str
	run: str
	booking: str | None
	fence: int


@dataclass(frozen=True)
class HeldStep:
	"""A step under its lock, and its run and booking with it; moments are aware."""

	name: str
	run: Run
	code: str
	state: StepState
	due_at: datetime
	attempts: int
	fence: int
	leases: int
	revision: int
	effect_state: str | None = None
	"""How far an earlier holder got with the step's effect."""

	@property
	def lease(self) -> Lease:
		"""The lease under which the step can be held again."""
		return Lease(self.name, self.run.name, self.run.booking, self.fence)

	@property
	def key(self) -> str:
		"""The key of the step's effect: run, revision and step."""
		return f"{self.run.name}.{self.revision}.{self.code}"


def insert_run(
	key: str, version: str, spec: ChainSpec, booking: str | None, reference: tuple[str, str], anchors: Anchors
) -> str | None:
	"""A new run, or None when the same event has started one before."""
	if frappe.db.exists("Chain Run", {"run_key": key}):
		return None
	row = (
		key,
		spec.code,
		version,
		booking,
		*reference,
		RunStatus.RUNNING.value,
		0,
		to_site(utc_now()),
		_pack(anchors),
	)
	fields = (
		"run_key",
		"chain",
		"version",
		"booking",
		"reference_doctype",
		"reference_name",
		"status",
		"revision",
		"started_at",
		"anchors",
	)
	try:
		return insert_rows("Chain Run", fields, [row])[0]
	except frappe.DuplicateEntryError:  # begun since this transaction's snapshot was taken
		return None


def insert_steps(
	run: str, revision: int, spec: ChainSpec, planned: Sequence[PlannedStep], told: Mapping[str, str]
) -> None:
	"""The planned steps of a run in one statement; `told`: reason code -> text, for those that planning has ended."""
	position = {step.code: index for index, step in enumerate(spec.steps)}
	now = to_utc(utc_now())
	rows = []
	for plan in planned:
		step = spec.steps[position[plan.code]]
		ended = now if plan.state is StepState.SKIPPED else None
		reason = told[plan.reason] if plan.reason else None
		rows.append(
			(
				run,
				plan.code,
				step.title,
				step.action,
				plan.state.value,
				plan.reason,
				reason,
				to_utc(plan.due_at),
				ended,
				revision,
				position[plan.code],
				step.priority,
			)
		)
	insert_rows("Chain Step Run", STEP_FIELDS, rows)


def open_runs_of(booking: str) -> tuple[Run, ...]:
	"""The runs of a booking that have not ended, locked until the transaction ends."""
	names = frappe.get_all("Chain Run", {"booking": booking}, pluck="name", order_by="name asc")
	if not names:
		return ()
	rows = frappe.db.sql(
		f"{RUN_QUERY} where name in %s and status in ('Running', 'Needs Attention') order by name for update",
		(tuple(names),),
		as_dict=True,
	)
	return tuple(_run(row) for row in rows)


def states_of(run: str) -> dict[str, StepState]:
	"""The state of each step of a run, of its latest revision where it was planned more than once.

	For the pump, which reads what is committed; a request reads an old snapshot and wants `locked_states_of`.
	"""
	((text,),) = frappe.db.sql(
		"select json_arrayagg(json_array(step_code, state, revision)) from `tabChain Step Run` where run = %s",
		run,
	)
	return _latest(json.loads(text or "[]"))


def locked_states_of(run: str) -> dict[str, StepState]:
	"""The states as they stand now, whatever the transaction has read before; they stay so until it ends. The run is locked."""
	names = _steps_of(run)
	query = (
		"select step_code, state, revision from `tabChain Step Run` where name in %s order by name for update"
	)
	return _latest(frappe.db.sql(query, (names,))) if names else {}


def _latest(rows: Sequence[Sequence]) -> dict[str, StepState]:
	return {code: StepState(state) for code, state, _ in sorted(rows, key=lambda row: row[2] or 0)}


def _steps_of(run: str, codes: Sequence[str] | None = None) -> tuple[str, ...]:
	"""The names of a run's steps. Steps are locked and changed by name: by run, the gaps beside other runs' would be locked too."""
	filters: dict = {"run": run}
	if codes is not None:
		filters["step_code"] = ("in", list(codes))
	return tuple(frappe.get_all("Chain Step Run", filters, pluck="name", order_by="name asc"))


def claim_due(worker: str, lease: timedelta, limit: int) -> tuple[Lease, ...]:
	"""Lease up to `limit` steps that are due or whose holder went silent. Commits, so that others see the lease."""
	now = utc_now()
	values = {"now": to_utc(now), "limit": limit}
	names: list[str] = []
	for state in DUE_STATES:
		if len(names) < limit:
			names += _lockable(
				state.value, "due_at <= %(now)s order by due_at, priority", values, limit - len(names)
			)
	if len(names) < limit:
		names += _lockable("Leased", "lease_until < %(now)s order by lease_until", values, limit - len(names))
	if not names:
		frappe.db.rollback()
		return ()
	frappe.db.sql(
		"""update `tabChain Step Run` set state = 'Leased', lease_owner = %(worker)s, lease_until = %(until)s, fence = fence + 1, leases = leases + 1
		where name in %(names)s""",
		{"worker": worker, "until": to_utc(now + lease), "names": tuple(names)},
	)
	rows = frappe.db.sql(
		"""select step.name, step.run, run.booking, step.fence from `tabChain Step Run` step
		join `tabChain Run` run on run.name = step.run where step.name in %s""",
		(tuple(names),),
	)
	frappe.db.commit()
	leases = {row[0]: Lease(*row) for row in rows}
	return tuple(leases[name] for name in names)


def _lockable(state: str, where: str, values: dict, limit: int) -> list[str]:
	query = f"select name from `tabChain Step Run` where state = %(state)s and {where} limit %(limit)s for update skip locked"  # noqa: S608
	return [row[0] for row in frappe.db.sql(query, {**values, "state": state, "limit": limit})]


def hold(lease: Lease) -> HeldStep | None:
	"""Lock a leased step, or None when the lease has passed to somebody else."""
	held = hold_step(lease.step_run, lease.run, lease.booking)
	return held if held and held.state is StepState.LEASED and held.fence == lease.fence else None


def hold_step(step_run: str, run: str, booking: str | None) -> HeldStep | None:
	"""Lock a step until the transaction ends.

	Booking first, then run, then step: the order of everybody who changes a booking, so that nobody waits in a circle.
	"""
	values = {"step": step_run, "run": run, "booking": booking}
	rows = read_json(HOLD_WITH_BOOKING, values) if booking else []
	rows = rows or read_json(HOLD, values)
	if not rows:
		return None
	row = rows[0]
	return HeldStep(
		name=row.step_run,
		run=_run(row),
		code=row.step_code,
		state=StepState(row.state),
		due_at=from_utc(row.due_at) or utc_now(),
		attempts=row.attempts or 0,
		fence=row.fence or 0,
		leases=row.leases or 0,
		revision=row.step_revision or 0,
		effect_state=row.effect_state,
	)


def set_state(step: str, state: StepState, **values) -> None:
	"""Put a step into a state. The caller holds its lock; moments among the values are aware."""
	plain = {name: to_utc(value) if isinstance(value, datetime) else value for name, value in values.items()}
	if state in (StepState.DONE, StepState.SKIPPED, StepState.CANCELLED):
		plain["ended_at"] = to_utc(utc_now())
	sets = ", ".join(f"`{name}` = %({name})s" for name in plain)
	frappe.db.sql(
		f"update `tabChain Step Run` set state = %(state)s, leases = 0, lease_owner = null, lease_until = null{', ' if sets else ''}{sets} where name = %(step)s",  # noqa: S608
		{**plain, "state": state.value, "step": step},
	)


def plan_waiting(run: str, planned: Sequence[PlannedStep]) -> None:
	"""Put waiting steps to the time that has become known, all in one statement."""
	names = _steps_of(run, [plan.code for plan in planned]) if planned else ()
	if not names:
		return
	cases = " ".join("when %s then %s" for _ in planned)
	times = [value for plan in planned for value in (plan.code, to_utc(plan.due_at))]
	frappe.db.sql(
		f"""update `tabChain Step Run` set state = 'Planned', due_at = case step_code {cases} end
		where name in %s and state = 'Waiting'""",  # noqa: S608
		[*times, names],
	)


def cancel_open(run: str, codes: Sequence[str], code: str, text: str) -> None:
	"""Cancel those steps of a run that are open, with a reason."""
	names = _steps_of(run, codes) if codes else ()
	if names:
		frappe.db.sql(
			"""update `tabChain Step Run` set state = 'Cancelled', reason_code = %s, reason = %s, ended_at = %s,
				lease_owner = null, lease_until = null, fence = fence + 1
			where name in %s and state in ('Waiting', 'Planned', 'Leased', 'Retry', 'Human')""",
			(code, text, to_utc(utc_now()), names),
		)


def bring_forward(run: str, codes: Sequence[str], moment: datetime) -> None:
	"""Make steps due at once that are planned for later or that a person owns."""
	names = _steps_of(run, codes) if codes else ()
	if names:
		frappe.db.sql(
			"""update `tabChain Step Run` set state = 'Planned', due_at = %s
			where name in %s and state in ('Planned', 'Human')""",
			(to_utc(moment), names),
		)


def set_run(run: str, status: RunStatus, **values) -> None:
	"""Put a run into a state; `anchors` among the values are packed."""
	if "anchors" in values:
		values["anchors"] = _pack(values["anchors"])
	ended = to_site(utc_now()) if status in (RunStatus.DONE, RunStatus.CANCELLED) else None
	plain = {"status": status.value, "ended_at": ended, **values}
	sets = ", ".join(f"`{name}` = %({name})s" for name in plain)
	frappe.db.sql(f"update `tabChain Run` set {sets} where name = %(run)s", {**plain, "run": run})  # noqa: S608


def _pack(anchors: Anchors) -> str:
	return json.dumps({anchor.value: moment.isoformat() for anchor, moment in anchors.items()})


def _run(row: frappe._dict) -> Run:
	anchors = {
		Anchor(name): datetime.fromisoformat(value) for name, value in json.loads(row.anchors or "{}").items()
	}
	return Run(
		row.name,
		row.version,
		RunStatus(row.status),
		row.booking,
		row.reference_doctype,
		row.reference_name,
		row.revision or 0,
		anchors,
	)
