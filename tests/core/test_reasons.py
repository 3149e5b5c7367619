"""The texts of reasons."""

from string import Formatter

from runbook_ops.core.reasons import REASONS, fill, reason_text


def test_reasons_are_sentences_that_name_their_values():
	for code, text in REASONS.items():
		assert text.endswith((".", "}")), code
		assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text)), code


def test_a_missing_value_shows_as_its_name_and_a_value_is_never_a_format():
	assert reason_text("slot_taken", {}) == "Starts At: {resources} is already taken at that time."
	assert "{x}" in fill("{resource}!", {"resource": "{x}"})
