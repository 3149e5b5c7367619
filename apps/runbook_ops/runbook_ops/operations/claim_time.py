"""Bring a booking's claims in line with it: the time of its resources, or its seats in a class."""

import frappe
from frappe.model.document import Document

from ..core.booking import CLAIMING
from ..store import claims
from ..store.addresses import place_of
from ..store.claims import Degrees
from ..store.resources import load_facts
from ..store.services import load_service
from .claim_parts import claim_parts, seen_taken
from .lay_out_visit import BookedPart, lay_out_visit, parts_of, write_parts
from .prepare_booking import is_moved, service_of, wants_time
from .rank_candidates import preferred_order
from .refuse_visit import refuse_taken
from .seat_booking import bring_seats_in_line, is_class, refuse_seen_full


def refuse_seen_taken(booking: Document) -> None:
	"""Refuse a new booking of one service when its seats, or who was chosen for it, are seen to be taken, before all that an insert asks for.

	Of many who want the same slot at once, most are answered by this look. Raises SlotTaken (with `next_open` on it).
	"""
	service = load_service(booking.service)
	if not (service and booking.starts_at) or booking.services:
		return
	if is_class(service):
		refuse_seen_full(booking, service)
	elif booking.resources:
		_refuse_seen_taken(booking)


def _refuse_seen_taken(booking: Document) -> None:
	lay_out_visit(booking, None)
	parts = parts_of(booking)
	taken = seen_taken("", parts, load_facts())
	if taken:
		territory = booking.territory or frappe.get_cached_value("Customer", booking.customer, "territory")
		refuse_taken(taken, parts, territory=territory, place=_place_of(booking, parts))


def claim_time(booking: Document, before: Document | None) -> None:
	"""Take, move or give back what the booking claims; the booking names whom it got.

	Raises SlotTaken (with `next_open` on it) when a resource or the class is taken, BookingRefused when nobody fits.
	"""
	if booking.class_session or (before and before.class_session):
		bring_seats_in_line(booking, service_of(booking))
	if booking.status not in CLAIMING:
		if before and before.status in CLAIMING and booking.status != "Completed":
			claims.release(booking.name)
		return
	if booking.class_session:
		return
	if wants_time(booking, before) or is_moved(booking, before):
		asked = parts_of(booking)
		prefer = preferred_order(booking, asked)
		got = claim_parts(booking.name, asked, booking.territory, _place_of(booking, asked), prefer)
		if got != asked:
			_write_down(booking, asked, got)


def _place_of(booking: Document, parts: tuple[BookedPart, ...]) -> Degrees | None:
	return place_of(booking.address) if any(part.service.needs_address for part in parts) else None


def _write_down(booking: Document, asked: tuple[BookedPart, ...], got: tuple[BookedPart, ...]) -> None:
	"""Name who was free for the parts for which nobody was chosen, and when each part takes place with them."""
	kinds = _kinds(got)
	for number, (wish, part) in enumerate(zip(asked, got, strict=True), 1):
		if wish.resources == part.resources:
			continue
		for row in [row for row in booking.resources if (row.part or 1) == number]:
			booking.remove(row)
		for name in part.resources:
			booking.append("resources", {"resource": name, "kind": kinds[name], "part": number})
	booking.resources.sort(key=lambda row: row.part or 1)
	for index, row in enumerate(booking.resources, 1):
		row.idx = index
	write_parts(booking, [(part.start, part.end) for part in got])


def _kinds(parts: tuple[BookedPart, ...]) -> dict[str, str]:
	names = tuple({name for part in parts for name in part.resources})
	rows = frappe.get_all("Service Resource", {"name": ("in", names)}, ["name", "kind"], order_by="name asc")
	return {row.name: row.kind for row in rows}
