"""The states of bookings, jobs and tasks, who owns work, and the texts of reasons."""

from datetime import UTC, datetime, timedelta
from itertools import product
from string import Formatter

import pytest

from runbook_ops.core import booking, followups, job
from runbook_ops.core.booking import BookingStatus, Visit, check_visit
from runbook_ops.core.reasons import REASONS, fill, reason_text
from runbook_ops.core.routing import Person, choose_owner

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
	("module", "states"),
	[(booking, booking.BookingStatus), (job, job.JobStatus), (followups, followups.TaskStatus)],
)
def test_a_state_follows_only_where_the_table_says(module, states):
	for before, after in product(states, states):
		allowed = before == after or after in module.TRANSITIONS[before]
		refusal = module.check_transition(before, after)
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
	assert booking.check_transition(before, after) is not None


def test_who_came_late_after_all_can_still_be_served():
	assert booking.check_transition("No-show", "Completed") is None


def test_what_new_records_may_be():
	born = [status for status in booking.BookingStatus if booking.check_transition(None, status) is None]
	assert born == ["Requested", "Held", "Confirmed"]
	assert [status for status in job.JobStatus if job.check_transition(None, status) is None] == [
		"Open",
		"Assigned",
	]
	assert followups.check_transition(None, "Done").code == "task_born_as"


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
	assert {BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS} == booking.CLAIMING


def test_an_exception_is_answered_as_offered_and_a_skip_says_why():
	offered = frozenset({"Retry", "Skip"})
	assert followups.check_resolution("Retry", offered, "") is None
	assert followups.check_resolution("Skip", offered, "told by phone") is None
	assert followups.check_resolution("Skip", offered, "  ").code == "skip_needs_reason"
	assert followups.check_resolution("Done by hand", offered, "x").code == "choice_not_offered"


def test_the_owner_is_the_preferred_then_the_least_loaded_then_the_fallback():
	people = [Person("b", open_tasks=1), Person("a", open_tasks=1), Person("c", open_tasks=4)]
	assert choose_owner(("x", "c"), people, "boss") == "c"
	assert choose_owner(("x",), people, "boss") == "a"
	assert choose_owner(("off",), [Person("off", enabled=False)], "boss") == "boss"
	assert choose_owner((), [], "boss") == "boss"


def test_reasons_are_sentences_that_name_their_values():
	for code, text in REASONS.items():
		assert text.endswith((".", "}")), code
		assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text)), code


def test_a_missing_value_shows_as_its_name_and_a_value_is_never_a_format():
	assert reason_text("slot_taken", {}) == "Starts At: {resources} is already taken at that time."
	assert "{x}" in fill("{resource}!", {"resource": "{x}"})
