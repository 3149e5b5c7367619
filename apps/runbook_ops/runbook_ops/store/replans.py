"""A run's steps planned anew: locked as they stand in one read, cancelled and planned in one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import frappe

from ..core.chains.plan import PlannedStep
from ..core.chains.spec import ChainSpec, StepState
from ..site_time import to_utc, utc_now
from .chain_runs import STEP_FIELDS, rows_of_steps
from .newest import on_newest
from .rows import STANDARD

LOCK_STEPS = """select step_code, name, state, revision from `tabChain Step Run`
	where name in (select known.name from `tabChain Step Run` known where known.run = %s) order by name for update"""
"""Locked by name: by run, the gaps beside other runs' steps would be locked too. What is nested is only read."""
CANCEL_KNOWN = """on duplicate key update state = values(state), reason_code = values(reason_code), reason = values(reason),
	ended_at = values(ended_at), modified = values(modified), lease_owner = null, lease_until = null, fence = fence + 1"""


@dataclass(frozen=True)
class LockedStep:
	"""A step whose lock this transaction holds."""

	name: str
	state: StepState


def lock_steps(run: str) -> dict[str, LockedStep]:
	"""The run's steps as they stand now, of its latest revision, in one read; they stay so until the transaction ends. The run is locked."""
	rows = frappe.db.sql(on_newest(LOCK_STEPS), run)
	latest = sorted(rows, key=lambda row: row[3] or 0)
	return {code: LockedStep(name, StepState(state)) for code, name, state, _ in latest}


def replan_steps(
	run: str,
	revision: int,
	spec: ChainSpec,
	planned: Sequence[PlannedStep],
	told: Mapping[str, str],
	cancelled: Sequence[str],
	why: tuple[str, str],
) -> None:
	"""Cancel steps that are locked (by name, with code and text of the reason) and plan those of the next revision, in one write."""
	now, moment = frappe.utils.now(), to_utc(utc_now())
	rows = rows_of_steps(run, revision, spec, planned, told)
	gone = (run, "", "", "", StepState.CANCELLED.value, *why, None, moment, revision, 0, 0)
	named = [(frappe.generate_hash(length=16), row) for row in rows] + [(name, gone) for name in cancelled]
	if not named:
		return
	stamp = (now, now, frappe.session.user, frappe.session.user)
	values = [value for name, row in named for value in (name, *stamp, *row)]
	columns = (*STANDARD, *STEP_FIELDS)
	places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(named))
	frappe.db.sql(
		on_newest(f"insert into `tabChain Step Run` ({', '.join(columns)}) values {places} {CANCEL_KNOWN}"),  # noqa: S608
		values,
	)
