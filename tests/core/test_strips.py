"""Strips of ticks against sets of ticks."""

from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.strips import Frame, fill

FRAME = Frame(-35, 5, 60)
MINUTES = st.tuples(st.integers(-120, 400), st.integers(-20, 90)).map(lambda two: (two[0], two[0] + two[1]))
SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10)), max_size=12)


def ticks(strip):
	return {tick for tick in range(strip.bit_length()) if strip >> tick & 1}


@given(SPANS)
def test_spans_fill_their_ticks_also_where_they_overlap(spans):
	firsts, lasts = [first for first, _ in spans], [first + length for first, length in spans]
	expected = {tick for first, last in zip(firsts, lasts, strict=True) for tick in range(first, last)}
	assert ticks(fill(60, firsts, lasts)) == expected


@given(st.lists(MINUTES, max_size=8))
def test_inside_and_touched(intervals):
	inside, touched = set(), set()
	for tick in range(FRAME.count):
		start = FRAME.origin + tick * FRAME.step
		end = start + FRAME.step
		if any(one <= start and end <= other for one, other in intervals):
			inside.add(tick)
		if any(one < other and one < end and start < other for one, other in intervals):
			touched.add(tick)
	assert ticks(FRAME.inside(intervals)) == inside
	assert ticks(FRAME.touched(intervals)) == touched


@given(st.integers(0, (1 << 60) - 1), st.integers(-100, 400), st.integers(-100, 400))
def test_cut(strip, start, end):
	origin, found = FRAME.cut(strip, start, end)
	starts = {FRAME.origin + FRAME.step * tick for tick in ticks(strip)}
	assert {origin + FRAME.step * tick for tick in ticks(found)} == {
		minute for minute in starts if start <= minute < end
	}
