"""Nothing gets out of the languages of chains: a corpus of tries, each refused when the chain is published or left as text."""

import json
import time
from pathlib import Path

import pytest
import yaml

from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.parse import ChainProblems, parse_chain
from runbook_ops.core.chains.template import (
	LONGEST_TEXT,
	MissingFact,
	TemplateProblem,
	TextTooLong,
	check_template,
	render,
)
from runbook_ops.core.chains.yaml_text import read_yaml
from runbook_ops.core.reasons import REASONS, reason_text

CORPUS = yaml.safe_load((Path(__file__).parent / "escapes.yaml").read_text(encoding="utf-8"))
NAMES = frozenset(FACTS)
GOOD = {"code": "c", "title": "C", "trigger": "booking_confirmed"}
SECONDS = 2.0
"""Of the processor; more than a try may take, most take a thousandth of it."""


def built(row):
	parts = (
		row["before"],
		row["of"] * row["times"],
		row.get("middle", ""),
		row.get("close", "") * row["times"],
	)
	return "".join(parts) + row["after"]


def refused_problems(work, *arguments):
	"""What the work is refused for, each with a text that names its values, in no time."""
	began = time.process_time()
	with pytest.raises(ChainProblems) as refused:
		work(*arguments)
	assert time.process_time() - began < SECONDS
	for problem in refused.value.problems:
		text = reason_text(problem.code, {"field": problem.field, **problem.values})
		assert problem.code in REASONS and len(text) < 2_000, text
	return refused.value.problems


def chain_of(step):
	return {**GOOD, "steps": [step]}


def message(**settings):
	return {"code": "say", "action": "send_message", "settings": {"subject": "s", "body": "b", **settings}}


def test_the_corpus_is_as_large_as_it_says():
	assert sum(len(rows) for rows in CORPUS.values()) >= 300
	texts = [json.dumps(row, sort_keys=True, default=str) for rows in CORPUS.values() for row in rows]
	assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
	"source", [*CORPUS["templates"], *map(built, CORPUS["long_templates"])], ids=lambda s: s[:60]
)
def test_a_template_that_is_more_than_text_is_refused(source):
	(problem,) = refused_problems(parse_chain, chain_of(message(body=source)))
	assert problem.field == "say.settings.body" and problem.code.startswith("template_")
	(problem,) = refused_problems(parse_chain, chain_of(message(subject=source)))
	assert problem.field == "say.settings.subject"


@pytest.mark.parametrize("source", [s for s in CORPUS["templates"] if "000000" not in s and "**" not in s])
def test_what_is_refused_would_not_have_come_far(source):
	"""Even unchecked the sandbox has no globals, no attributes of private names and few filters."""
	try:
		text = render(source, {"booking": "B", "customer_name": "Ada", "checklist": ("x",)})
	except Exception:
		return
	assert not any(word in text for word in ("<class", "<function", "<module", "root:", "object at 0x"))


@pytest.mark.parametrize("name", CORPUS["inert"])
def test_a_customers_name_comes_out_as_it_went_in(name, make_facts):
	said = render("Hello {{ customer_name }}!", make_facts(customer_name=name))
	assert said == f"Hello {name}!"


@pytest.mark.parametrize("condition", CORPUS["conditions"], ids=str)
def test_a_condition_that_is_no_list_of_comparisons_is_refused(condition):
	step = {"code": "job", "action": "create_job", "condition": condition}
	problems = refused_problems(parse_chain, chain_of(step))
	assert {problem.code.partition("_")[0] for problem in problems} == {"condition"}


@pytest.mark.parametrize("part", CORPUS["chains"], ids=lambda part: str(part)[:60])
def test_data_that_is_no_chain_is_refused(part):
	assert refused_problems(parse_chain, {**chain_of({"code": "job", "action": "create_job"}), **part})


@pytest.mark.parametrize("text", CORPUS["yaml"])
def test_yaml_that_is_more_than_plain_data_is_refused(text):
	assert refused_problems(lambda: parse_chain(read_yaml(text)))


def nested(opening, closing, depth):
	return opening * depth + closing * depth


@pytest.mark.parametrize(
	"text",
	[
		nested("[", "]", 100_000),
		nested("{a: ", "}", 40_000),
		nested('{"all": [', "]}", 10_000),
		"- " * 90_000,
		"? " * 90_000,
		"a: " + "x" * 200_001,
		"\n".join(f"k{number}: v" for number in range(30_000)),
		"steps: [" + "{code: a, action: create_job}, " * 6_000 + "]",
		"code: " + "9" * 100_000,
		"code: |\n" + "  x\n" * 40_000,
	],
	ids=lambda text: text[:12],
)
def test_yaml_that_would_take_long_is_refused_at_once(text):
	assert refused_problems(lambda: parse_chain(read_yaml(text)))


def bomb(depth):
	data = ["x"] * 10
	for _ in range(depth):
		data = [data] * 10
	return data


def around(data, depth):
	for _ in range(depth):
		data = {"all": [data]}
	return data


@pytest.mark.parametrize(
	"part",
	[
		{"title": bomb(9)},
		{"steps": bomb(9)},
		{"steps": [message(body=bomb(9))]},
		{
			"steps": [
				{"code": "x", "action": "create_job", "condition": around(["source", "=", "web"], 5_000)}
			]
		},
		{"steps": [{"code": "x", "action": "create_job", "condition": {"all": [["source", "=", bomb(9)]]}}]},
		{"steps": [{"code": f"s{n}", "action": "create_job"} for n in range(20_000)]},
		{"steps": [{"code": "x", "action": "create_job", "after": ["y"] * 30_000}]},
		{"title": "x" * 200_000},
		{"code": 10**5000},
		{"code": float("nan")},
		{"code": float("inf")},
		{1: "x"},
		{("a", "b"): "x"},
		{"steps": [{"code": "x", "action": "create_job", True: "y"}]},
		{"title": object()},
		{"title": b"x"},
		{"title": {"a", "b"}},
		{"title": "a\0b"},
	],
	ids=lambda part: str(next(iter(part))),
)
def test_data_that_would_take_long_is_refused_at_once(part):
	assert refused_problems(parse_chain, {**chain_of({"code": "job", "action": "create_job"}), **part})


def test_a_ring_of_data_is_refused():
	ring = {**GOOD, "steps": []}
	ring["steps"].append(ring)
	assert refused_problems(parse_chain, ring)[0].code in ("chain_too_deep", "chain_too_large")


@pytest.mark.parametrize(
	"source",
	[
		"{{ notes }}" * 1_800,
		"{% for a in checklist %}{{ notes }}{% endfor %}" * 400,
		"{{ notes | upper }}" * 1_000,
	],
)
def test_a_text_that_no_channel_takes_is_given_up(source, make_facts):
	check_template(source, NAMES)
	facts = make_facts(notes="x" * 50_000, checklist=("line",) * 500)
	began = time.process_time()
	with pytest.raises(TextTooLong):
		render(source, facts)
	assert time.process_time() - began < SECONDS
	assert len(render("{{ notes }}", facts)) < LONGEST_TEXT


def test_the_language_is_no_deeper_than_the_stack_of_whoever_renders():
	"""What passes the check can also be compiled and rendered from deep inside a request."""
	source = "{% if booking %}" * 18 + "x" + "{% endif %}" * 18
	check_template(source, NAMES)

	def below(depth):
		return below(depth - 1) if depth else render(source, {"booking": "B"})

	assert below(500) == "x"
	with pytest.raises(TemplateProblem) as refused:
		check_template("{% if booking %}" * 60 + "x" + "{% endif %}" * 60, NAMES)
	assert refused.value.code == "template_too_deep"
	with pytest.raises(MissingFact):
		render("{{ address }}", {})
