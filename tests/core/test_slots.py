"""Open slots against a search that tries every start and every choice of resources."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_ops.core.slots import Calendar, Need, Part, SlotQuery, choose_resources, open_slots, open_starts
from runbook_ops.core.timeline import merge

NAMES = ("ana", "ben", "cleo", "room")
spans = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 60)), max_size=3).map(
	lambda rows: merge((start, start + length) for start, length in rows)
)
calendars = st.dictionaries(st.sampled_from(NAMES), st.builds(Calendar, spans, spans), max_size=4)
needs = st.lists(
	st.builds(Need, st.permutations(NAMES).map(lambda names: tuple(names[:3])), st.integers(1, 2)),
	min_size=1,
	max_size=2,
).map(tuple)
queries = st.builds(
	lambda part, **values: SlotQuery((part,), **values),
	st.builds(
		Part,
		duration=st.integers(1, 40),
		needs=needs,
		buffer_before=st.integers(0, 10),
		buffer_after=st.integers(0, 10),
	),
	earliest=st.integers(0, 60),
	latest=st.integers(60, 160),
	grid=st.sampled_from((1, 5, 15)),
	members=st.sampled_from(({}, {"ana": ("ben",)})),
)


def is_free(query, calendar, start):
	part = query.parts[0]
	end = start + part.duration
	inside = any(opens <= start and end <= closes for opens, closes in calendar.open)
	clear = all(
		busy_end <= start - part.buffer_before or end + part.buffer_after <= busy_start
		for busy_start, busy_end in calendar.busy
	)
	return inside and clear


def can_do(query, calendars, start):
	places = [need.candidates for need in query.parts[0].needs for _ in range(need.quantity)]
	free = [name for name in calendars if is_free(query, calendars[name], start)]
	for team in permutations(free, len(places)):
		bodies = [body for name in team for body in (name, *query.members.get(name, ()))]
		fits = all(name in place for name, place in zip(team, places, strict=True))
		if fits and len(bodies) == len(set(bodies)):
			return True
	return False


@settings(max_examples=150, deadline=None)
@given(queries, calendars)
def test_every_open_start_is_found_and_no_other(query, calendars):
	found = open_slots(query, calendars)
	expected = [
		start
		for start in range(query.earliest, query.latest)
		if start % query.grid == 0 and can_do(query, calendars, start)
	]
	assert [slot.start for slot in found] == expected
	for slot in found:
		assert slot.end - slot.start == query.parts[0].duration
		assert len(set(slot.resources)) == sum(need.quantity for need in query.parts[0].needs)
		assert all(is_free(query, calendars[name], slot.start) for name in slot.resources)


def test_the_limit_and_the_preferred_first():
	query = SlotQuery((Part(30, (Need(("ben", "ana")),)),), 0, 240)
	calendars = {"ana": Calendar(((0, 240),)), "ben": Calendar(((60, 240),))}
	slots = open_slots(query, calendars, 5)
	assert len(slots) == 5
	assert slots[0].resources == ("ana",)
	assert slots[4].resources == ("ben",)


def test_a_visit_may_end_when_the_next_claim_begins_only_with_its_buffer():
	calendars = {"ana": Calendar(((0, 200),), ((100, 120),))}
	needs = (Need(("ana",)),)
	plain = SlotQuery((Part(40, needs),), 0, 200, 20)
	buffered = SlotQuery((Part(40, needs, buffer_after=10),), 0, 200, 20)
	assert open_starts(plain, calendars) == (0, 20, 40, 60, 120, 140, 160)
	assert open_starts(buffered, calendars) == (0, 20, 40, 120, 140, 160)


def test_a_crew_and_its_own_people_never_share_a_visit():
	needs = (Need(("crew",)), Need(("ana", "cleo")))
	assert choose_resources(needs, lambda name: True, {"crew": ("ana", "ben")}) == ("crew", "cleo")
	assert choose_resources(needs, {"crew", "ana"}.__contains__, {"crew": ("ana",)}) is None


def test_a_later_need_can_take_a_resource_from_an_earlier_one():
	needs = (Need(("ana", "ben")), Need(("ana",)))
	assert choose_resources(needs, lambda name: True) == ("ben", "ana")
