"""Who should take a visit: the ranking with its reasons, and the order in which each rule asks."""

import pytest

from runbook_ops.core.assignment import AssignBy, Candidate, order_by_rule, rank, reasons_for
from runbook_ops.core.reasons import REASONS
from runbook_ops.core.timeline import from_minutes


def names(ranked) -> list[str]:
	return [one.candidate.name for one in ranked]


def codes(candidate: Candidate) -> dict[str, bool]:
	return {reason.code: reason.good for reason in reasons_for(candidate)}


def test_who_can_and_is_free_comes_first_and_the_rest_follows_with_its_reasons():
	ranked = rank(
		[
			Candidate("lacks", missing_skills=("Colour",)),
			Candidate("busy", busy_until=600),
			Candidate("off", at_work=False, hours="09:00-12:00"),
			Candidate("free", day_minutes=480),
			Candidate("elsewhere", serves_territory=False),
		]
	)
	assert names(ranked) == ["free", "elsewhere", "busy", "off", "lacks"]
	assert [one.fits for one in ranked] == [True, True, False, False, False]


def test_who_is_of_another_kind_is_left_out():
	assert names(rank([Candidate("room", fits_kind=False), Candidate("one")])) == ["one"]


def test_who_was_asked_for_comes_before_who_has_less_to_do():
	ranked = rank([Candidate("idle"), Candidate("wished", asked_for=True, day_minutes=400)])
	assert names(ranked) == ["wished", "idle"]


def test_the_least_loaded_of_the_day_then_of_the_week_comes_first():
	found = [
		Candidate("a", day_minutes=60, week_minutes=900),
		Candidate("b", day_minutes=60, week_minutes=300),
		Candidate("c", day_minutes=0, week_minutes=2000),
	]
	assert names(rank(found)) == ["c", "b", "a"]


@pytest.mark.parametrize(
	("rule", "expected"),
	[
		(AssignBy.IN_ORDER, ("b", "a", "c")),
		(AssignBy.LEAST_LOADED, ("c", "a", "b")),
		(AssignBy.ROUND_ROBIN, ("a", "b", "c")),
		(AssignBy.USUAL, ("b", "c", "a")),
	],
)
def test_each_rule_asks_in_its_order(rule, expected):
	found = [
		Candidate("b", day_minutes=300, last_given=100, visits_with_customer=4),
		Candidate("a", day_minutes=200, last_given=None),
		Candidate("c", day_minutes=100, last_given=900),
	]
	assert order_by_rule(found, rule) == expected


def test_the_round_goes_on_with_whoever_had_nothing_for_longest():
	found = [Candidate("late", last_given=500), Candidate("early", last_given=20), Candidate("never")]
	assert order_by_rule(found, AssignBy.ROUND_ROBIN) == ("never", "early", "late")


def test_equals_stand_in_the_order_of_their_names():
	found = [Candidate("b"), Candidate("a")]
	for rule in (AssignBy.LEAST_LOADED, AssignBy.ROUND_ROBIN, AssignBy.USUAL):
		assert order_by_rule(found, rule) == ("a", "b")


def test_each_reason_says_whether_it_speaks_for_somebody():
	free = codes(Candidate("a", asked_for=True, visits_with_customer=3, travel_minutes=12))
	assert free == {
		"assign_free": True,
		"assign_asked_for": True,
		"assign_served": True,
		"assign_travel": True,
		"assign_load": True,
	}
	assert codes(Candidate("b", missing_skills=("Colour",), busy_until=5, serves_territory=False)) == {
		"assign_lacks_skill": False,
		"assign_busy": False,
		"assign_not_in_territory": False,
		"assign_load": True,
	}
	assert codes(Candidate("c", at_work=False, busy_until=5))["assign_off"] is False
	assert "assign_busy" not in codes(Candidate("c", at_work=False, busy_until=5))
	assert "assign_served_once" in codes(Candidate("d", visits_with_customer=1))


def test_reasons_have_a_text_and_carry_its_values():
	candidate = Candidate("a", missing_skills=("Colour",), busy_until=90, day_minutes=125, week_minutes=600)
	found = {reason.code: reason for reason in reasons_for(candidate)}
	assert set(found) <= set(REASONS)
	assert found["assign_busy"].values == {"until": from_minutes(90)}
	assert found["assign_load"].values == {"day": "2:05", "week": "10:00"}
