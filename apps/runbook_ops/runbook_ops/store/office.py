"""The business's opening hours and the customers' quiet hours, as the settings say them."""

from datetime import date, time, timedelta

import frappe
from frappe.utils import to_timedelta

from ..core.chains.office_time import Quiet
from ..core.chains.spec import ChainSpec
from ..core.hours import WEEKDAYS, Schedule, Shift
from ..site_time import site_zone


def opening_of(spec: ChainSpec) -> Schedule | None:
	"""When the business is open, for a chain whose steps ask for it; None when none does, or when it is always open."""
	return opening_hours() if spec.knows_hours else None


def opening_hours() -> Schedule | None:
	"""The business's weekly hours and its holidays in the site's zone; None when the settings have no hours."""
	settings = frappe.get_cached_doc("Runbook Settings")
	shifts = tuple(
		Shift(WEEKDAYS.index(row.weekday), _time(row.starts_at), _time(row.ends_at))
		for row in settings.opening_hours
	)
	return Schedule(site_zone(), shifts, closed=_holidays(settings)) if shifts else None


def quiet_hours() -> Quiet:
	"""When customers are left alone."""
	settings = frappe.get_cached_doc("Runbook Settings")
	begin, end = settings.quiet_from, settings.quiet_to
	said = begin not in (None, "") and end not in (None, "")
	hours = (_time(begin), _time(end)) if said else None
	return Quiet(hours if hours and hours[0] != hours[1] else None, site_zone())


def _holidays(settings) -> frozenset[date]:
	company = settings.company or frappe.defaults.get_global_default("company")
	name = settings.holiday_list or (
		company and frappe.get_cached_value("Company", company, "default_holiday_list")
	)
	if not name:
		return frozenset()
	return frozenset(row.holiday_date for row in frappe.get_cached_doc("Holiday List", name).holidays)


def _time(value: time | timedelta | str) -> time:
	"""A stored time, which the database gives as what has passed since midnight."""
	if isinstance(value, time):
		return value
	passed = to_timedelta(value) if isinstance(value, str) else value
	minutes = int(passed.total_seconds()) // 60 % (24 * 60)
	return time(minutes // 60, minutes % 60)
