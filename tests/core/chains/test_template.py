"""The template language: what it can, and that nothing gets out of it."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.names import Names
from runbook_ops.core.chains.template import MissingFact, TemplateProblem, check_template, names_in, render

NAMES = frozenset(FACTS)


@pytest.mark.parametrize(
	("source", "code", "name", "line"),
	[
		("a\n{{ nonsense }}", "template_fact", "nonsense", 2),
		("{{ booking | explode }}", "template_filter", "explode", 1),
		("{{ booking | join }}", "template_filter", "join", 1),
		("\n\n{{ booking.x }}", "template_construct", "getattr", 3),
		("{% if booking %}", "template_syntax", None, 1),
		("x" * 20_001, "template_too_long", "20000", 0),
	],
)
def test_the_problem_says_what_and_where(source, code, name, line):
	with pytest.raises(TemplateProblem) as refused:
		check_template(source, NAMES)
	assert (refused.value.code, refused.value.line) == (code, line)
	assert name is None or refused.value.name == name


@pytest.mark.parametrize(
	("source", "text"),
	[
		("Hello {{ customer_first_name }}!", "Hello Ada!"),
		("{% if address %}At {{ address }}{% else %}No address{% endif %}", "No address"),
		("{% if rescheduled %}moved{% elif returning_customer %}back{% else %}new{% endif %}", "new"),
		("{% for line in checklist %}- {{ line }}\n{% endfor %}", "- Gown\n- Mirror\n"),
		("{{ company | default('us') }}", "us"),
		("{{ customer_name | upper }} {{ customer_name | lower }}", "ADA BYRON ada byron"),
		("{% if customer_visits > 0 and not address %}a{% else %}b{% endif %}", "b"),
		("{% if source == 'web' or booking %}yes{% endif %}", "yes"),
		("{# a remark #}x", "x"),
		("{{ rebook_after_days }}", "0"),
	],
)
def test_what_the_language_can(source, text, make_facts):
	check_template(source, NAMES)
	assert render(source, make_facts()) == text


@pytest.mark.parametrize("value", [None, ""])
def test_printing_a_fact_that_is_not_known_names_it(value, make_facts):
	with pytest.raises(MissingFact) as missing:
		render("Come to {{ address }}", make_facts(address=value))
	assert missing.value.name == "address"
	with pytest.raises(MissingFact):
		render("{{ address | upper }}", make_facts(address=value))


@pytest.mark.parametrize(
	"name", ["{{ 7 * 7 }}", "{% raw %}", "{{ booking }}", "<b>&", "{#", "a\nb", "۞ 测试"]
)
def test_a_template_in_a_name_stays_text(name, make_facts):
	assert render("Hello {{ customer_name }}", make_facts(customer_name=name)) == f"Hello {name}"


@given(st.text(max_size=60))
def test_any_text_is_rendered_or_refused_with_a_code(source):
	try:
		check_template(source, NAMES)
	except TemplateProblem:
		return
	with suppress(MissingFact):
		render(source, {})


pieces = st.lists(
	st.sampled_from(
		(
			"{{",
			"}}",
			"{%",
			"%}",
			"booking",
			".",
			"__class__",
			"|",
			"upper",
			"(",
			")",
			"[",
			"]",
			"0",
			"'",
			"~",
			"*",
			" if ",
			" for ",
			" in ",
			" else ",
			"endif",
			"endfor",
			"set",
			"=",
			" is ",
			"default",
			",",
			"checklist",
			" ",
		)
	),
	max_size=14,
).map("".join)


@given(pieces)
def test_what_passes_the_check_never_reaches_an_attribute_or_a_call(source):
	try:
		check_template(source, NAMES)
	except TemplateProblem:
		return

	class Trap(str):
		def __getattribute__(self, name):
			if name == "__class__" or not name.startswith("__"):
				touched.append(name)
			return super().__getattribute__(name)

	touched = []
	try:
		render(source, {"booking": Trap("b"), "checklist": ("x",)})
	except MissingFact:
		return
	assert not set(touched) - {"upper", "__class__", "__html__"}


def test_a_field_of_the_record_is_one_flat_name():
	names = Names(record=frozenset({"status", "due_date", "items"}))
	source = "{% if doc.status == 'Paid' %}{{ doc.status }} {{ doc.due_date }}{% endif %}"
	check_template(source, names)
	assert names_in(source) == {"doc.status", "doc.due_date"}
	facts = {"doc.status": "Paid", "doc.due_date": date(2026, 11, 24), "doc.items": None}
	assert render(source, facts) == "Paid Tuesday 24 November 2026"
	with pytest.raises(MissingFact, match=r"doc\.items"):
		render("{{ doc.items }}", facts)


@pytest.mark.parametrize(
	"source",
	[
		"{{ doc }}",
		"{{ doc.gone }}",
		"{{ doc.status.upper }}",
		"{{ doc.__class__ }}",
		"{{ doc._meta }}",
		"{{ doc['status'] }}",
		"{{ doc.status.__class__ }}",
		"{{ booking.status }}",
		"{{ doc__gone }}",
	],
)
def test_nothing_is_reached_through_the_record(source):
	with pytest.raises(TemplateProblem):
		check_template(source, Names(record=frozenset({"status"})))
