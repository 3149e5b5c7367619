"""Find open slots for a visit: gather its resources' time, let the core search."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice

from ..core.hours import day_span, grid_anchors, local_days
from ..core.slots import Part, Search, Slot, SlotQuery, Strips
from ..core.strips import Frame, positions
from ..core.timeline import Interval, from_minutes, to_minutes
from ..core.travel import Point, Rounds, point, rounds
from ..site_time import site_zone, to_site
from ..store import open_starts
from ..store.busy_time import Busy, block_frame, load_busy
from ..store.claims import Degrees, spans_of
from ..store.open_starts import Starts
from ..store.resources import Known, Sight, known_with_stamps
from ..store.services import Service, WantedPart

OFFERS = 3
OFFER_DAYS = 14
FIRST_LOOK = timedelta(days=4)
"""A few slots are mostly found within so many days; only when they are not, the rest is looked at."""
TIMES = 3
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
CLAIM_TICK = 5
STAY = ("Room",)
"""Kinds of resource that do not travel."""


@dataclass(frozen=True)
class OpenPart:
	"""One service of an open slot: aware UTC moments without buffers, and the resources that would do it."""

	service: str
	starts_at: datetime
	ends_at: datetime
	resources: tuple[str, ...]


@dataclass(frozen=True)
class OpenSlot:
	"""A free place: aware UTC moments without buffers, all its resources, and the parts in order with theirs."""

	starts_at: datetime
	ends_at: datetime
	resources: tuple[str, ...]
	parts: tuple[OpenPart, ...]


@dataclass(frozen=True)
class OpenDay:
	"""A local day of the site on which slots are open: how many, and the first starts (aware, UTC)."""

	day: date
	count: int
	starts: tuple[datetime, ...]

	@cached_property
	def on_the_wall(self) -> tuple[str, ...]:
		"""The first starts as the site's clocks show them, ISO 8601."""
		return tuple(to_site(start).isoformat() for start in self.starts)


@dataclass(frozen=True)
class Circumstances:
	"""What else a search depends on; see `find_slots`."""

	territory: str | None = None
	place: Degrees | None = None
	also_busy: Mapping[str, Interval] | None = None
	apart_from: str | None = None
	grid: int | None = None
	prefer: tuple[str, ...] = ()


def find_slots(
	parts: Sequence[WantedPart],
	first: datetime,
	last: datetime,
	*,
	territory: str | None = None,
	place: Degrees | None = None,
	also_busy: Mapping[str, Interval] | None = None,
	apart_from: str | None = None,
	limit: int | None = None,
	grid: int | None = None,
	prefer: Sequence[str] = (),
) -> tuple[OpenSlot, ...]:
	"""Open slots that start in [first, last), in time order, at most `limit`.

	The parts follow one another without a pause. `place`: latitude and longitude in degrees of where the visit is; `also_busy`
	counts a stretch of UTC minutes as taken; `apart_from` is the holder of claims that don't count, such as a booking that is
	being moved; `grid`: minutes between offered starts, instead of the service's; `prefer`: who is chosen first where several
	could do it. At most three queries, however many people and days.
	"""
	given = Circumstances(territory, place, also_busy, apart_from, grid, tuple(prefer))
	sight = _sight(parts, _minute_from(first), given)
	if limit is not None and last - first > FIRST_LOOK and not (given.apart_from or sight.is_fresh):
		found = _slots(parts, first, first + FIRST_LOOK, given, sight, limit)
		if len(found) >= limit:
			return found
	return _slots(parts, first, last, given, sight, limit)


def open_days(
	parts: Sequence[WantedPart],
	first: datetime,
	last: datetime,
	*,
	territory: str | None = None,
	place: Degrees | None = None,
	also_busy: Mapping[str, Interval] | None = None,
	apart_from: str | None = None,
	grid: int | None = None,
	times: int = TIMES,
) -> tuple[OpenDay, ...]:
	"""The site's days on which a visit can start in [first, last), each with its first `times` starts; as `find_slots`."""
	given = Circumstances(territory, place, also_busy, apart_from, grid)
	zone = site_zone()
	begin, end = local_days(to_minutes(first), to_minutes(last), zone)
	whole = day_span(begin, zone)[0], day_span(end, zone)[1]
	starts = _starts(parts, *whole, given)
	days = starts.worked_out.get(times)
	if days is None:
		spans = [
			(day, *day_span(day, zone))
			for day in (begin + n * ONE_DAY for n in range((end - begin).days + 1))
		]
		days = [(opens, closes, _open_day(starts, day, opens, closes, times)) for day, opens, closes in spans]
		starts.worked_out[times] = days
	earliest, latest = _minute_from(first), _minute_from(last)
	found = (
		whole_day
		if whole_day is None or (earliest <= opens and closes <= latest)
		else _open_day(starts, whole_day.day, max(opens, earliest), min(closes, latest), times)
		for opens, closes, whole_day in days
	)
	return tuple(day for day in found if day)


def _open_day(starts: Starts, day: date, first: int, last: int, times: int) -> OpenDay | None:
	"""The starts of a day in [first, last), if there are any."""
	frame = starts.frame
	origin, ticks = frame.cut(starts.strip, first, last)
	if not ticks:
		return None
	moments = (from_minutes(origin + frame.step * tick) for tick in islice(positions(ticks), times))
	return OpenDay(day, ticks.bit_count(), tuple(moments))


def next_open(
	parts: Sequence[WantedPart], after: datetime, now: datetime, **narrowed
) -> tuple[OpenSlot, ...]:
	"""The next few open slots from a wished time on; `narrowed` as in `find_slots`."""
	first = max(after, now)
	return find_slots(parts, first, first + timedelta(days=OFFER_DAYS), limit=OFFERS, **narrowed)


def customer_window(
	services: Iterable[Service], first: datetime, last: datetime, now: datetime
) -> tuple[datetime, datetime]:
	"""The part of [first, last) in which customers can book all of the services: notice kept, horizon not passed."""
	for service in services:
		first = max(first, now + service.min_notice)
		if service.booking_horizon is not None:
			last = min(last, now + service.booking_horizon + MINUTE)
	return first, max(first, last)


def _slots(
	parts: Sequence[WantedPart],
	first: datetime,
	last: datetime,
	given: Circumstances,
	sight: Sight,
	limit: int | None,
) -> tuple[OpenSlot, ...]:
	earliest, latest = _minute_from(first), _minute_from(last)
	if not parts or latest <= earliest:
		return ()
	search = _search(parts, earliest, latest, given, sight)
	return tuple(_open_slot(slot, parts) for slot in search.slots(limit))


def _starts(parts: Sequence[WantedPart], earliest: int, latest: int, given: Circumstances) -> Starts:
	"""The ticks in [earliest, latest) at which a visit can start; kept for as long as nothing of it changes."""
	if not parts:
		return Starts(Frame(earliest, CLAIM_TICK, 0), 0)
	sight = _sight(parts, earliest, given)
	about = repr((parts, earliest, latest, given, site_zone()))
	lasting = not (given.apart_from or given.also_busy)
	kept = open_starts.kept(about, sight.stamps) if lasting else None
	if kept is not None:
		return kept
	search = _search(parts, earliest, latest, given, sight)
	found = Starts(search.frame, search.exact())
	if lasting:
		open_starts.keep(about, sight.stamps, found)
	return found


def _sight(parts: Sequence[WantedPart], earliest: int, given: Circumstances) -> Sight:
	"""What is known of all who could take part."""
	return known_with_stamps(lambda known: _bodies(_parts(parts, known, given), known), earliest)


def _search(
	parts: Sequence[WantedPart], earliest: int, latest: int, given: Circumstances, sight: Sight
) -> Search:
	"""The search with everything that it depends on."""
	known = sight.known
	query = _query(parts, earliest, latest, known, given)
	blocks = block_frame(earliest - query.before, latest + query.after)
	step = CLAIM_TICK if query.step % CLAIM_TICK == 0 else 1
	frame = Frame(blocks.origin, step, blocks.count * CLAIM_TICK // step)
	travels = given.place is not None or any(part.service.needs_address for part in parts)
	names = _bodies(query.parts, known)
	busy = load_busy(names, sight.stamps, blocks, with_places=travels)
	asked = (earliest - query.before, latest + query.after)
	free = _free(busy, frame, known, given, asked if travels else None)
	strips = {}
	for name in dict.fromkeys(
		name for part in query.parts for need in part.needs for name in need.candidates
	):
		together = frame.whole
		for body in (name, *known.members.get(name, ())):
			together &= free[body]
		strips[name] = Strips(known.open_strip(name, frame), together)
	return Search(query, frame, strips)


def _query(
	parts: Sequence[WantedPart], earliest: int, latest: int, known: Known, given: Circumstances
) -> SlotQuery:
	grid = given.grid or min(part.service.grid for part in parts)
	return SlotQuery(
		parts=_parts(parts, known, given),
		earliest=earliest,
		latest=latest,
		grid=grid,
		members=known.members,
		anchors=grid_anchors(earliest, latest, grid, site_zone()),
	)


def _parts(parts: Sequence[WantedPart], known: Known, given: Circumstances) -> tuple[Part, ...]:
	found = []
	for wanted in parts:
		service = wanted.service
		served = known.is_served(given.territory, service.territories)
		needs = known.needs(service.requirements, wanted.only, given.territory, given.prefer)
		found.append(
			Part(
				duration=wanted.lasts // MINUTE,
				needs=needs if served else tuple(replace(need, candidates=()) for need in needs),
				buffer_before=service.buffer_before // MINUTE,
				buffer_after=service.buffer_after // MINUTE,
				durations={name: span // MINUTE for name, span in wanted.lasts_with.items()},
			)
		)
	return tuple(found)


def _bodies(parts: Sequence[Part], known: Known) -> list[str]:
	"""Everybody and everything that could take part, the people of crews included; none twice."""
	found: dict[str, None] = {}
	for part in parts:
		for need in part.needs:
			for name in need.candidates:
				found[name] = None
				found.update(dict.fromkeys(known.members.get(name, ())))
	return list(found)


def _free(
	busy: Mapping[str, Busy], frame: Frame, known: Known, given: Circumstances, on_the_way: Interval | None
) -> dict[str, int]:
	"""The ticks of each body in which nothing claims it; where the visit is at a customer's, the way counts in `on_the_way`."""
	own = _own_claims(given.apart_from)
	here = point(*given.place) if given.place else None
	free = {}
	for name, claims in busy.items():
		mine = own.get(name, ())
		if on_the_way and known.facts[name].kind not in STAY:
			days = _rounds(name, claims, frame, known, mine, here)
			free[name] = frame.inside(days.free(here, known.travel, on_the_way))
		else:
			free[name] = frame.whole & ~claims.within(frame) | frame.inside(mine)
	for name, interval in (given.also_busy or {}).items():
		if name in free:
			free[name] &= ~frame.touched((interval,))
	return free


def _rounds(
	name: str, claims: Busy, frame: Frame, known: Known, own: Collection[Interval], here: Point | None
) -> Rounds:
	"""A resource's days in the field; without `own` claims they are kept for as long as its claims and hours stay."""
	way = known.travel.minutes(known.facts[name].base, here)
	if own:
		stops = [stop for stop in claims.stops if stop[:2] not in own]
		return rounds(stops, known.homes(name, frame, way))
	key = (known.stamp, frame, way > 0)
	if key not in claims.rounds:
		claims.rounds[key] = rounds(claims.stops, known.homes(name, frame, way))
	return claims.rounds[key]


def _own_claims(holder: str | None) -> dict[str, list[Interval]]:
	found: dict[str, list[Interval]] = {}
	for name, start, end in spans_of(holder) if holder else ():
		found.setdefault(name, []).append((start, end))
	return found


def _minute_from(moment: datetime) -> int:
	"""The first whole minute that is not before a moment."""
	return -(-int(moment.timestamp() * 1_000_000) // 60_000_000)


def _open_slot(slot: Slot, wanted: Sequence[WantedPart]) -> OpenSlot:
	parts = tuple(
		OpenPart(part.service.name, from_minutes(placed.start), from_minutes(placed.end), placed.resources)
		for part, placed in zip(wanted, slot.parts, strict=True)
	)
	return OpenSlot(from_minutes(slot.start), from_minutes(slot.end), slot.resources, parts)
