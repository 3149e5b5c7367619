"""Chains from plain data: each kind of bad input is refused with its field, and what is read can be written again."""

import copy

import pytest

from runbook_ops.core.chains.parse import ChainProblems, chain_to_data, parse_chain
from runbook_ops.core.reasons import reason_text

GOOD = {
	"code": "c",
	"title": "C",
	"trigger": "booking_confirmed",
	"steps": [
		{"code": "job", "action": "create_job"},
		{
			"code": "tell",
			"action": "send_message",
			"after": "job",
			"anchor": "booking_start",
			"offset_minutes": -60,
			"at": "07:30",
			"useful_minutes": 30,
			"condition": {"any": [["source", "=", "web"], {"all": [["address", "is set"]]}]},
			"exception_role": "Manager",
			"exception_due_minutes": 15,
			"priority": 7,
			"on_reschedule": "redo",
			"settings": {"subject": "{{ service_name }}", "body": "b", "to": "technician"},
		},
		{"code": "call", "action": "create_follow_up", "settings": {"subject": "s", "due_in_days": 3}},
	],
}


def problems(change):
	data = copy.deepcopy(GOOD)
	change(data)
	with pytest.raises(ChainProblems) as refused:
		parse_chain(data)
	for problem in refused.value.problems:
		assert "{" not in reason_text(problem.code, dict(problem.values)).replace("{{", "")
	return [(problem.code, problem.field) for problem in refused.value.problems]


def test_a_good_chain_is_read_whole_and_written_back():
	chain = parse_chain(GOOD)
	tell = chain.step("tell")
	assert (tell.after, tell.priority, tell.on_reschedule.value) == (("job",), 7, "redo")
	assert (str(tell.timing.at), tell.exception.role) == ("07:30:00", "Manager")
	assert (tell.timing.offset.total_seconds(), tell.timing.useful_for.total_seconds()) == (-3600, 1800)
	assert chain.step("job").title == "Create the job"
	assert chain.step("nobody") is None
	assert parse_chain(chain_to_data(chain)) == chain


def step(number, **fields):
	return lambda data: data["steps"][number].update(fields)


def setting(number, **fields):
	return lambda data: data["steps"][number].setdefault("settings", {}).update(fields)


@pytest.mark.parametrize(
	("change", "code", "field"),
	[
		(lambda data: data.update(trigger="nonsense"), "choice_unknown", "trigger"),
		(lambda data: data.pop("trigger"), "choice_unknown", "trigger"),
		(lambda data: data.pop("code"), "field_missing", "code"),
		(lambda data: data.update(title=""), "field_missing", "title"),
		(lambda data: data.update(steps=[]), "chain_without_steps", "steps"),
		(lambda data: data.update(steps="job"), "chain_without_steps", "steps"),
		(lambda data: data["steps"].append("x"), "step_not_a_mapping", "step 4"),
		(lambda data: data["steps"].append({"action": "create_job"}), "step_without_code", "step 4.code"),
		(
			lambda data: data["steps"].append({"code": "job", "action": "create_job"}),
			"step_code_twice",
			"job.code",
		),
		(step(0, colour="red"), "step_key_unknown", "job.colour"),
		(step(0, action="dance"), "action_unknown", "job.action"),
		(step(0, action=None), "action_unknown", "job.action"),
		(step(0, settings="x"), "settings_not_a_mapping", "job.settings"),
		(step(0, after=["tell"]), "chain_cycle", "call.after"),
		(step(0, after=["job"]), "chain_cycle", "job.after"),
		(step(0, after=["gone"]), "after_unknown", "job.after"),
		(step(0, anchor="moon"), "choice_unknown", "job.anchor"),
		(step(0, on_reschedule="maybe"), "choice_unknown", "job.on_reschedule"),
		(step(0, offset_minutes="soon"), "not_a_number", "job.offset_minutes"),
		(step(0, at="25:00"), "not_a_wall_time", "job.at"),
		(step(0, at="noon"), "not_a_wall_time", "job.at"),
		(step(0, condition={"all": [["nonsense", "=", 1]]}), "condition_fact", "job.condition"),
		(step(0, condition={"any": [{"all": [["nonsense", "=", 1]]}]}), "condition_fact", "job.condition"),
		(step(0, condition={"all": [["source", "~", 1]]}), "condition_operator", "job.condition"),
		(step(0, condition={"none": []}), "condition_shape", "job.condition"),
		(step(0, condition={"all": [["source"]]}), "condition_shape", "job.condition"),
		(step(0, condition=[["source", "=", 1]]), "condition_shape", "job.condition"),
		(step(0, condition="source == 'web'"), "condition_shape", "job.condition"),
		(setting(0, colour="red"), "setting_unknown", "job.settings.colour"),
		(setting(1, subject=""), "setting_missing", "tell.settings.subject"),
		(setting(1, to="neighbour"), "setting_choice", "tell.settings.to"),
		(setting(1, body="{{ nonsense }}"), "template_fact", "tell.settings.body"),
		(setting(1, body="{{ booking.x }}"), "template_construct", "tell.settings.body"),
		(setting(1, body="{% if x"), "template_syntax", "tell.settings.body"),
		(setting(1, subject="{{ booking | nope }}"), "template_filter", "tell.settings.subject"),
		(setting(1, body="x" * 20_001), "template_too_long", "tell.settings.body"),
		(setting(2, due_in_days="soon"), "not_a_number", "call.settings.due_in_days"),
		(setting(2, due_in_days_of="customer_name"), "setting_choice", "call.settings.due_in_days_of"),
	],
)
def test_bad_input_is_refused_with_its_field(change, code, field):
	found = problems(change if (code, field) != ("chain_cycle", "call.after") else _three_in_a_ring)
	assert (code, field) in found


def _three_in_a_ring(data):
	data["steps"][0]["after"] = ["call"]
	data["steps"][2]["after"] = ["tell"]


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_data_that_is_no_mapping(data):
	with pytest.raises(ChainProblems) as refused:
		parse_chain(data)
	assert refused.value.problems[0].code == "chain_not_a_mapping"


def test_everything_that_is_wrong_is_named_at_once():
	def spoil(data):
		data.update(trigger="x", code="")
		data["steps"][0].update(action="dance", at="99:99")
		data["steps"][1]["after"] = ["gone"]

	assert {code for code, _ in problems(spoil)} == {
		"choice_unknown",
		"field_missing",
		"action_unknown",
		"not_a_wall_time",
		"after_unknown",
	}


@pytest.mark.parametrize(
	("written", "meant"), [("07:30", "07:30"), (450, "07:30"), ("7:05", "07:05"), ("23:59:00", "23:59")]
)
def test_wall_times_as_people_and_yaml_write_them(written, meant):
	data = copy.deepcopy(GOOD)
	data["steps"][0]["at"] = written
	assert f"{parse_chain(data).steps[0].timing.at:%H:%M}" == meant


def test_a_useful_window_of_zero_is_for_ever():
	data = copy.deepcopy(GOOD)
	data["steps"][0]["useful_minutes"] = 0
	assert parse_chain(data).steps[0].timing.useful_for is None
