"""Find open slots for a service: gather its resources' calendars, let the core search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..core.eligibility import calendar_of, claimed_resources, crew_members, needs_for
from ..core.slots import Calendar, Slot, SlotQuery, open_slots
from ..core.timeline import Interval, from_minutes, merge, to_minutes
from ..store.resources import load_calendars, load_facts
from ..store.services import Service

MARGIN_MINUTES = 24 * 60
OFFERS = 3
OFFER_DAYS = 14


@dataclass(frozen=True)
class OpenSlot:
	"""A free place: aware UTC moments without buffers, and the resources that would do the visit."""

	starts_at: datetime
	ends_at: datetime
	resources: tuple[str, ...]


def find_slots(
	service: Service,
	first: datetime,
	last: datetime,
	*,
	duration: timedelta | None = None,
	territory: str | None = None,
	only: Sequence[str] = (),
	also_busy: Mapping[str, Interval] | None = None,
	apart_from: str | None = None,
	limit: int | None = None,
	grid: int = 15,
) -> tuple[OpenSlot, ...]:
	"""Open slots that start in [first, last), in time order, at most `limit`.

	`only` narrows the choice to these resources, and leaves the choice of what is of another kind; `also_busy` counts a
	stretch of UTC minutes as taken; `apart_from` is a booking that is being moved, whose claims don't count. A fixed number
	of queries, however many people and days.
	"""
	resources = load_facts()
	kinds = {resources[name].kind for name in only if name in resources}
	chosen = {
		name: facts
		for name, facts in resources.items()
		if name in only or not only or facts.kind not in kinds
	}
	needs = needs_for(service.requirements, chosen, territory)
	wanted = claimed_resources([name for need in needs for name in need.candidates], resources)
	query = SlotQuery(
		duration=(duration or service.duration) // timedelta(minutes=1),
		needs=needs,
		earliest=to_minutes(first),
		latest=to_minutes(last),
		buffer_before=service.buffer_before // timedelta(minutes=1),
		buffer_after=service.buffer_after // timedelta(minutes=1),
		grid=grid,
		members=crew_members(resources),
	)
	around = MARGIN_MINUTES + query.duration
	calendars = dict(load_calendars(wanted, query.earliest - around, query.latest + around, apart_from))
	for name, interval in (also_busy or {}).items():
		if name in calendars:
			calendars[name] = Calendar(calendars[name].open, merge((*calendars[name].busy, interval)))
	found = {name: calendar_of(name, resources, calendars) for need in needs for name in need.candidates}
	return tuple(_open_slot(slot) for slot in open_slots(query, found, limit))


def next_open(service: Service, after: datetime, now: datetime, **narrowed) -> tuple[OpenSlot, ...]:
	"""The next few open slots from a wished time on; `narrowed` as in `find_slots`."""
	first = max(after, now)
	return find_slots(service, first, first + timedelta(days=OFFER_DAYS), limit=OFFERS, **narrowed)


def _open_slot(slot: Slot) -> OpenSlot:
	return OpenSlot(from_minutes(slot.start), from_minutes(slot.end), slot.resources)
