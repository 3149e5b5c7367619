"""Lay out a visit: its services in order, each with its time and with whom, as the record says and as the rules fill in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.refusal import Refusal
from ..core.timeline import MINUTE, to_minutes
from ..core.visit import PlacedPart, renumber
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import from_site, to_site, to_utc
from ..store.services import Service, WantedPart, load_service

MOST_PARTS = 20


@dataclass(frozen=True)
class BookedPart:
	"""One service of a booking or a class as it stands; aware moments.

	`resources` are chosen, `asked` is who was asked for, `agreed` a length that differs from what the service says.
	"""

	service: Service
	start: datetime
	end: datetime
	resources: tuple[str, ...] = ()
	variant: str | None = None
	asked: str | None = None
	agreed: timedelta | None = None

	@property
	def wanted(self) -> WantedPart:
		"""What a search for open slots is asked for: the same people, for as long."""
		only = self.resources or ((self.asked,) if self.asked else ())
		return WantedPart(self.service, only, self.variant, self.agreed)

	@property
	def placed(self) -> PlacedPart:
		"""What its time claims."""
		return PlacedPart(
			to_minutes(self.start),
			to_minutes(self.end),
			self.resources,
			self.service.buffer_before // MINUTE,
			self.service.buffer_after // MINUTE,
		)


def lay_out_visit(booking: Document, before: Document | None) -> None:
	"""Bring services, resources and times in line with each other and with what was changed.

	Raises BookingRefused for a service that is unknown, and for a resource of a part that the visit has not.
	"""
	_name_main_service(booking, before)
	_check_variants(booking)
	_follow_services(booking, before)
	_follow_wishes(booking, before)
	if booking.services:
		_place_rows(booking)
	else:
		_place_simple(booking, before)


def parts_of(booking: Document) -> tuple[BookedPart, ...]:
	"""The services of a visit that has been laid out, in order."""
	if not booking.get("services"):
		return (_simple_part(booking),)
	return tuple(
		BookedPart(
			service=service_named(row.service),
			start=from_site(row.starts_at),
			end=from_site(row.ends_at),
			resources=_chosen(booking, part),
			variant=row.variant or None,
			asked=row.resource or None,
			agreed=timedelta(minutes=row.duration_minutes) if row.duration_minutes else None,
		)
		for part, row in enumerate(booking.services, 1)
	)


def write_parts(booking: Document, placed: Sequence[tuple[datetime, datetime]]) -> None:
	"""Write down when each service takes place, and the whole visit with them."""
	for row, (start, end) in zip(booking.get("services") or (), placed, strict=False):
		row.starts_at, row.ends_at = to_site(start), to_site(end)
	booking.ends_at = to_site(placed[-1][1])
	booking.ends_at_utc = to_utc(placed[-1][1])


def service_named(name: str) -> Service:
	"""The service of that name; raises BookingRefused when there is none."""
	service = load_service(name)
	if service is None:
		refuse(Refusal("unknown_service", "service", {"service": name}), BookingRefused)
	return service


def resources_of(booking: Document) -> tuple[str, ...]:
	"""The names of the resources that the booking asks for, in its order."""
	return tuple(row.resource for row in booking.resources)


def _name_main_service(booking: Document, before: Document | None) -> None:
	"""The first service is the booking's; one that is named beside the rows comes first."""
	rows = booking.services
	if not rows:
		return
	if len(rows) >= MOST_PARTS:
		refuse(
			Refusal("too_many_parts", "services", {"count": len(rows), "most": MOST_PARTS}), BookingRefused
		)
	taken_out = before and before.services and booking.service == before.service
	if booking.service and not taken_out and all(row.service != booking.service for row in rows):
		rows.insert(0, booking.append("services", {"service": booking.service}))
		rows.pop()
		for index, row in enumerate(rows, 1):
			row.idx = index
	booking.service = rows[0].service


def _check_variants(booking: Document) -> None:
	"""A service that is sold in variants is booked as one of them."""
	for name, variant in [(row.service, row.variant) for row in booking.services] or [
		(booking.service, None)
	]:
		item = service_named(name).item
		about = frappe.get_cached_value("Item", item, ["has_variants", "variant_of"], as_dict=True)
		values = {"service": name, "variant": variant}
		if about.has_variants and not variant:
			refuse(Refusal("variant_needed", "services", values), BookingRefused)
		family = item if about.has_variants else about.variant_of
		if variant and variant != item and frappe.get_cached_value("Item", variant, "variant_of") != family:
			refuse(Refusal("variant_of_other", "services", values), BookingRefused)


def _follow_services(booking: Document, before: Document | None) -> None:
	"""Resources stay with their service when services are put in, taken out or put in another order."""
	if before:
		moved = renumber(_ids(before), _ids(booking))
		known = {row.name: row.part or 1 for row in before.resources}
		for row in list(booking.resources):
			old = known.get(row.name)
			if old is None or (row.part or 1) != old:
				continue
			if old in moved:
				row.part = moved[old]
			else:
				booking.remove(row)
	count = len(booking.services) or 1
	for row in booking.resources:
		row.part = row.part or 1
		if row.part > count:
			values = {"resource": row.resource, "part": row.part, "count": count}
			refuse(Refusal("no_such_part", "resources", values), BookingRefused)


def _ids(booking: Document) -> list[tuple[str, str]]:
	return [(row.name or "", row.service) for row in booking.services] or [("", booking.service)]


def _follow_wishes(booking: Document, before: Document | None) -> None:
	"""Who is newly asked for takes the place of who was chosen; who was chosen by hand is the one asked for."""
	asked_before = {row.name: row.resource or None for row in before.services} if before else {}
	for part, row in enumerate(booking.services, 1):
		chosen = _chosen(booking, part)
		if not row.resource or not chosen or row.resource in chosen:
			continue
		if asked_before.get(row.name) == row.resource:
			row.resource = chosen[0]
		else:
			for other in [other for other in booking.resources if other.part == part]:
				booking.remove(other)


def _chosen(booking: Document, part: int) -> tuple[str, ...]:
	return tuple(row.resource for row in booking.resources if (row.part or 1) == part)


def _place_rows(booking: Document) -> None:
	start = from_site(booking.starts_at)
	placed = []
	for part, row in enumerate(booking.services, 1):
		people = _chosen(booking, part) or ((row.resource,) if row.resource else ())
		given = timedelta(minutes=row.duration_minutes) if row.duration_minutes else None
		end = start + (given or usual_length(service_named(row.service), people, row.variant))
		placed.append((start, end))
		start = end
	write_parts(booking, placed)


def usual_length(service: Service, people: Sequence[str], variant: str | None = None) -> timedelta:
	"""How long the service takes with these people: the first of whom something is said decides."""
	own = service.lasts_with(variant)
	return next((own[name] for name in people if name in own), service.lasts(variant))


def _place_simple(booking: Document, before: Document | None) -> None:
	"""One service: it ends where the record says, moves as a whole, and takes the time of who does it."""
	service = service_named(booking.service)
	starts_at = get_datetime(booking.starts_at)
	if before and starts_at != before.starts_at and get_datetime(booking.ends_at) == before.ends_at:
		booking.ends_at = starts_at + (before.ends_at - before.starts_at)
	if not booking.ends_at or _lasts_as_usual_before(booking, before):
		booking.ends_at = to_site(from_site(starts_at) + usual_length(service, resources_of(booking)))
	booking.ends_at_utc = to_utc(from_site(booking.ends_at))


def _lasts_as_usual_before(booking: Document, before: Document | None) -> bool:
	"""Whether the length is still the usual one of who did it before, or of the services that there were before."""
	if before is None or not before.ends_at:
		return False
	length = before.ends_at - before.starts_at
	if get_datetime(booking.ends_at) - get_datetime(booking.starts_at) != length:
		return False
	if before.services:
		return True
	people = resources_of(before)
	same = (booking.service, resources_of(booking)) == (before.service, people)
	return not same and length == usual_length(service_named(before.service), people)


def _simple_part(booking: Document) -> BookedPart:
	service, chosen = service_named(booking.service), resources_of(booking)
	start, end = from_site(booking.starts_at), from_site(booking.ends_at)
	agreed = end - start if end - start != usual_length(service, chosen) else None
	return BookedPart(service, start, end, chosen, agreed=agreed)
