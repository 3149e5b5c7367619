"""Claim the time of everybody and everything that a visit's parts need, all of it or none; whoever is free where nobody is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from ..core.eligibility import Resources
from ..core.timeline import Interval
from ..core.visit import claimed_spans
from ..site_time import utc_now
from ..store import claims
from ..store.claims import Degrees
from ..store.holds import end_expired
from ..store.resources import load_facts
from .find_slots import find_slots
from .lay_out_visit import BookedPart
from .refuse_visit import refuse_taken


def claim_parts(
	holder: str,
	parts: Sequence[BookedPart],
	territory: str | None = None,
	place: Degrees | None = None,
	prefer: Sequence[str] = (),
) -> tuple[BookedPart, ...]:
	"""Claim all parts for a booking or a class in place of what it claims now; gives them as they then are.

	`place`: where the visit is, for the way there; `prefer` names who is asked first where nobody is chosen.
	Raises SlotTaken (with `next_open` on it) when a resource is taken, BookingRefused when nobody fits.
	"""
	resources = load_facts()
	if all(part.resources for part in parts):
		taken = _claim_chosen(holder, parts, resources, place)
		if taken:
			refuse_taken(taken, parts, territory=territory, place=place)
		return tuple(parts)
	give_back(holder, parts, resources)
	lost: dict[str, Interval] = {}
	while True:
		placed = _who_is_free(parts, lost, territory=territory, place=place, prefer=prefer)
		if placed is None:
			if end_expired(utc_now()):
				continue
			refuse_taken(lost, parts, territory=territory, place=place)
		taken = _take(holder, placed, resources, place)
		if not taken:
			return placed
		lost.update(taken)


def seen_taken(holder: str, parts: Sequence[BookedPart], resources: Resources) -> Mapping[str, Interval]:
	"""What others have of the time of those who were chosen, as a look without a lock tells; nothing when it may yet be free."""
	seen = claims.seen_taken(holder, claimed_spans([part.placed for part in parts], resources))
	return {} if seen and end_expired(utc_now()) else seen


def _claim_chosen(
	holder: str, parts: Sequence[BookedPart], resources: Resources, place: Degrees | None
) -> Mapping[str, Interval]:
	"""Claim what was chosen, or give what of it is taken; who sees so at once does not queue for the locks."""
	seen = seen_taken(holder, parts, resources)
	if seen:
		return seen
	give_back(holder, parts, resources)
	return _take(holder, parts, resources, place)


def give_back(holder: str, parts: Sequence[BookedPart], resources: Resources) -> None:
	"""Release what is held, under the locks of what is held and what is wanted: locks first, for all of them."""
	held = claims.held_by(holder)
	if held:
		wanted = claimed_spans([part.placed for part in parts], resources)
		claims.lock_resources({*held, *wanted})
		claims.release(holder)


def _take(
	holder: str, parts: Sequence[BookedPart], resources: Resources, place: Degrees | None
) -> Mapping[str, Interval]:
	spans = claimed_spans([part.placed for part in parts], resources)
	claims.lock_resources(spans)
	taken = claims.take_spans(holder, spans, place)
	return claims.take_spans(holder, spans, place) if taken and end_expired(utc_now()) else taken


def _who_is_free(
	parts: Sequence[BookedPart], lost: Mapping[str, Interval], **given
) -> tuple[BookedPart, ...] | None:
	"""The parts with whoever is free at exactly that start, and as long as it takes them; `given` as in `find_slots`."""
	start = parts[0].start
	wanted = [part.wanted for part in parts]
	found = find_slots(
		wanted,
		start,
		start + timedelta(minutes=1),
		also_busy=lost,
		limit=1,
		grid=1,
		**given,
	)
	if not found:
		return None
	return tuple(
		replace(part, start=slot.starts_at, end=slot.ends_at, resources=slot.resources)
		for part, slot in zip(parts, found[0].parts, strict=True)
	)
