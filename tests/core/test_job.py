"""The states of a job."""

from datetime import UTC, datetime
from itertools import product

from runbook_ops.core.job import TRANSITIONS, JobStatus, actual_times, check_transition
from runbook_ops.core.reasons import reason_text


def test_a_state_follows_only_where_the_table_says():
	for before, after in product(JobStatus, JobStatus):
		allowed = before == after or after in TRANSITIONS[before]
		refusal = check_transition(before, after)
		assert (refusal is None) == allowed, (before, after)
		if refusal is not None:
			assert refusal.field == "status"
			assert "{" not in reason_text(refusal.code, dict(refusal.values))


def test_what_a_new_job_may_be():
	born = [status for status in JobStatus if check_transition(None, status) is None]
	assert born == ["Open", "Assigned"]


def test_a_visit_really_began_with_the_arrival_and_ended_with_the_job():
	nine, ten, noon = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (9, 10, 12))
	whole = [("Assigned", nine), ("Arrived", nine), ("In Progress", ten), ("Completed", noon)]
	assert actual_times(whole) == (nine, noon)
	assert actual_times([("Assigned", nine), ("In Progress", ten)]) == (ten, None)
	assert actual_times([("Assigned", nine), ("Completed", noon)]) == (None, None)
