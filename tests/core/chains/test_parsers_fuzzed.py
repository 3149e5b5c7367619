"""Whatever is handed to the parsers of chains, they answer with a chain or with problems; and a chain that passes can be decided."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.condition import OPERATORS
from runbook_ops.core.chains.decide import decide_step
from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.parse import ChainProblems, chain_to_data, parse_chain
from runbook_ops.core.chains.parse_step import STEP_KEYS
from runbook_ops.core.chains.plan import plan_run
from runbook_ops.core.chains.spec import Anchor, Event, OnReschedule
from runbook_ops.core.chains.template import (
	MissingFact,
	TemplateProblem,
	TextTooLong,
	check_template,
	render,
)
from runbook_ops.core.chains.yaml_text import chain_to_yaml, read_yaml
from runbook_ops.core.reasons import reason_text
from runbook_ops.core.refusal import Refusal

ZONE = ZoneInfo("America/New_York")
WORDS = (
	"all",
	"any",
	"a",
	"b",
	"07:30",
	"web",
	"customer",
	"s",
	*FACTS,
	*OPERATORS,
	*map(str, Event),
	*map(str, Anchor),
)
leaves = st.one_of(
	st.none(),
	st.booleans(),
	st.integers(),
	st.integers(-3_000, 3_000),
	st.floats(),
	st.text(max_size=8),
	st.dates(),
	st.binary(max_size=3),
	st.sampled_from(WORDS),
	st.sampled_from((10**12, -(10**12), 10**30, 3_660, 5_270_400)),
)
trees = st.recursive(
	leaves,
	lambda below: st.lists(below, max_size=4) | st.dictionaries(leaves, below, max_size=3),
	max_leaves=8,
)
rows = st.tuples(
	st.sampled_from(tuple(FACTS)) | leaves, st.sampled_from(tuple(OPERATORS)) | leaves, leaves
).map(list)
conditions = st.recursive(
	st.dictionaries(st.sampled_from(("all", "any")), st.lists(rows, max_size=3), max_size=1),
	lambda below: st.dictionaries(
		st.sampled_from(("all", "any")), st.lists(below | rows, max_size=3), max_size=1
	),
	max_leaves=5,
)
texts = st.sampled_from(
	("s", "{{ booking }}", "{% if doc.x %}x{% endif %}", "{{ notes | upper }}", "{{ x }}")
)
settings_of_actions = st.sampled_from(tuple(ACTIONS.values())).flatmap(
	lambda action: st.tuples(
		st.just(action.code),
		st.fixed_dictionaries(
			{}, optional={name: texts | leaves | trees for name in (*action.settings, "other")}
		),
	)
)
steps = st.builds(
	lambda pair, more: {"action": pair[0], "settings": pair[1], **more},
	settings_of_actions,
	st.fixed_dictionaries(
		{"code": st.sampled_from(("a", "b", "c"))},
		optional={
			"condition": conditions | trees,
			"anchor": st.sampled_from(tuple(map(str, Anchor))) | trees,
			"on_reschedule": st.sampled_from(tuple(map(str, OnReschedule))),
			"offset_minutes": st.integers(-90_000, 90_000) | leaves,
			"at": st.sampled_from(("07:30", 450)) | leaves,
			**{
				name: trees
				for name in sorted(STEP_KEYS - {"code", "action", "settings", "condition", "anchor", "at"})
			},
		},
	),
)
chains = st.fixed_dictionaries(
	{
		"code": st.just("c") | trees,
		"title": st.just("C") | trees,
		"trigger": st.sampled_from(tuple(map(str, Event))) | trees,
		"steps": st.lists(steps, min_size=1, max_size=3) | trees,
	},
	optional={"trigger_doctype": trees, "extra": trees},
)


def parsed(data):
	"""The chain, or None and its problems told."""
	try:
		return parse_chain(data)
	except ChainProblems as found:
		assert found.problems
		for problem in found.problems:
			assert isinstance(problem, Refusal)
			assert reason_text(problem.code, {"field": problem.field, **problem.values})
		return None


@given(trees)
def test_any_data_is_a_chain_or_has_problems(data):
	parsed(data)


@given(chains)
def test_nearly_a_chain_is_a_chain_or_has_problems(data):
	chain = parsed(data)
	if chain is not None:
		again = chain_to_data(chain)
		assert parse_chain(again) == chain
		assert parse_chain(read_yaml(chain_to_yaml(again))) == chain


good_steps = st.lists(steps, min_size=1, max_size=2, unique_by=lambda step: step["code"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # they give what they always give
@given(rows_=good_steps, known=st.booleans())
def test_what_passes_can_be_planned_and_decided(make_facts, now, rows_, known):
	chain = parsed({"code": "c", "title": "C", "trigger": "booking_confirmed", "steps": rows_})
	if chain is None:
		return
	anchors = {Anchor.RUN_START: now, Anchor.BOOKING_START: now + timedelta(days=2), Anchor.BOOKING_END: now}
	for plan in plan_run(chain, anchors, ZONE, now):
		assert plan.due_at is None or plan.due_at.tzinfo is not None
	nothing = {
		"customer_email": None,
		"technician_email": None,
		"job": None,
		"checklist": (),
		"materials": (),
	}
	facts = make_facts(**({} if known else nothing))
	for step in chain.steps:
		told = {**facts, **{name: None for name in _record_fields(step)}}
		assert decide_step(step, told, now, now, chain.trigger) is not None


def _record_fields(step):
	text = str(step)
	return {word for word in ("doc.x",) if word in text}


@given(st.text(max_size=200))
def test_any_text_is_yaml_or_has_problems(text):
	try:
		data = read_yaml(text)
	except ChainProblems as found:
		assert found.problems
		return
	parsed(data)


yaml_pieces = st.lists(
	st.sampled_from(
		(
			"code: ",
			"steps:",
			"- ",
			"\n",
			"  ",
			"{",
			"}",
			"[",
			"]",
			"&a ",
			"*a",
			"!!int ",
			"!!bool ",
			"!!timestamp ",
			"!x ",
			"<<: ",
			"? ",
			": ",
			"|",
			">",
			"'",
			'"',
			"#",
			"%YAML 1.1",
			"---",
			"...",
			"~",
			"0x",
			"1e9",
			"2026-02-30",
			",",
			"\t",
		)
	),
	max_size=25,
).map("".join)


@given(yaml_pieces)
def test_any_pieces_of_yaml_are_data_or_have_problems(text):
	try:
		parsed(read_yaml(text))
	except ChainProblems as found:
		assert found.problems


template_pieces = st.lists(
	st.sampled_from(
		(
			"{{ ",
			" }}",
			"{% ",
			" %}",
			"if ",
			"elif ",
			"else",
			"endif",
			"for a in ",
			"endfor",
			"set x = ",
			"booking",
			"checklist",
			"doc",
			".name",
			".__class__",
			"['x']",
			"(",
			")",
			"[",
			"]",
			"|upper",
			"|attr('x')",
			"|default(",
			"'x'",
			"1",
			"*",
			"**",
			"~",
			" and ",
			" or ",
			"not ",
			" is ",
			" in ",
			"==",
			"{#",
			"#}",
			"{%- raw %}",
			"loop",
			"range",
			"\n",
			"{",
			"}",
			"%",
		)
	),
	max_size=25,
).map("".join)


@given(template_pieces | st.text(max_size=120))
def test_any_text_is_a_template_or_has_a_problem(source):
	try:
		check_template(source, frozenset(FACTS))
	except TemplateProblem as problem:
		assert problem.code.startswith("template_")
		return
	try:
		text = render(source, {"booking": "B-1", "checklist": ("x", "y")})
	except (MissingFact, TextTooLong):
		return
	assert not any(word in text for word in ("<class", "<function", "<built-in", "object at 0x"))
