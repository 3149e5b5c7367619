"""What a booking claims: whole buckets, at least the visit with its buffers."""

from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.claims import buckets, claim_span

minutes = st.integers(-1000, 10**8)


@given(minutes, st.integers(1, 3000), minutes, st.integers(1, 3000))
def test_visits_that_overlap_share_a_bucket(one, length, other, other_length):
	overlap = one < other + other_length and other < one + length
	shared = set(buckets(one, one + length)) & set(buckets(other, other + other_length))
	if overlap:
		assert shared
	if one % 5 == other % 5 == length % 5 == other_length % 5 == 0:
		assert bool(shared) == overlap


@given(minutes, st.integers(1, 3000), st.integers(0, 120), st.integers(0, 120))
def test_a_claim_is_the_visit_with_its_buffers_in_whole_buckets(start, length, before, after):
	first, last = claim_span(start, start + length, before, after)
	assert first % 5 == last % 5 == 0
	assert first <= start - before < first + 5
	assert last - 5 < start + length + after <= last
	assert buckets(first, last) == buckets(start - before, start + length + after)
