"""Chains as YAML: what is written is read back to the same chain, and what is handed in is plain values or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.parse import ChainProblems, chain_to_data, parse_chain
from runbook_ops.core.chains.yaml_text import LONGEST, chain_to_yaml, read_yaml


def chain(**step):
	first = {"code": "letter", "title": "Letter", "action": "send_message", **step}
	first.setdefault("settings", {"subject": "Hello", "body": "Hello"})
	return {"code": "c", "title": "C", "trigger": "booking_confirmed", "steps": [first]}


def refusal(text):
	with pytest.raises(ChainProblems) as found:
		read_yaml(text)
	(problem,) = found.value.problems
	return problem


@pytest.mark.parametrize("spec", read_library(), ids=lambda spec: spec.code)
def test_a_chain_of_the_library_comes_back_as_it_was(spec):
	assert parse_chain(read_yaml(chain_to_yaml(chain_to_data(spec)))) == spec


@given(st.text(min_size=1).filter(lambda text: "{" not in text and "\0" not in text and text.strip()))
def test_any_text_survives(text):
	data = chain(title=text, settings={"subject": "Hello", "body": text})
	assert read_yaml(chain_to_yaml(data)) == data


def test_texts_that_look_like_numbers_times_and_yes_stay_texts():
	for text in (
		"7:30",
		"0123",
		"yes",
		"null",
		"1e3",
		"2026-01-01",
		"- a",
		"a: b",
		"# no",
		"|",
		" lead",
		"trail \n",
		"0\x85",
		"a\rb\u2028c",
	):
		data = chain(settings={"subject": text, "body": text})
		assert read_yaml(chain_to_yaml(data)) == data


def test_what_is_at_its_default_is_left_out_and_long_texts_are_blocks():
	spec = parse_chain(chain(settings={"subject": "Hello", "body": "One\n\nTwo\n"}, at="07:30"))
	text = chain_to_yaml(chain_to_data(spec))
	assert "priority" not in text and "condition" not in text and "on_reschedule" not in text
	assert "      body: |\n        One\n\n        Two\n" in text
	assert "    at: 07:30\n" in text


def test_the_draft_of_an_unfinished_step_is_written_too():
	assert read_yaml(
		chain_to_yaml({"code": "c", "title": None, "steps": [{"code": "x", "title": "", "action": ""}]})
	)


@pytest.mark.parametrize(
	("text", "code"),
	[
		("a: &x [1]\nb: *x", "yaml_alias"),
		("code: a\ncode: b", "yaml_key_twice"),
		("[" * 60, "yaml_deep"),
		("a: [1", "yaml_syntax"),
		("a: !!python/object:os.system x", "yaml_syntax"),
		("a: 2026-99-99", "yaml_syntax"),
		("a: \0", "yaml_syntax"),
		("? [a]\n: b", "yaml_syntax"),
		("a" * (LONGEST + 1), "yaml_too_long"),
	],
)
def test_what_is_no_plain_yaml_is_refused(text, code):
	assert refusal(text).code == code


def test_a_refusal_names_the_line():
	assert refusal("code: a\ntitle: b\n\tx: 1").values["line"] == 3
	assert refusal("code: a\nb: 1\ncode: c").values == {"line": 3, "key": "code"}


@given(st.text())
def test_no_text_is_worse_than_a_refusal(text):
	try:
		read_yaml(text)
	except ChainProblems as found:
		assert found.problems


def test_a_comparison_without_a_value_is_written_without_one():
	condition = {
		"all": [
			["customer_email", "is set", None],
			{"any": [["price", "=", None], ["status", "in", ["a", "b"]]]},
		]
	}
	text = chain_to_yaml(chain(condition=condition))
	assert "[customer_email, is set]" in text and "[status, in, [a, b]]" in text and "null" not in text
