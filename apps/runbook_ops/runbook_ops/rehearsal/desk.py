"""The front desk of a rehearsal: checks a request as the site does, claims the time, and offers what is open instead."""

from dataclasses import replace
from datetime import datetime, timedelta

from ..core.booking import Visit, check_visit
from ..core.claims import claim_span
from ..core.eligibility import (
	calendar_of,
	check_choice,
	check_open,
	claimed_resources,
	crew_members,
	needs_for,
)
from ..core.refusal import Refusal
from ..core.slots import Part, Slot, SlotQuery, open_slots
from ..core.timeline import Interval, to_minutes
from .bookings import Row
from .business import Service
from .records import Booking
from .world import World

OFFERS = 3
OFFER_DAYS = 14
MARGIN_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)


class Desk:
	"""Takes requests for one world."""

	def __init__(self, world: World):
		self.world = world

	def book(self, row: Row, now: datetime) -> Booking | Refusal:
		"""A new booking with its time claimed, or why there can't be one."""
		assert row.start is not None
		service = self.world.business.services[row.service]
		name = f"SB-{len(self.world.bookings) + 1:04d}"
		end = row.end or row.start + service.duration
		chosen = self._claim(name, service, (row.start, end), row.resources, row.territory, row.source, now)
		if isinstance(chosen, Refusal):
			return chosen
		customer = self.world.customer(row.customer, row.email, row.mobile)
		customer.zone = row.zone or customer.zone
		booking = Booking(
			name=name,
			ref=row.ref,
			customer=customer,
			service=service,
			start=row.start,
			end=end,
			resources=chosen,
			requested_at=now,
			address=row.address,
			territory=row.territory,
			access_notes=row.access_notes,
			notes=row.notes,
			source=row.source,
			opportunity=row.opportunity,
		)
		self.world.bookings[row.ref] = booking
		return booking

	def move(self, booking: Booking, row: Row, now: datetime) -> Refusal | None:
		"""Give a booking another time (and other resources when the row names some); on refusal it keeps what it has."""
		assert row.start is not None
		world = self.world
		kept = world.claims.get(booking.name)
		world.release(booking.name)
		end = row.start + (booking.end - booking.start)
		chosen = self._claim(
			booking.name,
			booking.service,
			(row.start, end),
			row.resources or booking.resources,
			booking.territory,
			row.source,
			now,
		)
		if isinstance(chosen, Refusal):
			if kept:
				world.take(booking.name, *kept)
			return chosen
		booking.start, booking.end, booking.resources = row.start, end, chosen
		booking.revision += 1
		return None

	def offers(
		self, service: Service, start: datetime, only: tuple[str, ...], territory: str, now: datetime
	) -> tuple[Slot, ...]:
		"""The next few open slots from the wished time on, with the resources in `only` or, when empty, anybody who fits."""
		first = to_minutes(max(start, now))
		query = self._query(service, first, first + OFFER_DAYS * 24 * 60, territory)
		if only:
			narrowed = {name: facts for name, facts in self.world.facts.items() if name in only}
			needs = needs_for(service.requirements, narrowed, _around(territory))
			query = replace(query, parts=(replace(query.parts[0], needs=needs),))
		return self._search(query, OFFERS)

	def _claim(
		self,
		name: str,
		service: Service,
		span: tuple[datetime, datetime],
		wanted: tuple[str, ...],
		territory: str,
		source: str,
		now: datetime,
	) -> tuple[str, ...] | Refusal:
		visit = Visit(*span, service.active, service.min_notice, service.booking_horizon)
		refusal = check_visit(visit, now, by_staff=source != "web")
		if refusal is None and wanted:
			refusal = self._check_chosen(service, wanted, visit)
		if refusal is not None:
			return refusal
		if not wanted:
			minute = to_minutes(visit.start)
			found = self._search(replace(self._query(service, minute, minute + 1, territory), grid=1), 1)
			if not found:
				return Refusal("no_resource", "resources")
			wanted = found[0].resources
		taken = self.world.take(name, claimed_resources(wanted, self.world.facts), self._span(service, visit))
		if taken:
			return Refusal("slot_taken", "starts_at", {"resources": ", ".join(taken)})
		return wanted

	def _check_chosen(self, service: Service, chosen: tuple[str, ...], visit: Visit) -> Refusal | None:
		refusal = check_choice(chosen, service.requirements, self.world.facts)
		if refusal is not None:
			return refusal
		start, end = to_minutes(visit.start), to_minutes(visit.end)
		zone = self.world.business.zone
		for name in claimed_resources(chosen, self.world.facts):
			resource = self.world.business.resources[name]
			if resource.facts.kind == "Crew" and not resource.shifts:
				continue
			opened = self.world.working(name, start, end)
			refusal = check_open(name, start, end, opened, resource.closed, zone)
			if refusal is not None:
				return refusal
		return None

	def _span(self, service: Service, visit: Visit) -> Interval:
		return claim_span(
			to_minutes(visit.start),
			to_minutes(visit.end),
			service.buffer_before // MINUTE,
			service.buffer_after // MINUTE,
		)

	def _query(self, service: Service, earliest: int, latest: int, territory: str) -> SlotQuery:
		part = Part(
			duration=service.duration // MINUTE,
			needs=needs_for(service.requirements, self.world.facts, _around(territory)),
			buffer_before=service.buffer_before // MINUTE,
			buffer_after=service.buffer_after // MINUTE,
		)
		return SlotQuery(
			parts=(part,),
			earliest=earliest,
			latest=latest,
			members=crew_members(self.world.facts),
		)

	def _search(self, query: SlotQuery, limit: int) -> tuple[Slot, ...]:
		around = MARGIN_MINUTES + query.before + query.after
		calendars = self.world.calendars(query.earliest - around, query.latest + around)
		facts = self.world.facts
		found = {
			name: calendar_of(name, facts, calendars)
			for part in query.parts
			for need in part.needs
			for name in need.candidates
		}
		return open_slots(query, found, limit)


def _around(territory: str) -> tuple[str, ...]:
	"""The territories of a file stand for themselves: none lies in another."""
	return (territory,) if territory else ()
