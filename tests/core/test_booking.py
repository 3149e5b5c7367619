"""The states of a booking and what a valid request looks like."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from runbook_ops.core.booking import (
	CLAIMING,
	TRANSITIONS,
	WAIVABLE,
	BookingStatus,
	Visit,
	check_area,
	check_transition,
	check_visit,
	check_window,
	may_waive,
)
from runbook_ops.core.reasons import reason_text

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_state_follows_only_where_the_table_says():
	for before, after in product(BookingStatus, BookingStatus):
		allowed = before == after or after in TRANSITIONS[before]
		refusal = check_transition(before, after)
		assert (refusal is None) == allowed, (before, after)
		if refusal is not None:
			assert refusal.field == "status"
			assert "{" not in reason_text(refusal.code, dict(refusal.values))


@pytest.mark.parametrize(
	("before", "after"),
	[
		("Completed", "Cancelled"),
		("Cancelled", "Confirmed"),
		("Completed", "No-show"),
		("Requested", "Completed"),
		("In Progress", "No-show"),
	],
)
def test_what_a_booking_never_does(before, after):
	assert check_transition(before, after) is not None


def test_who_came_late_after_all_can_still_be_served():
	assert check_transition("No-show", "Completed") is None


def test_what_a_new_booking_may_be():
	born = [status for status in BookingStatus if check_transition(None, status) is None]
	assert born == ["Requested", "Held", "Confirmed"]


@pytest.mark.parametrize(
	("visit", "code", "field"),
	[
		(Visit(NOW + HOUR, NOW + 2 * HOUR, service_active=False), "service_inactive", "service"),
		(Visit(NOW + HOUR, NOW + HOUR), "zero_duration", "ends_at"),
		(Visit(NOW + HOUR, NOW), "end_before_start", "ends_at"),
		(Visit(NOW + HOUR, NOW + HOUR + timedelta(days=14, minutes=1)), "too_long", "ends_at"),
		(Visit(NOW - timedelta(minutes=1), NOW + HOUR), "in_the_past", "starts_at"),
	],
)
def test_visits_that_nobody_can_book(visit, code, field):
	for by_staff in (True, False):
		refusal = check_visit(visit, NOW, by_staff)
		assert (refusal.code, refusal.field) == (code, field)


def test_notice_and_horizon_bind_customers_and_not_staff():
	soon = Visit(NOW + HOUR, NOW + 2 * HOUR, min_notice=2 * HOUR)
	far = Visit(NOW + timedelta(days=9), NOW + timedelta(days=9, hours=1), booking_horizon=timedelta(days=8))
	assert check_visit(soon, NOW) is None
	assert check_visit(soon, NOW, by_staff=False).code == "too_soon"
	assert check_visit(far, NOW) is None
	assert check_visit(far, NOW, by_staff=False).code == "too_far_ahead"
	edge = Visit(NOW, NOW + HOUR, min_notice=timedelta(0), booking_horizon=timedelta(0))
	assert check_visit(edge, NOW, by_staff=False) is None


def test_only_states_that_take_time_claim_it():
	assert {BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS} == CLAIMING


def test_a_rule_is_set_aside_by_who_may_and_with_a_reason_only():
	assert may_waive("too_soon", "walk-in", staff=True, manager=False)
	assert not may_waive("too_soon", " ", staff=True, manager=True)
	assert not may_waive("too_soon", "please", staff=False, manager=False)
	assert may_waive("outside_hours", "wedding", staff=True, manager=True)
	assert not may_waive("outside_hours", "wedding", staff=True, manager=False)
	assert not may_waive("in_the_past", "really", staff=True, manager=True)
	assert all("{" not in code for code in WAIVABLE)


def test_notice_and_horizon_are_told_apart():
	visit = Visit(NOW + HOUR, NOW + 2 * HOUR, min_notice=2 * HOUR, booking_horizon=timedelta(days=8))
	assert check_window(visit, NOW).code == "too_soon"
	late = Visit(NOW + timedelta(days=9), NOW + timedelta(days=9, hours=1), booking_horizon=timedelta(days=8))
	assert check_window(late, NOW).code == "too_far_ahead"


def test_a_service_is_offered_in_its_area_and_in_what_lies_in_it():
	assert check_area("Pool Care", (), ("Clovis", "North")) is None
	assert check_area("Pool Care", ("North",), ()) is None
	assert check_area("Pool Care", ("North",), ("Clovis", "North")) is None
	refusal = check_area("Pool Care", ("North", "East"), ("Selma", "South"))
	assert (refusal.code, refusal.values["territory"], refusal.values["served"]) == (
		"outside_area",
		"Selma",
		"East, North",
	)
