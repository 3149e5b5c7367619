"""Which findings of a night are new, which stay and which are gone."""

from runbook_ops.core.reconciliation import Found, Lost, reconcile

RUN = Found(Lost.RUN_LACKS_STEPS, "Chain Run", "r1")
STEP = Found(Lost.STEP_IN_ENDED_RUN, "Chain Step Run", "s1")


def test_each_finding_has_one_open_task():
	key = f"{RUN.stem}2026-06-01"
	night = reconcile([RUN, STEP, STEP], {key, f"{Found(Lost.CLAIM, 'x', 'gone').stem}2026-05-01"})
	assert night.new == (STEP,)
	assert night.keep == {key}


def test_the_same_record_can_be_wrong_in_two_ways():
	other = Found(Lost.EFFECT_UNKNOWN, "Chain Effect", "r1")
	assert reconcile([RUN, other], ()).new == (RUN, other)
