"""The states of a job."""

from itertools import product

from runbook_ops.core.job import TRANSITIONS, JobStatus, check_transition
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
