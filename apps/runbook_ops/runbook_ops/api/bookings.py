"""Bookings for programs and the desk: slots, book, confirm, move, cancel, no-show, complete, check out."""

from datetime import timedelta

import frappe
from frappe.utils import get_datetime

from ..core.fees import CUSTOMER
from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..operations import change_booking
from ..operations.check_out_booking import check_out_booking, draft_invoice
from ..operations.find_slots import find_slots
from ..site_time import to_site, utc_now
from ..store.services import WantedPart, load_service
from .inputs import to_amount, to_moment
from .retry import retried

MOST_SLOTS = 500


@frappe.whitelist(methods=["GET", "POST"])
def open_slots(
	service: str,
	first: str,
	last: str | None = None,
	territory: str | None = None,
	resource: str | None = None,
	limit: int = 20,
	booking: str | None = None,
) -> list[dict]:
	"""Open slots of a service that start in [first, last), site time; `last` defaults to a week later.

	`booking` is one that is to be moved: its own time counts as free. Each slot: `starts_at`, `ends_at` (site time, ISO 8601),
	`resources`.
	"""
	frappe.has_permission("Service Booking", "read", booking, throw=True)
	found = load_service(service)
	if found is None:
		refuse(Refusal("unknown_service", "service", {"service": service}), BookingRefused)
	if not found.active:
		refuse(Refusal("service_inactive", "service"), BookingRefused)
	start = to_moment(first, "first")
	end = to_moment(last, "last") if last else start + timedelta(days=7)
	slots = find_slots(
		(WantedPart(found, (resource,) if resource else ()),),
		max(start, utc_now()),
		end,
		territory=territory,
		apart_from=booking,
		limit=min(max(limit, 1), MOST_SLOTS),
	)
	return [
		{
			"starts_at": to_site(slot.starts_at).isoformat(),
			"ends_at": to_site(slot.ends_at).isoformat(),
			"resources": list(slot.resources),
		}
		for slot in slots
	]


@frappe.whitelist(methods=["POST"])
@retried
def book(
	customer: str,
	service: str,
	starts_at: str,
	resource: str | None = None,
	confirm: bool = True,
	values: str | dict | None = None,
) -> dict:
	"""Book a visit, confirmed at once unless told otherwise; `values` are further fields of Service Booking.

	Of several services `values["services"]` are the rows, in order; for a class `values["seats"]` how many come. Answers 409 with
	`next_open` when the time or the class is taken.
	"""
	frappe.has_permission("Service Booking", "create", throw=True)
	fields = dict(frappe.parse_json(values) or {})
	fields.update(
		{"customer": customer, "service": service, "starts_at": to_site(to_moment(starts_at, "starts_at"))}
	)
	if resource:
		fields["resources"] = [{"resource": resource}]
	return _told(change_booking.book_visit(fields, confirm))


@frappe.whitelist(methods=["POST"])
@retried
def confirm(booking: str, override_reason: str | None = None) -> dict:
	"""Confirm a booking: its time is claimed and its chain runs; `override_reason`: why without the deposit that it waits for."""
	_may_write(booking)
	change_booking.confirm_booking(booking, override_reason)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def hold(booking: str) -> dict:
	"""Keep a request's time or seats without confirming it: no chain runs, nobody is told."""
	_may_write(booking)
	change_booking.hold_booking(booking)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def release(booking: str) -> dict:
	"""Give back what a held booking keeps; it is a request again."""
	_may_write(booking)
	change_booking.release_booking(booking)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def reschedule(
	booking: str,
	starts_at: str | None = None,
	resource: str | None = None,
	resources: str | list | None = None,
	class_session: str | None = None,
	override_reason: str | None = None,
) -> dict:
	"""Move a booking to another start, site time, or another class, and to another resource, or all of an open slot's, when given.

	Of several services each of `resources` is `{"resource": name, "part": number}`. `override_reason`: why it is moved although
	a rule speaks against it.
	"""
	_may_write(booking)
	chosen = _resources(frappe.parse_json(resources)) or ((resource,) if resource else None)
	start = to_moment(starts_at, "starts_at") if starts_at else None
	change_booking.reschedule_booking(booking, start, chosen, class_session, override_reason)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def cancel(booking: str, reason: str, by_customer: bool = False) -> dict:
	"""Cancel a booking, with a reason; `by_customer`: the customer asked for it, so that the accepted policy's fee applies."""
	_may_write(booking)
	change_booking.cancel_booking(booking, reason, CUSTOMER if by_customer else "Staff")
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def no_show(booking: str) -> dict:
	"""The customer did not come."""
	_may_write(booking)
	change_booking.mark_no_show(booking)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def complete(booking: str) -> dict:
	"""The visit has taken place."""
	_may_write(booking)
	change_booking.complete_booking(booking)
	return _told(booking)


@frappe.whitelist(methods=["GET", "POST"])
def bill(booking: str) -> dict:
	"""What a checkout would invoice, nothing saved.

	Gives `lines` (`description`, `qty`, `amount`), `taxes`, `total`, `currency` and the `mode_of_payment` to propose.
	"""
	frappe.has_permission("Service Booking", "read", booking, throw=True)
	frappe.has_permission("Sales Invoice", "create", throw=True)
	invoice = draft_invoice(frappe.get_doc("Service Booking", booking))
	return {
		"lines": [
			{"description": row.item_name, "qty": row.qty, "amount": row.amount} for row in invoice.items
		],
		"taxes": invoice.total_taxes_and_charges,
		"total": invoice.rounded_total or invoice.grand_total,
		"currency": invoice.currency,
		"mode_of_payment": frappe.db.get_single_value(
			"Runbook Settings", "default_mode_of_payment", cache=True
		),
	}


@frappe.whitelist(methods=["POST"])
@retried
def check_out(booking: str, mode_of_payment: str | None = None, paid: str | float | None = None) -> dict:
	"""Invoice a completed booking and take the payment; `paid` left out means all that is due."""
	_may_write(booking)
	frappe.has_permission("Sales Invoice", "submit", throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	receipt = check_out_booking(booking, mode_of_payment, to_amount(paid, "paid"))
	return {
		"sales_invoice": receipt.invoice,
		"payment_entry": receipt.payment,
		"total": str(receipt.total),
		"paid": str(receipt.paid),
		"outstanding": str(receipt.outstanding),
	}


def _resources(rows: list | None) -> tuple[str | tuple[str, int], ...]:
	return tuple(
		(str(row.get("resource")), frappe.utils.cint(row.get("part")) or 1) if isinstance(row, dict) else row
		for row in rows or ()
	)


def _may_write(booking: str) -> None:
	frappe.has_permission("Service Booking", "write", booking, throw=True)


def _told(booking: str) -> dict:
	doc = frappe.get_doc("Service Booking", booking)
	return {
		"name": doc.name,
		"status": doc.status,
		"starts_at": get_datetime(doc.starts_at).isoformat(),
		"ends_at": get_datetime(doc.ends_at).isoformat(),
		"resources": [row.resource for row in doc.resources],
		"services": [
			{
				"service": row.service,
				"starts_at": get_datetime(row.starts_at).isoformat(),
				"ends_at": get_datetime(row.ends_at).isoformat(),
				"resources": [one.resource for one in doc.resources if one.part == row.idx],
				"price": row.price,
			}
			for row in doc.services
		],
		"class_session": doc.class_session,
		"price": doc.price,
		"revision": doc.revision or 0,
	}
