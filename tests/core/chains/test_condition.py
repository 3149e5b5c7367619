"""Conditions compare plain facts and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.condition import ALWAYS, Condition, Row, failing_row, rows_of

FACTS = {
	"visits": 3,
	"email": None,
	"source": "Web shop",
	"tags": ("vip", "new"),
	"empty": "",
	"price": Decimal("9.5"),
}


@pytest.mark.parametrize(
	("fact", "operator", "value", "holds"),
	[
		("visits", "=", 3, True),
		("visits", "=", "3", True),
		("visits", "!=", 3, False),
		("visits", ">", 2, True),
		("visits", ">", 3, False),
		("visits", ">=", 3, True),
		("visits", "<", 3.5, True),
		("visits", "<=", 2, False),
		("price", "=", 9.5, True),
		("price", "<", 10, True),
		("email", "=", None, True),
		("email", "!=", "x", True),
		("email", ">", 0, False),
		("email", "<", 0, False),
		("source", "in", ["Web shop", "phone"], True),
		("source", "not in", ["phone"], True),
		("source", "in", "Web shop", True),
		("source", "contains", "WEB", True),
		("source", "contains", "phone", False),
		("tags", "contains", "vip", True),
		("tags", "contains", "vi", False),
		("email", "contains", "a", False),
		("email", "is set", None, False),
		("empty", "is set", None, False),
		("visits", "is set", None, True),
		("email", "is not set", None, True),
		("tags", "is not set", None, False),
	],
)
def test_operators(fact, operator, value, holds):
	row = Row(fact, operator, value)
	assert failing_row(Condition("all", (row,)), FACTS) == (None if holds else row)


TRUE, FALSE = Row("visits", "=", 3), Row("visits", "=", 4)
trees = st.recursive(
	st.sampled_from((TRUE, FALSE)),
	lambda parts: st.builds(
		Condition, st.sampled_from(("all", "any")), st.lists(parts, min_size=1, max_size=3).map(tuple)
	),
)


def holds(tree):
	if isinstance(tree, Row):
		return tree is TRUE
	return (all if tree.mode == "all" else any)(map(holds, tree.parts))


@given(
	st.builds(Condition, st.sampled_from(("all", "any")), st.lists(trees, min_size=1, max_size=3).map(tuple))
)
def test_groups(tree):
	row = failing_row(tree, FACTS)
	assert (row is None) == holds(tree)
	if row is not None:
		assert row in rows_of(tree)


def test_no_condition_always_holds_and_an_unknown_fact_is_a_bug():
	assert failing_row(ALWAYS, {}) is None
	with pytest.raises(KeyError):
		failing_row(Condition("all", (Row("nonsense", "=", 1),)), FACTS)
