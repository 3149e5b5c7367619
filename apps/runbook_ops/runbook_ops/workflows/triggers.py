"""What starts, moves and ends runs: events on bookings, jobs, opportunities and forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.chains.decide import moot_steps, woken_steps
from ..core.chains.plan import Anchors, plan_run, release_steps, replan_run
from ..core.chains.progress import run_status
from ..core.chains.spec import ENDED_STEPS, Anchor, Event, RunStatus, StepState
from ..messages import tell
from ..operations.open_task import TaskWish, open_task
from ..operations.prepare_booking import is_moved
from ..site_time import from_site, from_utc, site_zone, utc_now
from ..store import chain_runs
from ..store.chain_versions import load_spec, versions_for
from ..store.tasks import close_tasks
from .doorbell import ring_after_commit

ENTERED = {
	BookingStatus.CONFIRMED: Event.BOOKING_CONFIRMED,
	BookingStatus.CANCELLED: Event.BOOKING_CANCELLED,
	BookingStatus.NO_SHOW: Event.BOOKING_NO_SHOW,
	BookingStatus.COMPLETED: Event.JOB_COMPLETED,
}


def booking_changed(booking: Document, before: Document | None) -> None:
	"""Plan what a booking's change asks for, in the transaction that changes it."""
	entered = None if before and before.status == booking.status else BookingStatus(booking.status)
	if before and entered in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
		end_runs(
			booking.name, "booking_cancelled" if entered is BookingStatus.CANCELLED else "booking_no_show"
		)
	if before and entered is BookingStatus.COMPLETED:
		complete_runs(booking.name, from_site(booking.completed_at))
	if before and entered is None and booking.status == BookingStatus.CONFIRMED and is_moved(booking, before):
		move_runs(booking)
		start_runs(Event.BOOKING_RESCHEDULED, booking, occurrence=str(booking.revision))
	if entered in ENTERED and (before or entered is BookingStatus.CONFIRMED):
		start_runs(ENTERED[entered], booking)


def opportunity_changed(opportunity: Document, stage: str = "Booked") -> None:
	"""An opportunity that enters the stage Booked confirms the bookings made from it, or starts its own chains."""
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
		},
		pluck="name",
		order_by="starts_at asc",
	)
	for name in waiting:
		booking = frappe.get_doc("Service Booking", name)
		booking.status = BookingStatus.CONFIRMED
		booking.save(ignore_permissions=True)
	if not waiting and not frappe.db.exists("Service Booking", {"opportunity": opportunity.name}):
		_start(Event.OPPORTUNITY_BOOKED, (opportunity.doctype, opportunity.name))


def form_arrived(doc: Document) -> None:
	"""Start the chains that wait for a new record of this type."""
	_start(Event.FORM_SUBMITTED, (doc.doctype, doc.name), doctype=doc.doctype)


def start_runs(event: Event, booking: Document, occurrence: str = "") -> tuple[str, ...]:
	"""Plan a run of every chain that the event starts for this booking; the same event twice starts none.

	Gives the names of the new runs.
	"""
	service_chain = frappe.get_cached_value("Bookable Service", booking.service, "chain")
	reference = ("Service Booking", booking.name)
	return _start(event, reference, occurrence, booking=booking, service_chain=service_chain)


def _start(
	event: Event,
	reference: tuple[str, str],
	occurrence: str = "",
	booking: Document | None = None,
	service_chain: str | None = None,
	doctype: str | None = None,
) -> tuple[str, ...]:
	now, zone = utc_now(), site_zone()
	anchors = {Anchor.RUN_START: now, **(booking_anchors(booking) if booking else {})}
	started = []
	for version in versions_for(event, service_chain, doctype):
		spec = load_spec(version)
		key = "|".join((event.value, *reference, occurrence, spec.code))
		run = chain_runs.insert_run(key, version, spec, booking and booking.name, reference, anchors)
		if run is None:
			continue
		planned = plan_run(spec, anchors, zone, now)
		chain_runs.insert_steps(run, 0, spec, planned, _told(planned))
		started.append(run)
	if started:
		ring_after_commit()
	return tuple(started)


def booking_anchors(booking: Document) -> Anchors:
	"""The moments of a booking that steps count from."""
	anchors = {
		Anchor.BOOKING_START: from_site(booking.starts_at),
		Anchor.BOOKING_END: from_site(booking.ends_at),
	}
	if booking.completed_at:
		anchors[Anchor.JOB_COMPLETED] = from_site(booking.completed_at)
	return anchors


def move_runs(booking: Document) -> None:
	"""Plan the open steps of a booking's runs anew for its new time: one revision on, one read and one bulk write a run."""
	now, zone = utc_now(), site_zone()
	for run in chain_runs.open_runs_of(booking.name):
		spec = load_spec(run.version)
		anchors = {**run.anchors, Anchor.RUN_START: now, **booking_anchors(booking)}
		states = chain_runs.locked_states_of(run.name)
		replan = replan_run(spec, states, anchors, zone, now)
		chain_runs.cancel_open(run.name, replan.cancel, "rescheduled", tell("rescheduled"))
		chain_runs.insert_steps(run.name, run.revision + 1, spec, replan.plan, _told(replan.plan))
		after = {**states, **{plan.code: plan.state for plan in replan.plan}}
		chain_runs.set_run(run.name, run_status(after), revision=run.revision + 1, anchors=anchors)
		close_tasks(run.name, tell("rescheduled"))
	ring_after_commit()


def offer_changed(offer: Document, before: Document | None) -> None:
	"""A new offer of the waitlist is sent by its chains, by hand where there is none; one that is over sends nothing more."""
	about = (offer.doctype, offer.name)
	if before is None:
		if not _start(Event.WAITLIST_OFFERED, about):
			_ask_to_call(offer)
	elif before.status != offer.status:
		_end(chain_runs.open_runs_about(*about), "offer_over", {"status": offer.status})
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
	_end(chain_runs.open_runs_of(booking), reason)


def _end(runs: Sequence[chain_runs.Run], reason: str, values: Mapping[str, object] | None = None) -> None:
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
		chain_runs.plan_waiting(run.name, release_steps(spec, states, anchors, zone))
		close_tasks(run.name, tell("job_done_meanwhile"), woken)
		after = {**states, **dict.fromkeys(woken, StepState.PLANNED)}
		chain_runs.set_run(run.name, run_status(after), anchors=anchors)
	ring_after_commit()


def _told(planned) -> dict[str, str]:
	return {step.reason: tell(step.reason) for step in planned if step.reason}
