"""Who may do a service, and whether they are open then."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from runbook_ops.core.eligibility import (
	Requirement,
	ResourceFacts,
	calendar_of,
	candidates,
	check_choice,
	check_open,
	claimed_resources,
	crew_members,
	needs_for,
	open_text,
)
from runbook_ops.core.slots import Calendar, Need
from runbook_ops.core.timeline import to_minutes


def person(name, *skills, **more):
	return ResourceFacts(name, "Person", skills=frozenset(skills), **more)


RESOURCES = {
	facts.name: facts
	for facts in (
		person("Ana", "cut", "colour"),
		person("Ben", "cut", territories=frozenset({"North"})),
		person("Cleo", "colour", active=False),
		person("Dov"),
		ResourceFacts("Crew", "Crew", members=("Ana", "Dov")),
		ResourceFacts("Old crew", "Crew", members=("Cleo", "Dov")),
		ResourceFacts("Room 1", "Room"),
		ResourceFacts("Room 2", "Room"),
	)
}
CUT = Requirement("Person", "cut")
ROOM_2 = Requirement("Room", resource="Room 2")


def test_candidates_have_kind_and_skill_are_active_and_serve_the_territory():
	assert candidates(CUT, RESOURCES) == ("Ana", "Ben")
	assert candidates(CUT, RESOURCES, ("South",)) == ("Ana",)
	assert candidates(CUT, RESOURCES, ("Town", "North")) == ("Ana", "Ben")
	assert candidates(Requirement("Person", "colour"), RESOURCES) == ("Ana",)
	assert candidates(ROOM_2, RESOURCES) == ("Room 2",)


def test_a_crew_can_what_its_people_can_and_is_off_when_one_of_them_is():
	assert candidates(Requirement("Crew", "cut"), RESOURCES) == ("Crew",)
	assert candidates(Requirement("Crew"), RESOURCES) == ("Crew",)


def test_the_order_of_the_resources_is_the_preference():
	assert candidates(CUT, dict(reversed(RESOURCES.items()))) == ("Ben", "Ana")


def test_no_requirement_means_one_person():
	assert needs_for((), RESOURCES) == (Need(("Ana", "Ben", "Dov"), 1),)
	assert needs_for((CUT, ROOM_2), RESOURCES, ("South",)) == (Need(("Ana",), 1), Need(("Room 2",), 1))


@pytest.mark.parametrize(
	("chosen", "requirements"),
	[
		(("Ana",), (CUT,)),
		(("Room 2", "Ana"), (CUT, ROOM_2)),
		(("Ana", "Ben"), (Requirement("Person", "cut", quantity=2),)),
		(("Ana", "Ben"), (CUT, Requirement("Person", "colour"))),
		(("Ana", "Dov", "Room 1"), (CUT,)),
		(("Dov",), ()),
		(("Crew",), (Requirement("Crew", "colour"),)),
	],
)
def test_a_choice_that_does(chosen, requirements):
	assert check_choice(chosen, requirements, RESOURCES) is None


@pytest.mark.parametrize(
	("chosen", "requirements", "code", "values"),
	[
		((), (CUT,), "no_resource", {}),
		(("Cleo",), (CUT,), "resource_inactive", {"resource": "Cleo"}),
		(("Old crew",), (Requirement("Crew"),), "resource_inactive", {"resource": "Cleo"}),
		(("Dov",), (CUT,), "resource_lacks_skill", {"resource": "Dov", "skill": "cut"}),
		(("Room 1",), (CUT,), "resource_wrong_kind", {"kind": "Person (cut)"}),
		(("Ana", "Room 1"), (CUT, ROOM_2), "resource_wrong_kind", {"kind": "Room 2"}),
		(("Ana",), (Requirement("Person", quantity=2),), "resource_wrong_kind", {"kind": "2 x Person"}),
		(("Ana",), (CUT, Requirement("Person", "colour")), "resource_wrong_kind", None),
		(("Crew", "Ana"), (Requirement("Crew"), CUT), "resource_wrong_kind", None),
		(("Room 1",), (), "resource_wrong_kind", {"kind": "Person"}),
	],
)
def test_a_choice_that_does_not(chosen, requirements, code, values):
	refusal = check_choice(chosen, requirements, RESOURCES)
	assert (refusal.code, refusal.field) == (code, "resources")
	if values is not None:
		assert refusal.values == values


def test_crews_claim_their_people_once():
	assert claimed_resources(("Crew", "Ana", "Room 1"), RESOURCES) == ("Crew", "Ana", "Room 1", "Dov")
	assert crew_members(RESOURCES) == {"Crew": ("Ana", "Dov"), "Old crew": ("Cleo", "Dov")}


def test_crews_that_name_each_other_do_not_hang():
	loop = {
		"a": ResourceFacts("a", "Crew", members=("b",)),
		"b": ResourceFacts("b", "Crew", members=("a",)),
	}
	assert claimed_resources(("a",), loop) == ("a", "b")


def test_a_crew_is_open_when_all_are_and_busy_when_any_is():
	calendars = {
		"Ana": Calendar(((0, 100),), ((10, 20),)),
		"Dov": Calendar(((50, 150),), ((60, 70),)),
		"Crew": Calendar((), ((80, 90),)),
	}
	assert calendar_of("Crew", RESOURCES, calendars) == Calendar(((50, 100),), ((10, 20), (60, 70), (80, 90)))
	calendars["Crew"] = Calendar(((70, 300),))
	assert calendar_of("Crew", RESOURCES, calendars).open == ((70, 100),)
	assert calendar_of("Crew", RESOURCES, {"Ana": Calendar(((0, 100),))}).open == ()
	assert calendar_of("Ben", RESOURCES, {}) == Calendar(())


BERLIN = ZoneInfo("Europe/Berlin")


def at(*parts):
	return to_minutes(datetime(*parts, tzinfo=BERLIN))


OPEN = ((at(2026, 6, 1, 9), at(2026, 6, 1, 12)), (at(2026, 6, 1, 13), at(2026, 6, 1, 17)))


@pytest.mark.parametrize(("start", "end"), [((9, 0), (12, 0)), ((13, 0), (13, 5)), ((16, 55), (17, 0))])
def test_inside_one_stretch_is_open(start, end):
	span = at(2026, 6, 1, *start), at(2026, 6, 1, *end)
	assert check_open("Ana", *span, OPEN, (), BERLIN) is None


@pytest.mark.parametrize(("start", "end"), [((8, 55), (10, 0)), ((11, 0), (14, 0)), ((16, 30), (17, 5))])
def test_outside_hours_tells_the_hours_of_that_day(start, end):
	span = at(2026, 6, 1, *start), at(2026, 6, 1, *end)
	refusal = check_open("Ana", *span, OPEN, (), BERLIN)
	assert (refusal.code, refusal.field) == ("outside_hours", "starts_at")
	assert refusal.values == {"resource": "Ana", "open": "09:00-12:00, 13:00-17:00"}


def test_a_closed_day_counts_in_the_local_zone_and_anywhere_in_the_visit():
	closed = {date(2026, 6, 2)}
	late = at(2026, 6, 1, 23), at(2026, 6, 2, 1)
	refusal = check_open("Ana", *late, OPEN, closed, BERLIN)
	assert (refusal.code, refusal.values) == ("closed_day", {"resource": "Ana", "day": date(2026, 6, 2)})
	until_midnight = at(2026, 6, 1, 23), at(2026, 6, 2, 0)
	assert check_open("Ana", *until_midnight, OPEN, closed, BERLIN).code == "outside_hours"
	assert check_open("Ana", at(2026, 6, 2, 0), at(2026, 6, 2, 1), OPEN, closed, UTC).code == "outside_hours"


def test_open_text_cuts_at_midnight_and_says_not_at_all():
	night = ((at(2026, 6, 1, 22), at(2026, 6, 2, 6)),)
	assert open_text(date(2026, 6, 1), night, BERLIN) == "22:00-24:00"
	assert open_text(date(2026, 6, 2), night, BERLIN) == "00:00-06:00"
	assert open_text(date(2026, 6, 3), night, BERLIN) == "not at all"
