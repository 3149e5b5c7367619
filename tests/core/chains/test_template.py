"""The template language: what it can, and that nothing gets out of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.template import MissingFact, TemplateProblem, check_template, render

NAMES = frozenset(FACTS)

ESCAPES = [
	"{{ customer_name.__class__ }}",
	"{{ customer_name['__class__'] }}",
	"{{ customer_name[0] }}",
	"{{ customer_name[1:] }}",
	"{{ customer_name.upper() }}",
	"{{ customer_name|attr('__class__') }}",
	"{{ customer_name|map('upper') }}",
	"{{ customer_name|format }}",
	"{{ customer_name|safe }}",
	"{{ customer_name|string }}",
	"{{ customer_name|tojson }}",
	"{{ customer_name|pprint }}",
	"{{ customer_name|center(1000000000) }}",
	"{{ checklist|join(', ') }}",
	"{{ range(10) }}",
	"{{ cycler('a') }}",
	"{{ lipsum() }}",
	"{{ dict(a=1) }}",
	"{{ namespace() }}",
	"{{ joiner() }}",
	"{{ self }}",
	"{{ self.__init__.__globals__ }}",
	"{{ frappe.db.sql('select 1') }}",
	"{{ request }}",
	"{{ config }}",
	"{{ ''.__class__.__mro__ }}",
	"{{ [].__class__ }}",
	"{{ ().__class__ }}",
	"{{ [customer_name] }}",
	"{{ (customer_name, booking) }}",
	"{{ {'a': booking} }}",
	"{{ 'x' * 1000000000 }}",
	"{{ 9 ** 9 ** 9 }}",
	"{{ 1 + 1 }}",
	"{{ 1 / 0 }}",
	"{{ -duration_minutes }}",
	"{{ 'a' ~ 'b' }}",
	"{{ 'a' if booking else 'b' }}",
	"{{ '%s' % booking }}",
	"{% set customer_name = 'x' %}",
	"{% set x %}{{ booking }}{% endset %}",
	"{% include 'other' %}",
	"{% import 'os' as os %}",
	"{% from 'os' import system %}",
	"{% extends 'base' %}",
	"{% block a %}{% endblock %}",
	"{% macro m() %}{% endmacro %}",
	"{% call booking() %}{% endcall %}",
	"{% filter upper %}x{% endfilter %}",
	"{% with a = 1 %}{% endwith %}",
	"{% autoescape true %}x{% endautoescape %}",
	"{% do booking %}",
	"{% for a in range(10) %}x{% endfor %}",
	"{% for a in [1, 2] %}x{% endfor %}",
	"{% for a in checklist recursive %}{{ loop(a) }}{% endfor %}",
	"{% for a in checklist %}{{ loop.index }}{% endfor %}",
	"{% for a, b in checklist %}x{% endfor %}",
	"{% for a in checklist %}{% for b in checklist %}xxxxxxxxxx{% endfor %}{% endfor %}",
	"{% for a in checklist %}{% if a %}{% for b in a %}x{% endfor %}{% endif %}{% endfor %}",
	"{% for a in checklist if a.x %}x{% endfor %}",
	"{% if customer_name.__class__ %}x{% endif %}",
	"{% if booking is defined %}x{% endif %}",
	"{% if booking is callable %}x{% endif %}",
	"{{ booking is divisibleby 3 }}",
	"{{ nonsense }}",
	"{% if nonsense %}x{% endif %}",
	"{% trans %}x{% endtrans %}",
	"{% debug %}",
	"{{ customer_name | default(nonsense) }}",
	"{{ customer_name | default(booking.__class__) }}",
	"{{ booking",
	"{% if booking %}",
	"{% endif %}",
	"{% nonsense %}",
	"{{ }}",
	"{{ *booking }}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_what_is_not_in_the_language_is_refused(source):
	with pytest.raises(TemplateProblem) as refused:
		check_template(source, NAMES)
	assert refused.value.code in (
		"template_syntax",
		"template_construct",
		"template_filter",
		"template_fact",
	)


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
