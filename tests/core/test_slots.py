"""Open slots against a search that tries every start and every choice of resources."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_ops.core.slots import Calendar, Need, SlotQuery, choose_resources, open_slots, possible_starts
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
	SlotQuery,
	duration=st.integers(1, 40),
	needs=needs,
	earliest=st.integers(0, 60),
	latest=st.integers(60, 160),
	buffer_before=st.integers(0, 10),
	buffer_after=st.integers(0, 10),
	grid=st.sampled_from((1, 5, 15)),
	members=st.sampled_from(({}, {"ana": ("ben",)})),
)


def is_free(query, calendar, start):
	end = start + query.duration
	inside = any(opens <= start and end <= closes for opens, closes in calendar.open)
	clear = all(
		busy_end <= start - query.buffer_before or end + query.buffer_after <= busy_start
		for busy_start, busy_end in calendar.busy
	)
	return inside and clear


def can_do(query, calendars, start):
	places = [need.candidates for need in query.needs for _ in range(need.quantity)]
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
		assert slot.end - slot.start == query.duration
		assert len(set(slot.resources)) == sum(need.quantity for need in query.needs)
		assert all(is_free(query, calendars[name], slot.start) for name in slot.resources)


@given(queries, st.builds(Calendar, spans, spans))
def test_possible_starts_of_one_resource(query, calendar):
	found = possible_starts(query, calendar)
	for start in range(-20, 200):
		assert any(first <= start < last for first, last in found) == is_free(query, calendar, start)


def test_the_limit_and_the_preferred_first():
	query = SlotQuery(30, (Need(("ben", "ana")),), 0, 240)
	calendars = {"ana": Calendar(((0, 240),)), "ben": Calendar(((60, 240),))}
	slots = open_slots(query, calendars, 5)
	assert len(slots) == 5
	assert slots[0].resources == ("ana",)
	assert slots[4].resources == ("ben",)


def test_a_visit_may_end_when_the_next_claim_begins_only_with_its_buffer():
	calendar = Calendar(((0, 200),), ((100, 120),))
	plain, buffered = SlotQuery(40, (), 0, 200), SlotQuery(40, (), 0, 200, buffer_after=10)
	assert possible_starts(plain, calendar) == ((0, 61), (120, 161))
	assert possible_starts(buffered, calendar) == ((0, 51), (120, 161))


def test_a_crew_and_its_own_people_never_share_a_visit():
	needs = (Need(("crew",)), Need(("ana", "cleo")))
	assert choose_resources(needs, lambda name: True, {"crew": ("ana", "ben")}) == ("crew", "cleo")
	assert choose_resources(needs, {"crew", "ana"}.__contains__, {"crew": ("ana",)}) is None


def test_a_later_need_can_take_a_resource_from_an_earlier_one():
	needs = (Need(("ana", "ben")), Need(("ana",)))
	assert choose_resources(needs, lambda name: True) == ("ben", "ana")
