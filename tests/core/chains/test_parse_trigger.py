"""What starts a chain: each event asks for what it needs, nonsense is refused by its field, and what is read is written again."""

import copy
from datetime import date, time, timedelta

import pytest

from runbook_ops.core.chains.parse import ChainProblems, chain_to_data, parse_chain
from runbook_ops.core.chains.spec import Event
from runbook_ops.core.reasons import reason_text

CALL = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call"}}
TRIGGERS = {
	"form_submitted": {"trigger_doctype": "Lead"},
	"record_changed": {
		"trigger_doctype": "Sales Invoice",
		"trigger_field": "status",
		"trigger_from": "Unpaid",
		"trigger_to": "Overdue",
	},
	"record_submitted": {"trigger_doctype": "Quotation"},
	"record_cancelled": {"trigger_doctype": "Quotation"},
	"date_reached": {
		"trigger_doctype": "Sales Invoice",
		"trigger_field": "due_date",
		"trigger_offset_minutes": -4320,
		"trigger_at": "08:30",
	},
	"time_recurring": {
		"trigger_rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
		"trigger_at": "09:00",
		"trigger_starts_on": "2026-11-02",
	},
	"opportunity_stage": {"trigger_to": "Negotiation"},
	"submission": {"trigger_values": ["name", "email"]},
	"chain_ended": {"trigger_chain": "service_visit"},
	"chain_step": {"trigger_doctype": "Sales Invoice"},
}


def chain(trigger: str, **values) -> dict:
	data = {"code": "c", "title": "C", "trigger": trigger, "steps": [copy.deepcopy(CALL)]}
	return {**data, **TRIGGERS.get(trigger, {}), **values}


def problems(data, **known) -> list[tuple[str, str]]:
	with pytest.raises(ChainProblems) as refused:
		parse_chain(data, **known)
	for problem in refused.value.problems:
		assert "{" not in reason_text(problem.code, {"field": "f", **problem.values})
	return [(problem.code, problem.field) for problem in refused.value.problems]


@pytest.mark.parametrize("event", [event.value for event in Event])
def test_every_event_is_read_whole_and_written_back(event):
	spec = parse_chain(chain(event))
	data = chain_to_data(spec)
	assert parse_chain(data) == spec
	assert {key: data[key] for key in TRIGGERS.get(event, {})} == TRIGGERS.get(event, {})


def test_what_was_published_before_there_were_details_is_read_and_written_as_it_was():
	old = {"code": "c", "title": "C", "trigger": "form_submitted", "trigger_doctype": "Lead", "steps": [CALL]}
	data = chain_to_data(parse_chain(old))
	assert set(data) == {"code", "title", "trigger", "trigger_doctype", "steps"}


def test_details_are_values_of_their_kind():
	dates = parse_chain(chain("date_reached")).details
	assert (dates.field, dates.offset, dates.at) == ("due_date", timedelta(days=-3), time(8, 30))
	again = parse_chain(chain("time_recurring")).details
	assert again.rule is not None
	assert (again.rule.interval, again.starts_on) == (2, date(2026, 11, 2))


def test_what_an_event_has_no_use_for_is_left_out():
	spec = parse_chain(
		chain("booking_confirmed", trigger_doctype="Lead", trigger_field="x", trigger_rule="bad")
	)
	assert spec.trigger_doctype is None
	assert spec.details.field == ""


@pytest.mark.parametrize(
	("trigger", "change", "code", "field"),
	[
		("form_submitted", {"trigger_doctype": ""}, "trigger_lacks", "trigger_doctype"),
		("record_changed", {"trigger_field": None}, "trigger_lacks", "trigger_field"),
		("record_changed", {"trigger_to": "Unpaid"}, "trigger_no_change", "trigger_to"),
		("record_changed", {"trigger_doctype": "Service Job"}, "trigger_has_event", "trigger_field"),
		("date_reached", {"trigger_offset_minutes": "soon"}, "not_a_number", "trigger_offset_minutes"),
		("date_reached", {"trigger_at": "25:00"}, "not_a_wall_time", "trigger_at"),
		("time_recurring", {"trigger_rule": ""}, "trigger_lacks", "trigger_rule"),
		("time_recurring", {"trigger_at": ""}, "trigger_lacks", "trigger_at"),
		("time_recurring", {"trigger_rule": "FREQ=MINUTELY"}, "plan_rule_too_often", "trigger_rule"),
		("time_recurring", {"trigger_rule": "every week"}, "plan_rule_unreadable", "trigger_rule"),
		(
			"time_recurring",
			{"trigger_rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
			"plan_falls_never",
			"trigger_rule",
		),
		(
			"time_recurring",
			{"trigger_rule": "FREQ=DAILY;COUNT=3", "trigger_starts_on": None},
			"trigger_count_without_start",
			"trigger_starts_on",
		),
		("time_recurring", {"trigger_starts_on": "soon"}, "not_a_day", "trigger_starts_on"),
		("submission", {"trigger_values": ""}, "trigger_lacks", "trigger_values"),
		("submission", {"trigger_values": "first name"}, "trigger_value_name", "trigger_values"),
		(
			"submission",
			{"trigger_values": [f"v{n}" for n in range(51)]},
			"trigger_values_many",
			"trigger_values",
		),
		("chain_ended", {"trigger_chain": ""}, "trigger_lacks", "trigger_chain"),
		("form_submitted", {"condition": {"all": [["nonsense", "=", 1]]}}, "condition_fact", "condition"),
		("form_submitted", {"condition": [["source", "=", 1]]}, "condition_shape", "condition"),
		(
			"form_submitted",
			{"condition": {"all": [["source", "between", 1]]}},
			"condition_value",
			"condition",
		),
		(
			"form_submitted",
			{"condition": {"all": [["today", "before", "soon"]]}},
			"condition_value",
			"condition",
		),
		("form_submitted", {"condition": {"all": [["source", "in", []]]}}, "condition_value", "condition"),
	],
)
def test_nonsense_is_refused_by_its_field(trigger, change, code, field):
	assert (code, field) in problems(chain(trigger, **change))


@pytest.mark.parametrize(
	("trigger", "doctype", "allowed"),
	[
		("record_changed", "Service Booking", True),
		("date_reached", "Service Job", True),
		("record_changed", "Sales Invoice", False),
		("form_submitted", "Lead", False),
		("chain_step", None, True),
		("chain_ended", None, True),
		("chain_ended", "Sales Invoice", False),
		("time_recurring", None, False),
		("submission", None, False),
		("opportunity_stage", None, False),
		("job_en_route", None, True),
	],
)
def test_steps_about_a_booking_need_one(trigger, doctype, allowed):
	data = chain(trigger, trigger_doctype=doctype, steps=[{"code": "job", "action": "create_job"}])
	if trigger == "record_changed":
		data["trigger_field"] = "notes"
	if allowed:
		assert parse_chain(data).steps
	else:
		assert ("step_needs_booking", "job.action") in problems(data)


def test_fields_of_the_record_are_those_that_it_has():
	call = {**CALL, "settings": {"subject": "{{ doc.grand_total }} {{ doc.statuss }}"}}
	data = chain("record_submitted", steps=[call], condition={"all": [["doc.gone", "is set"]]})
	found = problems(data, record_fields=("status", "grand_total"))
	assert found == [("record_field_unknown", "condition"), ("record_field_unknown", "call")]
	assert parse_chain(data).condition.parts  # where nobody can say which fields there are, any may be


def test_a_submission_has_the_values_that_it_names_and_a_time_has_no_record():
	call = {**CALL, "settings": {"subject": "{{ doc.name }}"}}
	assert parse_chain(chain("submission", steps=[call]))
	assert problems(chain("submission", steps=[call], trigger_values="email")) == [
		("record_field_unknown", "call")
	]
	assert problems(chain("time_recurring", steps=[call])) == [("record_field_unknown", "call")]
