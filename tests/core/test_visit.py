"""Visits of several services: whom they keep busy, what stays with whom when they change, what they cost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.eligibility import ResourceFacts
from runbook_ops.core.visit import PlacedPart, claimed_spans, renumber, spread

PEOPLE = {name: ResourceFacts(name, "Person") for name in ("Anna", "Ben", "Cleo")} | {
	"Team": ResourceFacts("Team", "Crew", members=("Anna", "Ben")),
	"Room": ResourceFacts("Room", "Room"),
}


def test_each_part_claims_its_own_resources_for_its_own_time_with_its_own_buffers():
	parts = (
		PlacedPart(600, 645, ("Anna", "Room"), buffer_after=15),
		PlacedPart(645, 705, ("Ben",), buffer_before=10),
	)
	assert claimed_spans(parts, PEOPLE) == {
		"Anna": ((600, 660),),
		"Room": ((600, 660),),
		"Ben": ((635, 705),),
	}


def test_who_does_two_parts_claims_one_stretch_and_never_the_same_minutes_twice():
	parts = (PlacedPart(600, 645, ("Anna",), buffer_after=15), PlacedPart(645, 705, ("Anna",)))
	assert claimed_spans(parts, PEOPLE) == {"Anna": ((600, 705),)}


def test_who_does_the_first_and_the_third_part_is_free_in_between():
	parts = (
		PlacedPart(600, 630, ("Anna",)),
		PlacedPart(630, 690, ("Ben",)),
		PlacedPart(690, 720, ("Anna",)),
	)
	assert claimed_spans(parts, PEOPLE)["Anna"] == ((600, 630), (690, 720))


def test_a_crew_claims_its_people_for_its_part_only():
	spans = claimed_spans((PlacedPart(600, 630, ("Team",)), PlacedPart(630, 660, ("Cleo",))), PEOPLE)
	assert spans == {
		"Team": ((600, 630),),
		"Anna": ((600, 630),),
		"Ben": ((600, 630),),
		"Cleo": ((630, 660),),
	}


def test_claims_are_whole_buckets_of_five_minutes():
	assert claimed_spans((PlacedPart(601, 644, ("Anna",)),), PEOPLE) == {"Anna": ((600, 645),)}


@pytest.mark.parametrize(
	("before", "after", "moved"),
	[
		([("a", "Cut"), ("b", "Colour")], [("a", "Cut"), ("b", "Colour")], {1: 1, 2: 2}),
		([("a", "Cut"), ("b", "Colour")], [("b", "Colour"), ("a", "Cut")], {1: 2, 2: 1}),
		([("a", "Cut"), ("b", "Colour")], [("b", "Colour")], {2: 1}),
		([("a", "Cut"), ("b", "Cut")], [("b", "Cut")], {2: 1}),
		([("a", "Cut")], [("", "Wash"), ("a", "Cut")], {1: 2}),
		([("", "Cut")], [("x", "Cut"), ("y", "Colour")], {1: 1}),
		([("a", "Cut"), ("b", "Colour")], [("", "Cut"), ("", "Colour")], {1: 1, 2: 2}),
		([("a", "Cut")], [("a", "Colour")], {}),
	],
)
def test_resources_stay_with_their_service(before, after, moved):
	assert renumber(before, after) == moved


@given(
	st.decimals(0, 10_000, places=2),
	st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=8),
)
def test_an_agreed_total_is_spread_to_the_cent(total, prices):
	shares = spread(total, prices)
	assert sum(shares) == total
	assert len(shares) == len(prices)


def test_a_total_is_spread_by_what_each_would_cost():
	assert spread(Decimal(90), [Decimal(60), Decimal(40)]) == (Decimal("54.00"), Decimal("36.00"))
	assert spread(Decimal(50), [Decimal(0), Decimal(0)]) == (Decimal(50), Decimal(0))
