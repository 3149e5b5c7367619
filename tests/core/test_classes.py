"""Classes: their states, and who gets a seat."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.classes import (
	Session,
	SessionStatus,
	check_seats_wanted,
	check_session_transition,
	free_numbers,
)

YOGA = Session("CS-1", "Yoga", "Scheduled", capacity=8, taken=5)


def test_a_class_ends_once():
	for before, after in product(SessionStatus, SessionStatus):
		allowed = before == after or before == SessionStatus.SCHEDULED
		assert (check_session_transition(before, after) is None) == allowed
	assert check_session_transition(None, "Scheduled") is None
	assert check_session_transition(None, "Cancelled").code == "session_born_as"
	assert check_session_transition("Scheduled", "Postponed").code == "unknown_status"


@pytest.mark.parametrize(
	("session", "service", "seats", "code"),
	[
		(YOGA, "Yoga", 8, None),
		(YOGA, "Yoga", 9, "more_than_capacity"),
		(YOGA, "Yoga", 0, "seats_wanted"),
		(YOGA, "Yoga", -1, "seats_wanted"),
		(YOGA, "Pilates", 1, "session_of_other"),
		(Session("CS-2", "Yoga", "Cancelled", 8), "Yoga", 1, "session_closed"),
	],
)
def test_which_seats_can_be_asked_for(session, service, seats, code):
	refusal = check_seats_wanted(session, service, seats)
	assert (refusal and refusal.code) == code


@given(
	st.integers(1, 30).flatmap(
		lambda capacity: st.tuples(
			st.just(capacity), st.sets(st.integers(1, capacity + 5)), st.integers(1, capacity)
		)
	)
)
def test_seats_are_free_numbers_within_the_capacity_all_or_none(case):
	capacity, taken, wanted = case
	numbers = free_numbers(taken, capacity, wanted)
	if len(taken) + wanted > capacity:
		assert numbers is None
	else:
		assert len(set(numbers)) == wanted
		assert not taken.intersection(numbers)
		assert all(1 <= number <= capacity for number in numbers)
