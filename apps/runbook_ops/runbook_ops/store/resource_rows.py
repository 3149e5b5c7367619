"""What resources are and when they work, in one query over a dozen tables, HR's among them where they exist."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import frappe

from ..core.eligibility import ResourceFacts
from ..core.hours import WEEKDAYS, Hours, Roster, Schedule, Shift
from ..core.timeline import Interval, merge
from ..core.travel import Travel, point
from ..core.wall_time import minute_at
from ..site_time import site_zone

CHILD = (
	"select '{what}' what, parent name, {columns} from `tab{doctype}` where parenttype = 'Service Resource'"
	" and parentfield = '{table}'"
)
PIECES = {
	"resource": """select 'resource' what, r.name, r.kind a, r.active b, r.timezone c,
		coalesce(nullif(r.holiday_list, ''), nullif(e.holiday_list, ''), c.default_holiday_list) d,
		r.latitude e, r.longitude f, 0 at
		from `tabService Resource` r left join `tabEmployee` e on e.name = r.employee
		left join `tabCompany` c on c.name = coalesce(nullif(r.company, ''),
			(select value from `tabSingles` where doctype = 'Runbook Settings' and field = 'company' limit 1))""",
	"skill": CHILD.format(
		what="skill",
		columns="skill a, null b, null c, null d, null e, null f, idx at",
		doctype="Service Resource Skill",
		table="skills",
	),
	"territory": CHILD.format(
		what="territory",
		columns="territory a, null b, null c, null d, null e, null f, idx at",
		doctype="Service Resource Territory",
		table="territories",
	),
	"member": CHILD.format(
		what="member",
		columns="resource a, null b, null c, null d, null e, null f, idx at",
		doctype="Service Crew Member",
		table="members",
	),
	"hours": CHILD.format(
		what="hours",
		columns="weekday a, starts_at b, ends_at c, null d, null e, null f, idx at",
		doctype="Service Resource Hours",
		table="hours",
	),
	"exception": CHILD.format(
		what="exception",
		columns="day a, starts_at b, ends_at c, null d, null e, null f, idx at",
		doctype="Service Resource Exception",
		table="exceptions",
	)
	+ " and day >= %(since)s",
	"time_off": """select 'time_off' what, resource name, starts_at a, ends_at b, null c, null d, null e, null f, 0 at
		from `tabResource Time Off` where ends_at >= %(since)s""",
	"holiday": """select 'holiday' what, parent name, holiday_date a, null b, null c, null d, null e, null f, 0 at
		from `tabHoliday` where parenttype = 'Holiday List' and holiday_date >= %(since)s""",
	"setting": """select 'setting' what, field name, value a, null b, null c, null d, null e, null f, 0 at from `tabSingles`
		where doctype = 'Runbook Settings' and field in ('travel_speed_kmh', 'travel_minimum_minutes')""",
	"area": """select 'area' what, name, parent_territory a, null b, null c, null d, null e, null f, 0 at from `tabTerritory`
		where ifnull(parent_territory, '') != ''""",
	"stamp": "select 'stamp' what, name, stamp a, null b, null c, null d, null e, null f, 0 at from `tabResource Stamp`",
}
LEAVE = """select 'leave' what, r.name, l.from_date a, l.to_date b, l.half_day c, l.half_day_date d, null e, null f, 0 at
	from `tabLeave Application` l join `tabService Resource` r on r.employee = l.employee
	where l.status = 'Approved' and l.docstatus = 1 and l.to_date >= %(since)s"""
ROSTER = """select 'roster' what, r.name, a.start_date a, a.end_date b, t.start_time c, t.end_time d, null e, null f, 0 at
	from `tabShift Assignment` a join `tabService Resource` r on r.employee = a.employee
	join `tabShift Type` t on t.name = a.shift_type
	where a.status = 'Active' and a.docstatus = 1 and (a.end_date is null or a.end_date >= %(since)s)"""

TOGETHER = """select max(what), json_arrayagg(json_array(name, a, b, c, d, e, f, at)) from ({}) piece"""
WHOLE = "set statement group_concat_max_len = 268435456 for "
"""One row a piece: the driver is written in Python, and a row for each of a thousand shifts costs more than all the rest."""


@dataclass
class Rows:
	"""The rows of one resource while they are gathered."""

	head: Sequence = ()
	skills: list[str] = field(default_factory=list)
	territories: list[str] = field(default_factory=list)
	members: list[str] = field(default_factory=list)
	shifts: list[Shift] = field(default_factory=list)
	rosters: list[Roster] = field(default_factory=list)
	exceptions: dict[date, list[Hours]] = field(default_factory=dict)
	absent: set[date] = field(default_factory=set)
	half_absent: set[date] = field(default_factory=set)
	time_off: list[Interval] = field(default_factory=list)


@dataclass(frozen=True)
class ResourceData:
	"""Everything that the query found: facts and schedules by name, the estimate of the way, territory -> the one
	that it lies in, and all stamps."""

	facts: dict[str, ResourceFacts]
	schedules: dict[str, Schedule]
	travel: Travel
	areas: dict[str, str]
	stamps: dict[str, str]


def read_resources(since: date) -> ResourceData:
	"""What is known of each resource; days and absences from `since` on."""
	pieces = [*PIECES.values()]
	if frappe.db.table_exists("Leave Application"):
		pieces.append(LEAVE)
	if frappe.db.table_exists("Shift Assignment") and frappe.db.table_exists("Shift Type"):
		pieces.append(ROSTER)
	found = frappe.db.sql(WHOLE + " union all ".join(map(TOGETHER.format, pieces)), {"since": since})
	rows = [(what, *row) for what, texts in found for row in json.loads(texts or "[]", strict=False)]
	return _Gathering(since).of(sorted(rows, key=lambda row: row[-1]))


class _Gathering:
	"""Turns the rows into what the core takes."""

	def __init__(self, since: date):
		self.since = since
		self.site = site_zone()
		self.resources: dict[str, Rows] = {}
		self.holidays: dict[str, set[date]] = {}
		self.settings: dict[str, str] = {}
		self.areas: dict[str, str] = {}
		self.stamps: dict[str, str] = {}

	def of(self, rows: Iterable[Sequence]) -> ResourceData:
		"""All of it."""
		for what, name, *cells, _at in rows:
			getattr(self, f"_{what}")(name, *cells)
		found = {name: rows for name, rows in sorted(self.resources.items()) if rows.head}
		travel = Travel(
			float(self.settings.get("travel_speed_kmh") or Travel.speed_kmh),
			int(float(self.settings.get("travel_minimum_minutes") or Travel.minimum)),
		)
		return ResourceData(
			{name: _facts(name, rows) for name, rows in found.items()},
			{name: self._schedule(rows) for name, rows in found.items()},
			travel,
			self.areas,
			self.stamps,
		)

	def _schedule(self, rows: Rows) -> Schedule:
		return Schedule(
			zone=_zone(rows, self.site),
			shifts=tuple(rows.shifts),
			rosters=tuple(rows.rosters),
			closed=frozenset(self.holidays.get(rows.head[3] or "", ())),
			exceptions={day: tuple(hours) for day, hours in rows.exceptions.items()},
			absent=frozenset(rows.absent),
			half_absent=frozenset(rows.half_absent),
			time_off=merge(rows.time_off),
		)

	def _rows(self, name: str) -> Rows:
		return self.resources.setdefault(name, Rows())

	def _resource(self, name: str, *cells) -> None:
		self._rows(name).head = cells

	def _skill(self, name: str, skill: str, *_rest) -> None:
		self._rows(name).skills.append(skill)

	def _territory(self, name: str, territory: str, *_rest) -> None:
		self._rows(name).territories.append(territory)

	def _member(self, name: str, member: str, *_rest) -> None:
		self._rows(name).members.append(member)

	def _hours(self, name: str, weekday: str, starts: str, ends: str, *_rest) -> None:
		self._rows(name).shifts.append(Shift(WEEKDAYS.index(weekday), _wall(starts), _wall(ends)))

	def _exception(self, name: str, day: str, starts: str | None, ends: str | None, *_rest) -> None:
		"""The same time twice means closed too: Frappe fills a Time that was left empty with the present one."""
		hours = self._rows(name).exceptions.setdefault(_day(day), [])
		if starts is not None and ends is not None and _wall(starts) != _wall(ends):
			hours.append((_wall(starts), _wall(ends)))

	def _time_off(self, name: str, starts: str, ends: str, *_rest) -> None:
		first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
		self._rows(name).time_off.append(
			(
				minute_at(first.date(), first.time(), self.site),
				minute_at(last.date(), last.time(), self.site, last=True) + bool(last.second),
			)
		)

	def _holiday(self, name: str, day: str, *_rest) -> None:
		self.holidays.setdefault(name, set()).add(_day(day))

	def _setting(self, name: str, value: str, *_rest) -> None:
		self.settings[name] = value

	def _area(self, name: str, around: str, *_rest) -> None:
		self.areas[name] = around

	def _stamp(self, name: str, stamp: str, *_rest) -> None:
		self.stamps[name] = stamp

	def _leave(self, name: str, first: str, last: str, half: str, half_day: str | None, *_rest) -> None:
		"""Half a day of leave does not say which half, so nothing is offered unless the resource's own exceptions say what is left."""
		rows = self._rows(name)
		halved = _day(half_day or first) if int(half or 0) else None
		day = max(_day(first), self.since)
		while day <= _day(last):
			(rows.half_absent if day == halved else rows.absent).add(day)
			day += timedelta(days=1)

	def _roster(self, name: str, first: str, last: str | None, starts: str, ends: str, *_rest) -> None:
		hours = (_wall(starts), _wall(ends))
		self._rows(name).rosters.append(Roster(_day(first), _day(last) if last else None, hours))


def _facts(name: str, rows: Rows) -> ResourceFacts:
	kind, active, _zone_name, _holiday_list, latitude, longitude = rows.head
	return ResourceFacts(
		name=name,
		kind=kind,
		active=bool(int(active)),
		skills=frozenset(rows.skills),
		territories=frozenset(rows.territories),
		members=tuple(rows.members),
		base=point(float(latitude or 0), float(longitude or 0)),
	)


def _zone(rows: Rows, site: tzinfo) -> tzinfo:
	return ZoneInfo(rows.head[2]) if rows.head[2] else site


def _day(value: str) -> date:
	return date.fromisoformat(str(value)[:10])


def _wall(value: str) -> time:
	hours, minutes = str(value).split(":")[:2]
	return time(int(hours) % 24, int(minutes))
