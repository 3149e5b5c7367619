"""Interval arithmetic, against sets of minutes."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.timeline import (
	covered_at_least,
	from_minutes,
	intersect,
	merge,
	subtract,
	to_minutes,
)

raw = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)
disjoint = raw.map(merge)


def minutes(intervals):
	return {minute for start, end in intervals for minute in range(start, end)}


def is_normal(intervals):
	return all(start < end for start, end in intervals) and all(
		one[1] < other[0] for one, other in pairwise(intervals)
	)


@given(raw)
def test_merge_covers_the_same_minutes_in_order_without_touching(intervals):
	assert minutes(merge(intervals)) == minutes(intervals)
	assert is_normal(merge(intervals))


@given(disjoint, disjoint)
def test_subtract(whole, taken):
	assert minutes(subtract(whole, taken)) == minutes(whole) - minutes(taken)
	assert is_normal(merge(subtract(whole, taken)))
	assert list(subtract(whole, taken)) == sorted(subtract(whole, taken))


@given(disjoint, disjoint)
def test_intersect(one, other):
	assert minutes(intersect(one, other)) == minutes(one) & minutes(other)
	assert intersect(one, other) == intersect(other, one)


@given(st.lists(disjoint, max_size=4), st.integers(1, 4))
def test_covered_at_least(groups, quantity):
	counted = {m for m in range(61) if sum(m in minutes(group) for group in groups) >= quantity}
	found = covered_at_least(groups, quantity)
	assert minutes(found) == counted
	assert is_normal(found)


@given(st.integers(-(10**7), 10**8))
def test_minutes_and_back(value):
	assert to_minutes(from_minutes(value)) == value


def test_a_part_of_a_minute_is_dropped_and_a_naive_moment_refused():
	assert to_minutes(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC)) == 1
	with pytest.raises(ValueError, match="no time zone"):
		to_minutes(datetime(2026, 1, 1))  # noqa: DTZ001
