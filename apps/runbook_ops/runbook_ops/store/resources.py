"""Resources and their calendars: hours, holidays, time off and claims as the core wants them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import frappe

from ..core.eligibility import ResourceFacts
from ..core.hours import WEEKDAYS, Shift, working_intervals
from ..core.slots import Calendar
from ..core.timeline import Interval, from_minutes, to_minutes
from ..site_time import from_site, site_zone, to_site
from .claims import busy_intervals


@dataclass(frozen=True)
class WorkingTime:
	"""When a resource works, before claims: open UTC minutes, the days it is closed, and the zone that its days are in."""

	open: tuple[Interval, ...]
	closed: frozenset[date]
	zone: tzinfo


def load_facts() -> Mapping[str, ResourceFacts]:
	"""What each resource is and can do. One query a table, however many resources."""
	skills = _children("Service Resource Skill", "skill", "skills")
	territories = _children("Service Resource Territory", "territory", "territories")
	members = _children("Service Crew Member", "resource", "members")
	return {
		row.name: ResourceFacts(
			name=row.name,
			kind=row.kind,
			active=bool(row.active),
			skills=frozenset(skills.get(row.name, ())),
			territories=frozenset(territories.get(row.name, ())),
			members=tuple(members.get(row.name, ())),
		)
		for row in frappe.get_all("Service Resource", fields=["name", "kind", "active"], order_by="name asc")
	}


def load_working_time(resources: Collection[str], start: int, end: int) -> Mapping[str, WorkingTime]:
	"""When each resource works within [start, end) in minutes; a fixed number of queries."""
	names = tuple(resources)
	if not names:
		return {}
	rows = frappe.get_all(
		"Service Resource",
		filters={"name": ("in", names)},
		fields=["name", "timezone", "holiday_list", "company", "employee"],
		order_by="name asc",
	)
	shifts = _shifts(names)
	away = _time_off(names, start, end)
	lists = {row.name: _holiday_list(row) for row in rows}
	first, last = from_minutes(start), from_minutes(end)
	holidays = _holidays({name for name in lists.values() if name}, first.date(), last.date())
	site = site_zone()
	found = {}
	for row in rows:
		zone = ZoneInfo(row.timezone) if row.timezone else site
		days = (first.astimezone(zone).date() - timedelta(days=1), last.astimezone(zone).date())
		closed = holidays.get(lists[row.name] or "", frozenset())
		opened = working_intervals(shifts.get(row.name, ()), zone, *days, closed, away.get(row.name, ()))
		found[row.name] = WorkingTime(opened, closed, zone)
	return found


def load_calendars(
	resources: Collection[str], start: int, end: int, apart_from: str | None = None
) -> Mapping[str, Calendar]:
	"""Open and claimed time of each resource within [start, end), in minutes; without the claims of one booking."""
	busy = busy_intervals(tuple(resources), start, end, apart_from)
	return {
		name: Calendar(working.open, busy.get(name, ()))
		for name, working in load_working_time(resources, start, end).items()
	}


def _children(doctype: str, field: str, parentfield: str) -> dict[str, list[str]]:
	rows = frappe.get_all(
		doctype,
		filters={"parenttype": "Service Resource", "parentfield": parentfield},
		fields=["parent", field],
		order_by="parent asc, idx asc",
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(row[field])
	return found


def _shifts(names: Sequence[str]) -> dict[str, list[Shift]]:
	rows = frappe.get_all(
		"Service Resource Hours",
		filters={"parenttype": "Service Resource", "parent": ("in", names)},
		fields=["parent", "weekday", "starts_at", "ends_at"],
		order_by="parent asc, idx asc",
	)
	found: dict[str, list[Shift]] = {}
	for row in rows:
		shift = Shift(WEEKDAYS.index(row.weekday), _wall(row.starts_at), _wall(row.ends_at))
		found.setdefault(row.parent, []).append(shift)
	return found


def _wall(value: timedelta) -> time:
	minutes = value // timedelta(minutes=1)
	return time(minutes // 60 % 24, minutes % 60)


def _time_off(names: Sequence[str], start: int, end: int) -> dict[str, list[Interval]]:
	rows = frappe.get_all(
		"Resource Time Off",
		filters={
			"resource": ("in", names),
			"starts_at": ("<", to_site(from_minutes(end))),
			"ends_at": (">", to_site(from_minutes(start))),
		},
		fields=["resource", "starts_at", "ends_at"],
		order_by="starts_at asc",
	)
	found: dict[str, list[Interval]] = {}
	for row in rows:
		away = (to_minutes(from_site(row.starts_at)), to_minutes(from_site(row.ends_at)))
		found.setdefault(row.resource, []).append(away)
	return found


def _holiday_list(row: frappe._dict) -> str | None:
	if row.holiday_list:
		return row.holiday_list
	own = row.employee and frappe.get_cached_value("Employee", row.employee, "holiday_list")
	company = row.company or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	return own or (company and frappe.get_cached_value("Company", company, "default_holiday_list"))


def _holidays(lists: Iterable[str], first: date, last: date) -> dict[str, frozenset[date]]:
	names = tuple(lists)
	if not names:
		return {}
	rows = frappe.get_all(
		"Holiday",
		filters={
			"parent": ("in", names),
			"holiday_date": ("between", (first - timedelta(days=1), last + timedelta(days=1))),
		},
		fields=["parent", "holiday_date"],
		order_by="holiday_date asc",
	)
	found: dict[str, set[date]] = {}
	for row in rows:
		found.setdefault(row.parent, set()).add(row.holiday_date)
	return {name: frozenset(days) for name, days in found.items()}
