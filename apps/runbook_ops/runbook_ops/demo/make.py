"""`bench --site SITE execute runbook_ops.demo.make.make_demo`: a demo business and one booking's whole trail.

Safe to repeat: what is there stays. With RUNBOOK_DEMO_SMTP=host:port in the environment, and no outgoing e-mail account on
the site, one is made for that server; without, messages wait in the review queue.
"""

import os
from datetime import datetime, time, timedelta
from time import monotonic, sleep

import click
import frappe
from frappe.utils import get_datetime, now_datetime

from ..core.booking import BookingStatus
from ..core.chains.spec import StepState
from ..errors import RunbookError
from ..operations import change_booking
from ..operations.check_out_booking import check_out_booking
from ..operations.find_slots import find_slots
from ..site_time import from_site, to_site, to_utc, utc_now
from ..store.imported import ImportedBooking, insert_bookings, known_by_id, new_booking_name, refresh_history
from ..store.services import Service, WantedPart, load_service
from ..store.stories import story_of_booking
from ..workflows.pump import pump
from . import business
from .setup import company, make_business

SMTP = "RUNBOOK_DEMO_SMTP"
LOOK_AHEAD = timedelta(days=10)
PUMP_BUDGET = timedelta(seconds=60)


def make_demo() -> None:
	"""Make what is missing, work what is due, and tell the demo booking's trail."""
	frappe.set_user("Administrator")
	make_business()
	_mail_account()
	_history()
	for visit in business.VISITS:
		_visit(*visit)
	_class(*business.CLASS)
	booking = _visit(*business.DEMO_VISIT)
	frappe.db.commit()
	_work_trail()
	_tell(booking)


def _work_trail() -> None:
	"""Work what is due, and wait for what the site's own workers have taken in hand."""
	until = monotonic() + PUMP_BUDGET.total_seconds()
	while monotonic() < until:
		pump(PUMP_BUDGET)
		frappe.db.rollback()
		if not frappe.db.exists("Chain Step Run", {"state": StepState.LEASED}):
			return
		sleep(0.5)


def _mail_account() -> None:
	server = os.environ.get(SMTP)
	if not server or frappe.db.exists("Email Account", {"default_outgoing": 1, "enable_outgoing": 1}):
		return
	host, _colon, port = server.partition(":")
	account = {
		"doctype": "Email Account",
		"email_account_name": "Runbook Demo",
		"email_id": "hello@runbook-demo.example.com",
		"enable_outgoing": 1,
		"default_outgoing": 1,
		"no_smtp_authentication": 1,
		"smtp_server": host,
		"smtp_port": int(port or 25),
	}
	frappe.get_doc(account).insert()


# -- bookings


def _id(key: str) -> str:
	return f"demo:{key}"


def _customer(name: str) -> str:
	return frappe.db.get_value("Customer", {"customer_name": name}, "name")


def _history() -> None:
	"""Visits of the past weeks, written as an import does: no claims, no chains, no messages."""
	known = known_by_id("Service Booking", [_id(row[0]) for row in business.HISTORY])
	rows = [_past(*row) for row in business.HISTORY if _id(row[0]) not in known]
	insert_bookings(rows)
	refresh_history({row.customer for row in rows})
	for key in business.CHECKED_OUT:
		name = frappe.db.get_value(
			"Service Booking", {"external_id": _id(key), "sales_invoice": ("is", "not set")}
		)
		if name:
			check_out_booking(name)


def _past(
	key: str, days: int, hour: int, customer: str, service: str, who: str, status: str
) -> ImportedBooking:
	start = datetime.combine(_weekday_before(days), time(hour))
	end = start + _bookable(service).duration
	state = BookingStatus(status)
	return ImportedBooking(
		name=new_booking_name(),
		customer=_customer(customer),
		customer_name=customer,
		service=service,
		status=state.value,
		source="Phone",
		company=company(),
		starts_at=start,
		ends_at=end,
		starts_at_utc=to_utc(from_site(start)),
		ends_at_utc=to_utc(from_site(end)),
		completed_at=end if state is BookingStatus.COMPLETED else None,
		cancelled_at=None,
		cancelled_by=None,
		cancel_reason=None,
		notes=None,
		external_id=_id(key),
		resource=who,
		kind=frappe.db.get_value("Service Resource", who, "kind"),
	)


def _weekday_before(days: int):
	"""The day so many days ago, or the Friday before it when that is a weekend."""
	day = now_datetime().date() - timedelta(days=days)
	return day - timedelta(days=max(0, day.weekday() - 4))


def _visit(key: str, days: int, hour: int, customer: str, service: str, state: str, values: dict) -> str:
	"""A coming visit in the first open slot from a day and hour on."""
	known = frappe.db.get_value("Service Booking", {"external_id": _id(key)})
	if known:
		return known
	name = _customer(customer)
	rows = values.get("services") or [{"service": service}]
	slot, later = _slots([row["service"] for row in rows], days, hour)
	fields = {
		**values,
		"customer": name,
		"service": service,
		"starts_at": to_site(slot.starts_at),
		"resources": [
			{"resource": resource, "part": number}
			for number, part in enumerate(slot.parts, 1)
			for resource in part.resources
		],
		"external_id": _id(key),
		"address": _link("Address", name),
		"contact": _link("Contact", name),
	}
	booking = change_booking.book_visit(fields, confirm=state != "Requested")
	if state == "Moved":
		change_booking.reschedule_booking(booking, later.starts_at, later.resources)
	if state == "Cancelled":
		change_booking.cancel_booking(booking, "The customer sells the house", "Customer")
	return booking


def _bookable(service: str) -> Service:
	found = load_service(service)
	if found is None:
		raise RunbookError(frappe._("The demo's service {0} is gone. Make it again.").format(service))
	return found


def _class(service: str, days: int, hour: int, seats: tuple) -> None:
	"""A class with some of its seats taken."""
	if frappe.db.exists("Class Session", {"service": service}):
		return
	slot, _later = _slots([service], days, hour)
	session = frappe.get_doc(
		{
			"doctype": "Class Session",
			"service": service,
			"starts_at": to_site(slot.starts_at),
			"resources": [{"resource": resource} for resource in slot.resources],
		}
	).insert()
	for key, customer, count in seats:
		fields = {"class_session": session.name, "starts_at": session.starts_at, "seats": count}
		who = {"customer": _customer(customer), "service": service, "source": "Web", "external_id": _id(key)}
		change_booking.book_visit({**fields, **who}, confirm=True)


def _slots(services: list[str], days: int, hour: int):
	first = from_site(datetime.combine(now_datetime().date() + timedelta(days=days), time(hour)))
	first = max(first, utc_now())
	parts = [WantedPart(_bookable(service)) for service in services]
	slots = find_slots(parts, first, first + LOOK_AHEAD, grid=60)
	if not slots:
		names = ", ".join(services)
		frappe.throw(frappe._("Resources: nobody is free for {0} in the coming days.").format(names))
	return slots[0], slots[len(slots) // 2]


def _link(doctype: str, customer: str) -> str | None:
	filters = {"link_doctype": "Customer", "link_name": customer, "parenttype": doctype}
	return frappe.db.get_value("Dynamic Link", filters, "parent")


# -- telling


def _tell(booking: str) -> None:
	doc = frappe.get_doc("Service Booking", booking)
	people = ", ".join(row.resource for row in doc.resources)
	starts_at = get_datetime(doc.starts_at)
	click.echo(
		f"\nDemo booking {doc.name}: {doc.service} for {doc.customer_name}, "
		f"{starts_at:%A %d %B %Y, %H:%M}, with {people}\n"
	)
	rows = [row for row in story_of_booking(booking) if row.current]
	for row in rows:
		at = row.ended_at or row.due_at
		when = f"{get_datetime(at):%a %d %b %H:%M}" if at else "-"
		click.echo(f"  {row.state:<10}{when:<18}{row.title:<40}{_effect(row)}")
	asked = frappe.db.count("Follow-up Task", {"kind": "Exception", "status": "Open"})
	click.echo(f"\n{asked} steps of all bookings ask a person: they are in the review queue.")
	click.echo("Look first at: the workspace Runbook; then the booking above and its trail;")
	click.echo("then the review queue (Follow-up Task, kind Exception), and answer one.")


def _effect(row: frappe._dict) -> str:
	if row.state == "Done" and row.recipient:
		return f"sent to {row.recipient}: {row.summary}"
	if row.state == "Done":
		return row.summary or row.reason or ""
	if row.state == "Waiting":
		return "when the visit is done" if row.waits_for_visit else f"after: {', '.join(row.waits_for)}"
	return row.reason or ""
