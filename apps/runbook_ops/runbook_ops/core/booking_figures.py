"""What bookings add up to: by day, service, resource or status, with their value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .booking import BookingStatus

LOST = frozenset({BookingStatus.CANCELLED, BookingStatus.NO_SHOW})


class GroupBy(StrEnum):
	"""What a row of the summary stands for."""

	DAY = "Day"
	SERVICE = "Service"
	RESOURCE = "Resource"
	STATUS = "Status"


@dataclass(frozen=True)
class BookedVisit:
	"""A booking as its figures see it; `value` is in the company's currency."""

	day: date
	service: str
	resources: tuple[str, ...]
	status: BookingStatus
	value: Decimal
	minutes: int
	invoiced: Decimal = Decimal(0)


@dataclass(frozen=True)
class Figures:
	"""The sums of a group. `value` counts what was not lost, `lost_value` what was cancelled or missed."""

	bookings: int = 0
	completed: int = 0
	cancelled: int = 0
	no_shows: int = 0
	minutes: int = 0
	value: Decimal = Decimal(0)
	lost_value: Decimal = Decimal(0)
	invoiced: Decimal = Decimal(0)

	@property
	def no_show_rate(self) -> Decimal | None:
		"""No-shows of the visits whose outcome is known (completed or missed); None when there is none."""
		known = self.completed + self.no_shows
		return Decimal(self.no_shows) / known if known else None


KEYS: dict[GroupBy, Callable[[BookedVisit], tuple[object, ...]]] = {
	GroupBy.DAY: lambda visit: (visit.day,),
	GroupBy.SERVICE: lambda visit: (visit.service,),
	GroupBy.RESOURCE: lambda visit: visit.resources or ("",),
	GroupBy.STATUS: lambda visit: (visit.status,),
}


def total(visits: Iterable[BookedVisit]) -> Figures:
	"""The figures of all visits together, each counted once."""
	figures = Figures()
	for visit in visits:
		figures = add(figures, visit)
	return figures


def group(visits: Iterable[BookedVisit], by: GroupBy) -> dict[object, Figures]:
	"""The figures by day, service, resource or status, in order; a visit with two resources counts for both."""
	found: dict[object, Figures] = {}
	for visit in visits:
		for key in KEYS[by](visit):
			found[key] = add(found.get(key, Figures()), visit)
	return {key: found[key] for key in sorted(found, key=str)}


def add(figures: Figures, visit: BookedVisit) -> Figures:
	"""The figures with one more visit."""
	lost = visit.status in LOST
	return Figures(
		bookings=figures.bookings + 1,
		completed=figures.completed + (visit.status is BookingStatus.COMPLETED),
		cancelled=figures.cancelled + (visit.status is BookingStatus.CANCELLED),
		no_shows=figures.no_shows + (visit.status is BookingStatus.NO_SHOW),
		minutes=figures.minutes + (0 if lost else visit.minutes),
		value=figures.value + (0 if lost else visit.value),
		lost_value=figures.lost_value + (visit.value if lost else 0),
		invoiced=figures.invoiced + visit.invoiced,
	)
