"""Bring a booking's claims in line with it: the time of its resources, or its seats in a class."""

import frappe
from frappe.model.document import Document

from ..core.booking import CLAIMING
from ..store import claims
from ..store.addresses import place_of
from .claim_parts import claim_parts
from .lay_out_visit import BookedPart, parts_of, write_parts
from .prepare_booking import is_moved, service_of, wants_time
from .rank_candidates import preferred_order
from .seat_booking import bring_seats_in_line


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
		place = (
			place_of(booking.address) if any(part.wanted.service.needs_address for part in asked) else None
		)
		prefer = preferred_order(booking, asked)
		got = claim_parts(booking.name, asked, booking.territory, place, prefer)
		if got != asked:
			_write_down(booking, asked, got)


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
