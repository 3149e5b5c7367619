"""Conditions compare plain facts and nothing else."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.condition import (
	ALWAYS,
	OPERATORS,
	WITHOUT_VALUE,
	Condition,
	Row,
	failing_row,
	rows_of,
	wrong_value,
)

FACTS = {
	"visits": 3,
	"email": None,
	"source": "Web shop",
	"tags": ("vip", "new"),
	"empty": "",
	"price": Decimal("9.5"),
	"many": "10",
	"due": date(2026, 6, 3),
	"moment": datetime(2026, 6, 3, 14, 30, tzinfo=UTC),
	"clock": "08:45",
	"today": date(2026, 6, 1),
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
		("tags", "contains", "VIP", True),
		("tags", "not contains", "vip", False),
		("tags", "not contains", "other", True),
		("source", "not contains", "phone", True),
		("source", "starts with", "web", True),
		("source", "starts with", "shop", False),
		("source", "ends with", "SHOP", True),
		("email", "starts with", "a", False),
		("visits", "between", [1, 3], True),
		("visits", "between", [4, 9], False),
		("visits", "between", ["1", "10"], True),
		("price", "between", [9, 10], True),
		("email", "between", [0, 9], False),
		("visits", ">", "10", False),
		("visits", "in", ["3", 4], True),
		("many", ">", 9, True),
		("due", "=", "2026-06-03", True),
		("due", "before", "2026-06-04", True),
		("due", "before", "2026-06-03", False),
		("due", "after", "2026-06-02", True),
		("due", "after", "today", True),
		("due", "before", "today + 2", False),
		("due", "before", "today + 3 days", True),
		("due", "=", "today+2", True),
		("due", ">=", "today", True),
		("due", "between", ["today", "today + 2"], True),
		("due", "between", ["today + 3", "today + 9"], False),
		("moment", "after", "2026-06-03", False),
		("moment", "after", "2026-06-03 12:00", True),
		("moment", "before", "today + 3", True),
		("clock", "before", "9:30", True),
		("clock", "after", "08:00", True),
		("clock", "between", ["08:00", "09:00"], True),
		("clock", "between", ["10:00", "12:00"], False),
		("email", "before", "2026-06-03", False),
		("email", "after", "2026-06-03", False),
		("empty", "before", "2026-06-03", False),
		("source", "=", "today", False),
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


@pytest.mark.parametrize(
	("operator", "value"),
	[
		("between", 1),
		("between", [1]),
		("between", [1, 2, 3]),
		("between", [1, None]),
		("between", [1, [2]]),
		("in", []),
		("not in", None),
		("before", "soon"),
		("after", None),
		("before", 7),
		(">", None),
		("contains", ""),
		("starts with", ["a"]),
		("=", [1]),
	],
)
def test_a_value_that_its_operator_can_do_nothing_with_is_told(operator, value):
	assert wrong_value(Row("visits", operator, value))


anything = (
	st.none()
	| st.booleans()
	| st.integers()
	| st.text(max_size=8)
	| st.dates()
	| st.decimals(allow_nan=False)
)
values = anything | st.lists(anything, max_size=3)


@given(st.sampled_from(sorted(OPERATORS)), anything | st.lists(anything, max_size=2).map(tuple), values)
def test_whatever_is_found_a_row_holds_or_not(operator, found, value):
	row = Row("it", operator, value)
	if wrong_value(row) is None:
		assert failing_row(Condition("all", (row,)), {"it": found, "today": date(2026, 6, 1)}) in (None, row)
	assert operator not in WITHOUT_VALUE or wrong_value(row) is None
