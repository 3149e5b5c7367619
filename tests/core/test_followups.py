"""The states of a task and how an exception is answered."""

from itertools import product

from runbook_ops.core.followups import TRANSITIONS, TaskStatus, check_resolution, check_transition
from runbook_ops.core.reasons import reason_text


def test_a_state_follows_only_where_the_table_says():
	for before, after in product(TaskStatus, TaskStatus):
		allowed = before == after or after in TRANSITIONS[before]
		refusal = check_transition(before, after)
		assert (refusal is None) == allowed, (before, after)
		if refusal is not None:
			assert refusal.field == "status"
			assert "{" not in reason_text(refusal.code, dict(refusal.values))


def test_a_new_task_is_open_or_begun():
	born = [status for status in TaskStatus if check_transition(None, status) is None]
	assert born == ["Open", "In Progress"]
	assert check_transition(None, "Done").code == "task_born_as"


def test_an_exception_is_answered_as_offered_and_a_skip_says_why():
	offered = frozenset({"Retry", "Skip"})
	assert check_resolution("Retry", offered, "") is None
	assert check_resolution("Skip", offered, "told by phone") is None
	assert check_resolution("Skip", offered, "  ").code == "skip_needs_reason"
	assert check_resolution("Done by hand", offered, "x").code == "choice_not_offered"
