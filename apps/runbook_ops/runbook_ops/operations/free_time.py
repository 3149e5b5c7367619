"""Notice time that comes free, for the waitlist: a visit cancelled, moved away or missed ahead of time, an absence called off."""

from datetime import datetime, timedelta

from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.booking import CLAIMING, BookingStatus
from ..core.timeline import from_minutes, subtract, to_minutes
from ..site_time import from_site, to_site, utc_now
from ..store.waitlist import add_freed, anybody_waits
from .lay_out_visit import resources_of


def note_freed_time(booking: Document, before: Document | None) -> None:
	"""Write down what a booking that has just been saved gave back, if anybody waits for such a day."""
	if before is None or before.status not in CLAIMING or not before.ends_at:
		return
	if booking.status in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
		cause = _("{0} is {1}").format(booking.name, _(booking.status))
	elif booking.status not in CLAIMING:
		return
	elif _place(booking) != _place(before):
		cause = _("{0} was moved").format(booking.name)
	else:
		return
	_note(
		cause,
		resources_of(before),
		from_site(before.starts_at),
		from_site(before.ends_at),
		service=before.service,
		booking=booking.name,
		class_session=before.get("class_session") or None,
	)


def note_end_of_absence(absence: Document | None, before: Document | None) -> None:
	"""Write down what an absence that was shortened, moved or called off (None) gives back."""
	if before is None:
		return
	was = [_minutes(before)]
	still = [_minutes(absence)] if absence and absence.resource == before.resource else []
	for start, end in subtract(was, still):
		cause = _("{0} is there after all").format(before.resource)
		_note(cause, (before.resource,), from_minutes(start), from_minutes(end))


def _note(
	cause: str, resources: tuple[str, ...], start: datetime, end: datetime, **about: str | None
) -> None:
	start = max(start, utc_now().replace(second=0, microsecond=0) + timedelta(minutes=1))
	if start < end and anybody_waits(to_site(start).date(), to_site(end).date()):
		add_freed(cause, resources, start, end, **about)


def _place(booking: Document) -> tuple:
	times = tuple(get_datetime(booking.get(field)) for field in ("starts_at", "ends_at"))
	return (
		*times,
		booking.get("class_session") or None,
		booking.get("seats") or 1,
		frozenset(resources_of(booking)),
	)


def _minutes(absence: Document) -> tuple[int, int]:
	return to_minutes(from_site(absence.starts_at)), to_minutes(from_site(absence.ends_at))
