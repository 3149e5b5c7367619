"""Runs and their steps: planned by bulk insert, and put from one state into the next."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe

from ..core.chains.plan import Anchors, PlannedStep
from ..core.chains.spec import Anchor, ChainSpec, RunStatus, StepState
from ..site_time import to_site, to_utc, utc_now
from .newest import on_newest
from .one_trip import Statement
from .rows import insert_rows

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
	"depth",
)
RUN_QUERY = "select name, version, status, booking, reference_doctype, reference_name, revision, anchors, depth from `tabChain Run`"


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
	depth: int = 0
	"""How many chains in a row have started one another up to this run."""


LONGEST_KEY = 140


def run_of_key(key: str) -> str | None:
	"""The run that this event has started, or None."""
	return frappe.db.get_value("Chain Run", {"run_key": _stored(key)})


def run_about(doctype: str, name: str) -> frappe._dict | None:
	"""The first run that a record has started, one that did not start too: its name, and why it did not."""
	filters = {"reference_doctype": doctype, "reference_name": name}
	rows = frappe.get_all("Chain Run", filters, ["name", "reason"], order_by="creation asc", limit=1)
	return rows[0] if rows else None


def _stored(key: str) -> str:
	"""A key as its column can hold it."""
	if len(key) <= LONGEST_KEY:
		return key
	return f"{key[:90]}|{hashlib.sha256(key.encode()).hexdigest()[:48]}"


def insert_run(
	key: str,
	version: str,
	spec: ChainSpec,
	booking: str | None,
	reference: tuple[str, str],
	anchors: Anchors,
	cause: Run | None = None,
	not_started: str | None = None,
) -> str | None:
	"""A new run, or None when the same event has come before. `not_started`: the reason why it stays without steps."""
	if run_of_key(key):
		return None
	now = to_site(utc_now())
	row = (
		_stored(key),
		spec.code,
		version,
		booking,
		*reference,
		(RunStatus.NOT_STARTED if not_started else RunStatus.RUNNING).value,
		0,
		now,
		_pack(anchors),
		cause and cause.name,
		cause.depth + 1 if cause else 0,
		not_started,
		now if not_started else None,
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
		"cause",
		"depth",
		"reason",
		"ended_at",
	)
	try:
		return insert_rows("Chain Run", fields, [row], contested=True)[0]
	except frappe.DuplicateEntryError:  # begun since this transaction's snapshot was taken
		return None


def insert_steps(
	run: str, revision: int, spec: ChainSpec, planned: Sequence[PlannedStep], told: Mapping[str, str]
) -> None:
	"""The planned steps of a run in one statement; `told`: reason code -> text, for those that planning has ended."""
	insert_rows("Chain Step Run", STEP_FIELDS, rows_of_steps(run, revision, spec, planned, told))


def rows_of_steps(
	run: str, revision: int, spec: ChainSpec, planned: Sequence[PlannedStep], told: Mapping[str, str]
) -> list[tuple]:
	"""The planned steps as rows of STEP_FIELDS."""
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
	return rows


def open_runs_of(booking: str) -> tuple[Run, ...]:
	"""The runs of a booking that have not ended, locked until the transaction ends."""
	names = frappe.get_all("Chain Run", {"booking": booking}, pluck="name", order_by="name asc")
	if not names:
		return ()
	return _locked("name in %s and status in ('Running', 'Needs Attention')", (tuple(names),))


def load_run(name: str) -> Run:
	"""The run of this name."""
	return run_of_row(frappe.db.sql(f"{RUN_QUERY} where name = %s", name, as_dict=True)[0])


def all_runs_of(booking: str) -> tuple[Run, ...]:
	"""The runs of a booking, ended ones too, locked until the transaction ends."""
	names = frappe.get_all("Chain Run", {"booking": booking}, pluck="name", order_by="name asc")
	if not names:
		return ()
	return _locked("name in %s and status != 'Not Started'", (tuple(names),))


def waiting_runs(doctype: str, name: str) -> tuple[Run, ...]:
	"""The runs about a record that have a step which waits for something, locked."""
	booking = name if doctype == "Service Booking" else None
	names = frappe.db.sql(
		"""select distinct run.name from `tabChain Run` run join `tabChain Step Run` step on step.run = run.name
		where (run.reference_name = %(name)s and run.reference_doctype = %(doctype)s or run.booking = %(booking)s)
			and run.status in ('Running', 'Needs Attention') and step.action = 'wait'
			and step.state in ('Planned', 'Human') order by run.name""",
		{"doctype": doctype, "name": name, "booking": booking},
	)
	if not names:
		return ()
	return _locked("name in %s", (names,))


def open_runs_about(doctype: str, name: str, chain: str | None = None) -> tuple[Run, ...]:
	"""The runs that a record has started and that have not ended, of one chain or of all, locked."""
	where = """reference_name = %(name)s and reference_doctype = %(doctype)s
		and (%(chain)s is null or chain = %(chain)s) and status in ('Running', 'Needs Attention')"""
	return _locked(where, {"name": name, "doctype": doctype, "chain": chain})


def _locked(where: str, values: Mapping[str, object] | Sequence[object]) -> tuple[Run, ...]:
	rows = frappe.db.sql(
		on_newest(f"{RUN_QUERY} where {where} order by name for update"), values, as_dict=True
	)
	return tuple(run_of_row(row) for row in rows)


def states_of(runs: Collection[str], done: Collection[str] = ()) -> dict[str, dict[str, StepState]]:
	"""For each run the state of each of its steps, of its latest revision where it was planned more than once.

	`done`: names of steps that are about to be marked so, and count as done.
	For the pump, which reads what is committed; a request reads an old snapshot and wants `locked_states_of`. A statement of its
	own: one that also locks the runs may have looked at the steps before it had waited for the last lock.
	"""
	if not runs:
		return {}
	rows = frappe.db.sql(
		"""select run.name, (select json_arrayagg(json_array(step.step_code,
				if(step.name in %(done)s, 'Done', step.state), step.revision))
			from `tabChain Step Run` step where step.run = run.name)
		from `tabChain Run` run where run.name in %(runs)s""",
		{"runs": tuple(runs), "done": (*done, "")},
	)
	return {run: _latest(json.loads(text or "[]")) for run, text in rows}


def locked_states_of(run: str) -> dict[str, StepState]:
	"""The states as they stand now, whatever the transaction has read before; they stay so until it ends. The run is locked."""
	names = _steps_of(run)
	query = (
		"select step_code, state, revision from `tabChain Step Run` where name in %s order by name for update"
	)
	return _latest(frappe.db.sql(on_newest(query), (names,))) if names else {}


def _latest(rows: Sequence[Sequence]) -> dict[str, StepState]:
	return {code: StepState(state) for code, state, _ in sorted(rows, key=lambda row: row[2] or 0)}


def _steps_of(run: str, codes: Sequence[str] | None = None) -> tuple[str, ...]:
	"""The names of a run's steps. Steps are locked and changed by name: by run, the gaps beside other runs' would be locked too."""
	filters: dict = {"run": run}
	if codes is not None:
		filters["step_code"] = ("in", list(codes))
	return tuple(frappe.get_all("Chain Step Run", filters, pluck="name", order_by="name asc"))


def answers_of(run: str) -> dict[str, str]:
	"""The answers that people gave to a run's questions, the latest of each: step code -> answer."""
	return dict(
		frappe.db.sql(
			"""select step_code, answer from `tabChain Step Run` where run = %s and answer is not null
			order by revision, position""",
			run,
		)
	)


def set_state(step: str | Sequence[str], state: StepState, **values) -> None:
	"""Put a step, or several, into a state. The caller holds their locks; moments among the values are aware."""
	plain = {name: to_utc(value) if isinstance(value, datetime) else value for name, value in values.items()}
	plain.setdefault("held_for", None)
	if state in (StepState.DONE, StepState.SKIPPED, StepState.CANCELLED):
		plain["ended_at"] = to_utc(utc_now())
	sets = ", ".join(f"`{name}` = %({name})s" for name in plain)
	frappe.db.sql(
		on_newest(
			f"update `tabChain Step Run` set state = %(state)s, silent = 0, lease_owner = null, lease_until = null, {sets} where name in %(steps)s"  # noqa: S608
		),
		{**plain, "state": state.value, "steps": (step,) if isinstance(step, str) else tuple(step)},
	)


def note_done(steps: Collection[str]) -> Statement:
	"""What marks steps as done, for read-committed transactions. The caller holds their locks."""
	query = """update `tabChain Step Run` set state = 'Done', silent = 0, lease_owner = null, lease_until = null,
		held_for = null, reason_code = null, reason = null, ended_at = %s where name in %s"""
	return query, (to_utc(utc_now()), tuple(steps))


def plan_waiting(run: str, planned: Sequence[PlannedStep]) -> None:
	"""Put waiting steps to the time that has become known, all in one statement."""
	names = _steps_of(run, [plan.code for plan in planned]) if planned else ()
	if not names:
		return
	cases = " ".join("when %s then %s" for _ in planned)
	times = [value for plan in planned for value in (plan.code, to_utc(plan.due_at))]
	frappe.db.sql(
		on_newest(
			f"""update `tabChain Step Run` set state = 'Planned', due_at = case step_code {cases} end
			where name in %s and state = 'Waiting'"""  # noqa: S608
		),
		[*times, names],
	)


def cancel_open(run: str, codes: Sequence[str], code: str, text: str) -> None:
	"""Cancel those steps of a run that are open, with a reason."""
	names = _steps_of(run, codes) if codes else ()
	if names:
		frappe.db.sql(
			on_newest(
				"""update `tabChain Step Run` set state = 'Cancelled', reason_code = %s, reason = %s, ended_at = %s,
					lease_owner = null, lease_until = null, fence = fence + 1
				where name in %s and state in ('Waiting', 'Planned', 'Leased', 'Retry', 'Human')"""
			),
			(code, text, to_utc(utc_now()), names),
		)


def bring_forward(run: str, codes: Sequence[str], moment: datetime) -> None:
	"""Make steps due at once that are planned for later or that a person owns."""
	names = _steps_of(run, codes) if codes else ()
	if names:
		frappe.db.sql(
			on_newest(
				"""update `tabChain Step Run` set state = 'Planned', due_at = %s, first_due_at = null, held_for = null
				where name in %s and state in ('Planned', 'Human')"""
			),
			(to_utc(moment), names),
		)


def set_run(run: str, status: RunStatus, **values) -> None:
	"""Put a run into a state; `anchors` among the values are packed."""
	if "anchors" in values:
		values["anchors"] = _pack(values["anchors"])
	ended = to_site(utc_now()) if status in (RunStatus.DONE, RunStatus.CANCELLED) else None
	plain = {"status": status.value, "ended_at": ended, **values}
	sets = ", ".join(f"`{name}` = %({name})s" for name in plain)
	query = f"update `tabChain Run` set {sets} where name = %(run)s"  # noqa: S608
	frappe.db.sql(on_newest(query), {**plain, "run": run})


def _pack(anchors: Anchors) -> str:
	return json.dumps({anchor.value: moment.isoformat() for anchor, moment in anchors.items()})


def run_of_row(row: dict) -> Run:
	"""A run from its stored fields."""
	anchors = {
		Anchor(name): datetime.fromisoformat(value)
		for name, value in json.loads(row["anchors"] or "{}").items()
	}
	return Run(
		row["name"],
		row["version"],
		RunStatus(row["status"]),
		row["booking"],
		row["reference_doctype"],
		row["reference_name"],
		row["revision"] or 0,
		anchors,
		row["depth"] or 0,
	)
