"""The chosen cases of a matrix hold each two values together."""

from itertools import combinations, product

from tests.support.pairwise import pairwise

DIMENSIONS = {"a": [0, 1, 2], "b": ["x", "y"], "c": [None, 1, 2, 3], "d": [False, True]}


def test_any_two_values_meet_and_there_are_few_cases():
	cases = pairwise(DIMENSIONS)
	for one, other in combinations(DIMENSIONS, 2):
		met = {(case[one], case[other]) for case in cases}
		assert met == set(product(DIMENSIONS[one], DIMENSIONS[other]))
	assert len(cases) <= 16 and cases == pairwise(DIMENSIONS)
