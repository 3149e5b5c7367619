"""Whether the services of a visit can take place then and with these resources, before anybody's claims are looked at."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ..core.booking import Visit, check_visit, check_window
from ..core.eligibility import Resources, check_choice, check_open, claimed_resources
from ..core.refusal import Refusal
from ..core.timeline import to_minutes
from ..store.resources import WorkingTime, load_facts, load_working_time
from .lay_out_visit import BookedPart


def whole_refusals(parts: Sequence[BookedPart], now: datetime, window: bool = True) -> Iterator[Refusal]:
	"""What speaks against the visit whoever does it; with `window`, notice and horizon too."""
	whole = Visit(parts[0].start, parts[-1].end, all(part.service.active for part in parts))
	refusal = check_visit(whole, now)
	if refusal:
		yield refusal
	for part in parts if window else ():
		visit = Visit(
			part.start,
			part.end,
			min_notice=part.service.min_notice,
			booking_horizon=part.service.booking_horizon,
		)
		outside = check_window(visit, now)
		if outside:
			yield outside


def resource_refusals(parts: Sequence[BookedPart]) -> Iterator[Refusal]:
	"""What speaks against the chosen resources, part by part; a part without any is left to whoever is free."""
	chosen = [part for part in parts if part.resources]
	if not chosen:
		return
	resources = load_facts()
	for part in chosen:
		refusal = check_choice(part.resources, part.service.requirements, resources)
		if refusal:
			yield _of_part(refusal, part, parts)
			return
	everybody = claimed_resources([name for part in chosen for name in part.resources], resources)
	span = to_minutes(chosen[0].start), to_minutes(chosen[-1].end)
	working = load_working_time(everybody, *span)
	for part in chosen:
		yield from _closed(part, resources, working)


def _closed(part: BookedPart, resources: Resources, working: Mapping[str, WorkingTime]) -> Iterator[Refusal]:
	start, end = to_minutes(part.start), to_minutes(part.end)
	for name in claimed_resources(part.resources, resources):
		time = working[name]
		if resources[name].kind == "Crew" and not time.open:
			continue
		refusal = check_open(name, start, end, time.open, time.closed, time.zone)
		if refusal:
			yield refusal


def _of_part(refusal: Refusal, part: BookedPart, parts: Sequence[BookedPart]) -> Refusal:
	"""With several services the refusal says which one it is about."""
	if len(parts) == 1:
		return refusal
	return Refusal(refusal.code, refusal.field, {**refusal.values, "part": part.service.name})
