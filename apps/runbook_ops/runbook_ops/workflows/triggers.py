"""What starts, moves and ends the runs of bookings, jobs, deals and offers of the waitlist."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BORN_AS, BookingStatus
from ..core.chains.decide import moot_steps, woken_steps
from ..core.chains.plan import release_steps, replan_run
from ..core.chains.progress import run_status
from ..core.chains.spec import ENDED_STEPS, Anchor, ChainSpec, Event, RunStatus, StepState
from ..core.deposit_rules import DepositState
from ..core.job import JobStatus
from ..messages import tell
from ..operations.open_task import TaskWish, open_task
from ..operations.prepare_booking import is_moved
from ..site_time import from_site, from_utc, site_zone, utc_now
from ..store import chain_runs
from ..store.chain_versions import load_spec, versions_for
from ..store.office import opening_of
from ..store.replans import lock_steps, replan_steps
from ..store.tasks import close_tasks, close_tasks_of
from .chain_starts import Occasion, booking_anchors, run_ended, start_chains, told
from .doorbell import ring_after_commit
from .undoing import take_back
from .waits import end_waits

ENTERED = {
	BookingStatus.REQUESTED: Event.BOOKING_REQUESTED,
	BookingStatus.HELD: Event.BOOKING_HELD,
	BookingStatus.CONFIRMED: Event.BOOKING_CONFIRMED,
	BookingStatus.IN_PROGRESS: Event.BOOKING_STARTED,
	BookingStatus.CANCELLED: Event.BOOKING_CANCELLED,
	BookingStatus.NO_SHOW: Event.BOOKING_NO_SHOW,
	BookingStatus.COMPLETED: Event.JOB_COMPLETED,
}
JOB_ENTERED = {
	JobStatus.ASSIGNED: Event.JOB_ASSIGNED,
	JobStatus.EN_ROUTE: Event.JOB_EN_ROUTE,
	JobStatus.ARRIVED: Event.JOB_ARRIVED,
	JobStatus.IN_PROGRESS: Event.JOB_STARTED,
	JobStatus.PAUSED: Event.JOB_PAUSED,
	JobStatus.CANCELLED: Event.JOB_CANCELLED,
}
"""A job that is done is told by its booking, which is completed with it."""


def booking_changed(booking: Document, before: Document | None) -> None:
	"""Plan what a booking's change asks for, in the transaction that changes it."""
	entered = None if before and before.status == booking.status else BookingStatus(booking.status)
	if before and entered in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
		end_runs(
			booking.name, "booking_cancelled" if entered is BookingStatus.CANCELLED else "booking_no_show"
		)
	if before and entered is BookingStatus.CANCELLED:
		take_back(booking.name)
	if before and entered is BookingStatus.COMPLETED:
		complete_runs(booking.name, from_site(booking.completed_at))
	if before and entered is None and booking.status == BookingStatus.CONFIRMED:
		if is_moved(booking, before):
			move_runs(booking)
			start_runs(Event.BOOKING_RESCHEDULED, booking, occurrence=str(booking.revision))
		if _lead(booking) != _lead(before):
			start_runs(Event.BOOKING_REASSIGNED, booking, occurrence=f"{_lead(booking)}|{booking.modified}")
	if entered and (before or entered in BORN_AS):
		start_runs(ENTERED[entered], booking, occurrence=_time_entered(booking, entered))


def _lead(booking: Document) -> str:
	"""Who does the visit: the first person or crew."""
	return next((row.resource for row in booking.resources if row.kind in ("Person", "Crew")), "")


def _time_entered(booking: Document, entered: BookingStatus) -> str:
	"""A booking is confirmed, completed and given up once; it can be requested and held again."""
	again = entered in (BookingStatus.REQUESTED, BookingStatus.HELD)
	return str(booking.modified) if again else ""


def job_changed(job: Document, before: Document | None) -> None:
	"""Start the chains of the state that a job has entered; each run is about the job's booking."""
	entered = (
		JOB_ENTERED.get(JobStatus(job.status)) if before is None or before.status != job.status else None
	)
	events = [Event.JOB_CREATED] if before is None else []
	for event in (*events, *([entered] if entered else [])):
		if versions_for(event):
			start_runs(event, frappe.get_doc("Service Booking", job.booking), str(job.modified))


def opportunity_changed(opportunity: Document, stage: str = "Booked") -> None:
	"""An opportunity that enters the stage Booked confirms the bookings made from it, or starts its own chains.

	Those that wait for a deposit confirm when it is paid.
	"""
	if opportunity.flags.moved_by_chain:
		return
	before = opportunity.get_doc_before_save()
	if opportunity.sales_stage != stage or (before and before.sales_stage == stage):
		return
	waiting = frappe.get_all(
		"Service Booking",
		filters={
			"opportunity": opportunity.name,
			"status": ("in", [BookingStatus.REQUESTED, BookingStatus.HELD]),
			"deposit_state": ("!=", DepositState.ASKED),
		},
		pluck="name",
		order_by="starts_at asc",
	)
	for name in waiting:
		booking = frappe.get_doc("Service Booking", name)
		booking.status = BookingStatus.CONFIRMED
		booking.save(ignore_permissions=True)
	if not waiting and not frappe.db.exists("Service Booking", {"opportunity": opportunity.name}):
		occasion = Occasion(Event.OPPORTUNITY_BOOKED, opportunity.doctype, opportunity.name)
		start_chains(occasion, versions_for(Event.OPPORTUNITY_BOOKED))


def start_runs(event: Event, booking: Document, occurrence: str = "") -> tuple[str, ...]:
	"""Plan a run of every chain that the event starts for this booking; the same event twice starts none.

	Gives the names of the new runs.
	"""
	service_chain = frappe.get_cached_value("Bookable Service", booking.service, "chain")
	occasion = Occasion(event, "Service Booking", booking.name, occurrence, booking)
	return start_chains(occasion, versions_for(event, service_chain))


def move_runs(booking: Document) -> None:
	"""Plan the open steps of a booking's runs anew for its new time: one revision on, one read and one bulk write a run."""
	now, zone = utc_now(), site_zone()
	for run in chain_runs.all_runs_of(booking.name):
		spec = load_spec(run.version)
		if not _follows_booking(run, spec):
			continue
		anchors = {**run.anchors, Anchor.RUN_START: now, **booking_anchors(booking)}
		steps, why = lock_steps(run.name), tell("rescheduled")
		states = {code: step.state for code, step in steps.items()}
		replan = replan_run(spec, states, anchors, zone, now, opening_of(spec))
		if run.status is RunStatus.DONE and not replan.plan:
			continue
		gone = [steps[code].name for code in replan.cancel]
		replan_steps(
			run.name, run.revision + 1, spec, replan.plan, told(replan.plan), gone, ("rescheduled", why)
		)
		end_waits(run, spec, {plan.code for plan in replan.plan})
		after = {**states, **{plan.code: plan.state for plan in replan.plan}}
		chain_runs.set_run(run.name, run_status(after), revision=run.revision + 1, anchors=anchors)
		run_ended(run, spec, run_status(after))
		close_tasks_of([step.name for step in steps.values()], why)
	ring_after_commit()


def _follows_booking(run: chain_runs.Run, spec: ChainSpec) -> bool:
	"""Whether a move means anything to a run: it is open, or it has ended and told of a time that no longer holds."""
	if run.status is RunStatus.DONE:
		return spec.trigger is Event.BOOKING_CONFIRMED
	return run.status in (RunStatus.RUNNING, RunStatus.NEEDS_ATTENTION)


def offer_changed(offer: Document, before: Document | None) -> None:
	"""A new offer of the waitlist is sent by its chains, by hand where there is none; one that is over sends nothing more."""
	about = (offer.doctype, offer.name)
	if before is None:
		if not start_chains(Occasion(Event.WAITLIST_OFFERED, *about), versions_for(Event.WAITLIST_OFFERED)):
			_ask_to_call(offer)
	elif before.status != offer.status:
		end_all(chain_runs.open_runs_about(*about), "offer_over", {"status": offer.status})
		ring_after_commit()


def _ask_to_call(offer: Document) -> None:
	when = frappe.format(offer.starts_at, "Datetime")
	subject = frappe._("Offer {0} the time that came free: {1}, {2}")
	wish = TaskWish(
		subject=subject.format(offer.customer_name, offer.service, when),
		due_at=from_utc(offer.expires_at_utc),
		key=f"waitlist-offer|{offer.name}",
		role="Runbook Front Desk",
		values={"reference_doctype": offer.doctype, "reference_name": offer.name},
	)
	open_task(wish)


def end_runs(booking: str, reason: str) -> None:
	"""Cancel what is open in a booking's runs; what is done stays done."""
	end_all(chain_runs.open_runs_of(booking), reason)


def end_all(runs: Sequence[chain_runs.Run], reason: str, values: Mapping[str, object] | None = None) -> None:
	"""Cancel what is open in runs, which are locked, with a reason."""
	text = tell(reason, dict(values or {}))
	for run in runs:
		states = chain_runs.locked_states_of(run.name)
		codes = [code for code, state in states.items() if state not in ENDED_STEPS]
		chain_runs.cancel_open(run.name, codes, reason, text)
		chain_runs.set_run(run.name, RunStatus.CANCELLED)
		close_tasks(run.name, text)


def complete_runs(booking: str, completed_at: datetime) -> None:
	"""Tell a booking's runs that the job is done: what was counted from it gets its time, what waited for it fires."""
	now, zone = utc_now(), site_zone()
	for run in chain_runs.open_runs_of(booking):
		spec = load_spec(run.version)
		anchors = {**run.anchors, Anchor.JOB_COMPLETED: completed_at}
		states = chain_runs.locked_states_of(run.name)
		moot = moot_steps(spec, states)
		chain_runs.cancel_open(run.name, moot, "visit_over", tell("visit_over"))
		close_tasks(run.name, tell("visit_over"), moot)
		states |= dict.fromkeys(moot, StepState.CANCELLED)
		woken = woken_steps(spec, states, Event.JOB_COMPLETED)
		chain_runs.bring_forward(run.name, woken, now)
		chain_runs.plan_waiting(run.name, release_steps(spec, states, anchors, zone, opening_of(spec)))
		close_tasks(run.name, tell("job_done_meanwhile"), woken)
		after = {**states, **dict.fromkeys(woken, StepState.PLANNED)}
		chain_runs.set_run(run.name, run_status(after), anchors=anchors)
		run_ended(run, spec, run_status(after))
	ring_after_commit()
