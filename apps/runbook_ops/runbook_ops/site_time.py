"""Between the database's naive datetimes and aware moments: site time for people, UTC for the engine."""

from datetime import UTC, date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_datetime, get_system_timezone

ON_TIME, TOLERANCE = timedelta(0), timedelta(seconds=1)


def site_zone() -> ZoneInfo:
	"""The site's time zone."""
	return ZoneInfo(get_system_timezone())


def utc_now() -> datetime:
	"""The present moment, aware: this host's, or the database's where `keep_time_with` was told it."""
	return host_now() + getattr(frappe.local, "runbook_clock_off", ON_TIME)


def host_now() -> datetime:
	"""What this host's clock says."""
	return datetime.now(UTC)


def keep_time_with(moment: datetime) -> None:
	"""Go by the clock that shows this moment now, until the job ends: hosts whose clocks differ would take each other's leases."""
	off = moment - host_now()
	frappe.local.runbook_clock_off = off if abs(off) >= TOLERANCE else ON_TIME


def from_site(value: datetime | str) -> datetime:
	"""A site-time value as a UTC moment; one that brings its own offset keeps it, of a repeated hour the first showing counts."""
	moment = get_datetime(value)
	return (moment if moment.tzinfo else moment.replace(tzinfo=site_zone())).astimezone(UTC)


def to_site(moment: datetime) -> datetime:
	"""A moment as the naive site-time value that the database keeps."""
	return moment.astimezone(site_zone()).replace(tzinfo=None, microsecond=0)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
	"""The moments at which the site's day `first` begins and `last` ends."""
	zone = site_zone()
	return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


@overload
def from_utc(value: datetime) -> datetime: ...
@overload
def from_utc(value: None) -> None: ...
def from_utc(value: datetime | None) -> datetime | None:
	"""A UTC value of the database as a moment."""
	return None if value is None else get_datetime(value).replace(tzinfo=UTC)


@overload
def to_utc(moment: datetime) -> datetime: ...
@overload
def to_utc(moment: None) -> None: ...
def to_utc(moment: datetime | None) -> datetime | None:
	"""A moment as the naive UTC value that the database keeps."""
	return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
