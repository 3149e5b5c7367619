"""Start runs: of the chains that an event calls for, each once, where the chain's condition holds and not too deep in a row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document

from ..core.chains.decide import start_reads, start_refused
from ..core.chains.facts import build_facts
from ..core.chains.plan import Anchors, PlannedStep, plan_run
from ..core.chains.progress import MOST_DEEP, run_status
from ..core.chains.spec import Anchor, ChainSpec, Event, RunStatus
from ..core.chains.waits import waiting_steps
from ..core.followups import TaskKind
from ..core.refusal import Refusal
from ..errors import ChainRefused
from ..messages import refuse, tell
from ..operations.open_task import TaskWish, open_task
from ..site_time import from_site, site_zone, utc_now
from ..store import chain_runs
from ..store.chain_versions import load_spec
from ..store.chain_watch import watches
from ..store.office import opening_of
from ..store.pictures import picture_about
from .doorbell import ring_after_commit
from .waits import end_waits


@dataclass(frozen=True)
class Occasion:
	"""An event that happens to a record, once for each `occurrence`.

	`booking`: the booking that runs about it are about, if any. `at`: the moment that runs count from, None for now.
	`cause`: the run that brought it about, when that is known other than by its being worked just now. `passed`: its time was
	over before anybody could know of it, so that it starts nothing.
	"""

	event: Event
	doctype: str
	name: str
	occurrence: str = ""
	booking: Document | None = None
	at: datetime | None = None
	cause: chain_runs.Run | None = None
	passed: bool = False


@contextmanager
def caused_by(run: chain_runs.Run) -> Iterator[None]:
	"""What happens inside is brought about by this run, so the chains that it starts are one deeper."""
	before = _cause()
	frappe.local.runbook_cause = run
	try:
		yield
	finally:
		frappe.local.runbook_cause = before


def _cause() -> chain_runs.Run | None:
	return getattr(frappe.local, "runbook_cause", None)


def start_chains(occasion: Occasion, versions: Iterable[str]) -> tuple[str, ...]:
	"""Plan a run of each of these published versions, in the transaction of the event; the same occasion twice starts none.

	Gives the names of the new runs. Where a chain's condition does not hold, its run says Not Started and why.
	"""
	started = [_start(occasion, version, load_spec(version)) for version in versions]
	found = tuple(run for run in started if run)
	if found:
		ring_after_commit()
	return found


def start_chain(run: chain_runs.Run, code: str, key: str) -> str | None:
	"""Start another chain about the record that a run is about; gives the new run, which says Not Started where its condition
	does not hold.

	`key`: the key of the effect that starts it, so that the same step starts it once; called again it gives the same run.
	Raises ChainRefused when there is no such chain, it is switched off or unpublished, it does not start on other chains
	(trigger `chain_step`), is about other records, or `MOST_DEEP` chains have started one another already.
	"""
	row = frappe.db.get_value("Trigger Chain", code, ["enabled", "current_version"], as_dict=True)
	if not row:
		refuse(Refusal("trigger_chain_unknown", "chain", {"chain": code}), ChainRefused)
	if not row.enabled or not row.current_version:
		refuse(Refusal("chain_not_running", "chain", {"chain": code}), ChainRefused)
	spec = load_spec(row.current_version)
	if spec.trigger is not Event.CHAIN_STEP:
		values = {"chain": spec.title, "trigger": spec.trigger.value}
		refuse(Refusal("chain_not_startable", "chain", values), ChainRefused)
	if not _same_kind(run, spec):
		values = {
			"chain": spec.title,
			"wanted": spec.trigger_doctype or "Service Booking",
			"found": run.reference_doctype,
		}
		refuse(Refusal("chain_other_record", "chain", values), ChainRefused)
	if run.depth + 1 > MOST_DEEP:
		too_deep = Refusal("chains_too_deep", "chain", {"depth": MOST_DEEP, "chain": spec.title})
		refuse(too_deep, ChainRefused)
	occasion = replace(_about(run, Event.CHAIN_STEP), occurrence=key)
	start_chains(occasion, (row.current_version,))
	return chain_runs.run_of_key(_key(occasion, spec))


def run_ended(run: chain_runs.Run, spec: ChainSpec, status: RunStatus) -> None:
	"""Start the chains that wait for this one's end, about the same record."""
	if status is not RunStatus.DONE:
		return
	waiting = watches().ends.get(spec.code, ())
	found = [watcher.version for watcher in waiting if _same_kind(run, watcher.spec)]
	if found:
		start_chains(replace(_about(run, Event.CHAIN_ENDED), occurrence=run.name), found)


def _same_kind(run: chain_runs.Run, spec: ChainSpec) -> bool:
	if spec.trigger_doctype is None:
		return bool(run.booking)
	return spec.trigger_doctype == run.reference_doctype


def _about(run: chain_runs.Run, event: Event) -> Occasion:
	booking = frappe.get_doc("Service Booking", run.booking) if run.booking else None
	return Occasion(event, run.reference_doctype, run.reference_name, booking=booking, cause=run)


def _key(occasion: Occasion, spec: ChainSpec) -> str:
	parts = (occasion.event.value, occasion.doctype, occasion.name, occasion.occurrence, spec.code)
	return "|".join(parts)


def _start(occasion: Occasion, version: str, spec: ChainSpec) -> str | None:
	key = _key(occasion, spec)
	if chain_runs.run_of_key(key):
		return None
	now, zone = utc_now(), site_zone()
	anchors: Anchors = {
		Anchor.RUN_START: occasion.at or now,
		**(booking_anchors(occasion.booking) if occasion.booking else {}),
	}
	cause = occasion.cause or _cause()
	about = (occasion.booking and occasion.booking.name, (occasion.doctype, occasion.name), anchors, cause)
	why_not = _why_not(occasion, spec, cause, now)
	run = chain_runs.insert_run(key, version, spec, *about, why_not)
	if run is None or why_not:
		return None
	planned = plan_run(spec, anchors, zone, now, opening=opening_of(spec))
	chain_runs.insert_steps(run, 0, spec, planned, told(planned))
	if waiting_steps(spec):
		end_waits(chain_runs.load_run(run), spec)
	status = run_status({step.code: step.state for step in planned})
	if status is RunStatus.DONE:  # the time of each of its steps was over before
		chain_runs.set_run(run, status)
	return run


def _why_not(occasion: Occasion, spec: ChainSpec, cause: chain_runs.Run | None, now: datetime) -> str | None:
	"""Why this event starts no run of the chain, told; None when it does."""
	if occasion.passed:
		return tell("date_passed", {"due": occasion.at})
	if cause and cause.depth + 1 > MOST_DEEP:
		return _ask_to_untangle(occasion, spec)
	if not spec.condition.parts:
		return None
	booking = occasion.booking and occasion.booking.name
	picture = picture_about(occasion.doctype, occasion.name, booking, start_reads(spec))
	if picture is None:
		return tell("record_gone")
	refused = start_refused(spec, build_facts(picture, now, site_zone()))
	return tell(refused.code, dict(refused.values)) if refused else None


def _ask_to_untangle(occasion: Occasion, spec: ChainSpec) -> str:
	"""Chains that start one another without end are somebody's to mend; the task is opened once for a chain and record."""
	why = tell("chains_too_deep", {"depth": MOST_DEEP, "chain": spec.title})
	wish = TaskWish(
		subject=frappe._("Chains start one another: {0}").format(spec.title),
		due_at=utc_now() + timedelta(hours=4),
		key=f"chains-too-deep|{spec.code}|{occasion.doctype}|{occasion.name}"[:140],
		kind=TaskKind.EXCEPTION,
		role="Runbook Manager",
		values={
			"reason_code": "chains_too_deep",
			"reason": why,
			"reference_doctype": occasion.doctype,
			"reference_name": occasion.name,
			"priority": "High",
		},
	)
	open_task(wish)
	return why


def booking_anchors(booking: Document) -> Anchors:
	"""The moments of a booking that steps count from."""
	anchors = {
		Anchor.BOOKING_START: from_site(booking.starts_at),
		Anchor.BOOKING_END: from_site(booking.ends_at),
	}
	if booking.completed_at:
		anchors[Anchor.JOB_COMPLETED] = from_site(booking.completed_at)
	return anchors


def told(planned: Iterable[PlannedStep]) -> dict[str, str]:
	"""The texts of the reasons for which planning has ended steps."""
	return {step.reason: tell(step.reason) for step in planned if step.reason}
