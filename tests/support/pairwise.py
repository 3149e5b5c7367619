"""Cases that try each two values together, for more dimensions than can be tried in full."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

Case = dict[str, Any]
CANDIDATES = 40


def pairwise(dimensions: Mapping[str, Sequence[Any]], seed: int = 1) -> list[Case]:
	"""As few cases as a greedy choice finds such that any two values of any two dimensions meet in one; always the same ones."""
	chance = random.Random(seed)
	missing = {
		((one, a), (other, b))
		for one, other in combinations(dimensions, 2)
		for a in range(len(dimensions[one]))
		for b in range(len(dimensions[other]))
	}
	cases = []
	while missing:
		tries = [_candidate(dimensions, chance.choice(sorted(missing)), chance) for _ in range(CANDIDATES)]
		best = max(tries, key=lambda one: len(_pairs(one) & missing))
		missing -= _pairs(best)
		cases.append({name: dimensions[name][at] for name, at in best.items()})
	return cases


def at_random(dimensions: Mapping[str, Sequence[Any]], count: int, seed: int = 1) -> list[Case]:
	"""So many cases by chance."""
	chance = random.Random(seed)
	return [{name: chance.choice(values) for name, values in dimensions.items()} for _ in range(count)]


def _candidate(dimensions: Mapping[str, Sequence[Any]], pair: tuple, chance: random.Random) -> dict[str, int]:
	fixed = dict(pair)
	return {name: fixed.get(name, chance.randrange(len(values))) for name, values in dimensions.items()}


def _pairs(case: Mapping[str, int]) -> set[tuple]:
	return set(combinations(case.items(), 2))
