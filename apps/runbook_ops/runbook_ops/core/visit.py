"""A visit of several services, one after the other: when each takes place, whom it keeps busy, and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .claims import claim_span
from .eligibility import Resources, claimed_resources
from .timeline import Interval, merge

CENT = Decimal("0.01")


@dataclass(frozen=True)
class PlacedPart:
	"""One service of a visit at its time, UTC minutes without buffers, and the resources chosen for it."""

	start: int
	end: int
	resources: tuple[str, ...] = ()
	buffer_before: int = 0
	buffer_after: int = 0


def claimed_spans(parts: Sequence[PlacedPart], resources: Resources) -> Mapping[str, tuple[Interval, ...]]:
	"""Everybody and everything that the parts claim, each for its own parts' times with their buffers; crews with their people."""
	found: dict[str, list[Interval]] = {}
	for part in parts:
		span = claim_span(part.start, part.end, part.buffer_before, part.buffer_after)
		for name in claimed_resources(part.resources, resources):
			found.setdefault(name, []).append(span)
	return {name: merge(spans) for name, spans in found.items()}


def renumber(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Mapping[int, int]:
	"""Old place of each service in the visit -> its new place, counted from 1; who was taken out is missing.

	Each service is its row's id and its name: the same id is the same row, else the first row of the same service is.
	"""
	left = dict(enumerate(after, 1))
	moved: dict[int, int] = {}
	for old, (row, service) in enumerate(before, 1):
		new = next((place for place, known in left.items() if row and known == (row, service)), None)
		if new is not None:
			moved[old] = new
			del left[new]
	for old, (_row, service) in enumerate(before, 1):
		if old in moved:
			continue
		new = next((place for place, (_id, name) in left.items() if name == service), None)
		if new is not None:
			moved[old] = new
			del left[new]
	return moved


def spread(total: Decimal, prices: Sequence[Decimal]) -> tuple[Decimal, ...]:
	"""A total that was agreed for the whole visit, over its services by what each would cost; adds up to the cent.

	When none has a price the first one bears it all.
	"""
	whole = sum(prices, Decimal(0))
	if not whole:
		return (total, *([Decimal(0)] * (len(prices) - 1)))
	shares = [(total * price / whole).quantize(CENT, ROUND_HALF_UP) for price in prices]
	largest = max(range(len(prices)), key=lambda place: prices[place])
	shares[largest] += total - sum(shares, Decimal(0))
	return tuple(shares)
