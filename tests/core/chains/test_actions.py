"""What each action decides from settings and facts."""

from decimal import Decimal

import pytest

from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.decision import Act, Ask, Skip
from runbook_ops.core.chains.spec import EffectClass, Event
from runbook_ops.core.followups import Choice
from runbook_ops.core.reasons import REASONS


def decide(action, facts, **settings):
	return ACTIONS[action].decide(settings, facts)


@pytest.mark.parametrize(
	("action", "changes", "code", "missing"),
	[
		("create_job", {"needs_address": True}, "job_needs_address", ("address",)),
		("assign_job", {"job": None}, "no_job", ("job",)),
		("assign_job", {"resource": None}, "nobody_booked", ("resource",)),
		("prepare_checklist", {"job": None}, "no_job", ("job",)),
		("await_completion", {}, "job_not_completed", ("job_completed",)),
		("send_message", {"customer_email": None}, "customer_has_no_email", ("customer_email",)),
		("send_message", {"customer_email": ""}, "customer_has_no_email", ("customer_email",)),
	],
)
def test_what_is_missing_is_asked(action, changes, code, missing, make_facts):
	decision = decide(action, make_facts(**changes), subject="s", body="b")
	assert isinstance(decision, Ask)
	assert (decision.code, decision.missing) == (code, missing)
	assert decision.choices == (Choice.RETRY, Choice.DONE_BY_HAND, Choice.SKIP)
	assert code in REASONS


@pytest.mark.parametrize(
	("action", "changes", "code"),
	[
		("move_opportunity", {}, "no_opportunity"),
		("check_materials", {"materials": ()}, "no_materials"),
		("prepare_checklist", {"checklist": ()}, "no_checklist"),
	],
)
def test_where_there_is_nothing_to_do_it_says_so(action, changes, code, make_facts):
	assert decide(action, make_facts(**changes)) == Skip(code)


def test_acts(make_facts, now):
	facts = make_facts(
		opportunity="OPP-1", address="1 Road", needs_address=True, source="web", job_type="Hair"
	)
	assert decide("update_customer", facts) == Act({"source": "web", "job_type": "Hair", "contact": None})
	assert decide("move_opportunity", facts) == Act({"opportunity": "OPP-1", "stage": "Booked"})
	assert decide("move_opportunity", facts, stage="Won").arguments["stage"] == "Won"
	assert decide("create_job", facts).arguments == {
		"scope": "Cut",
		"address": "1 Road",
		"access_notes": None,
	}
	assert decide("assign_job", facts) == Act({"job": "JOB-1", "resource": "Ana"})
	assert decide("check_materials", facts) == Act({"short": (("DYE", Decimal(2), "Nos"),)})
	assert decide("prepare_checklist", facts) == Act({"job": "JOB-1", "lines": ("Gown", "Mirror")})
	done = make_facts(job_completed_at=now)
	assert decide("await_completion", done) == Act({"booking": "SB-1"})


def test_a_message_is_composed_for_its_reader(make_facts):
	decision = decide(
		"send_message", make_facts(), to="technician", subject="{{ service_name }}\n for you", body=" a\n"
	)
	assert decision == Act(
		{
			"to": "technician",
			"channel": "email",
			"recipient": "ana@example.com",
			"subject": "Cut for you",
			"body": "a",
		}
	)
	decision = decide(
		"send_message", make_facts(technician_email=None), to="technician", subject="s", body="b"
	)
	assert decision.code == "technician_has_no_email"


def test_a_line_break_in_a_name_does_not_reach_the_subject(make_facts):
	facts = make_facts(customer_name="Ada\r\nBcc: all@example.com")
	decision = decide("send_message", facts, subject="For {{ customer_name }}", body="b")
	assert decision.arguments["subject"] == "For Ada Bcc: all@example.com"


@pytest.mark.parametrize("action", ["send_message", "create_follow_up"])
def test_a_text_that_needs_an_unknown_fact_is_asked(action, make_facts):
	decision = decide(action, make_facts(), subject="s", body="{{ address }}")
	assert decision == Ask("message_lacks_fact", ("address",), {"fact": "address"})


@pytest.mark.parametrize(
	("settings", "days"),
	[
		({}, 2),
		({"due_in_days": 5}, 5),
		({"due_in_days": 0}, 0),
		({"due_in_days_of": "rebook_after_days"}, 40),
		({"due_in_days_of": "rebook_after_days", "due_in_days": -7}, 33),
		({"due_in_days_of": "rebook_after_days", "due_in_days": -70}, 0),
	],
)
def test_when_a_follow_up_is_due(settings, days, make_facts):
	facts = make_facts(rebook_after_days=40)
	decision = decide("create_follow_up", facts, subject="Call {{ customer_name }}", role="R", **settings)
	assert decision == Act({"subject": "Call Ada Byron", "note": "", "role": "R", "due_in_days": days})


def test_what_leaves_the_house_and_what_waits():
	outside = {
		code: action.effect for code, action in ACTIONS.items() if action.effect is not EffectClass.LOCAL
	}
	assert outside == {"send_message": EffectClass.LOOK_UP, "call_webhook": EffectClass.NONE}
	assert ACTIONS["await_completion"].awaited({}) is Event.JOB_COMPLETED
	assert ACTIONS["wait"].awaited({"for": "job_completed"}) is Event.JOB_COMPLETED
	assert ACTIONS["wait"].awaited({"for": "invoice_paid"}) is None
