"""Service Plans as the core wants them, and their visits, conflicts and exceptions as rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, getdate, now

from ..core.eligibility import claimed_resources
from ..core.hours import WEEKDAYS
from ..core.plan_days import EVERY_WEEKDAY, REACH, Change, Exception_, HolidayRule, Schedule
from ..core.plan_form import Ends, Frequency, PlanForm, ShortMonths, read_weekdays
from ..core.recurrence import Rule
from ..core.timeline import to_minutes
from ..core.wall_time import moment_at
from ..site_time import from_site, site_zone, to_site
from .newest import on_newest
from .resources import load_facts, load_working_time
from .rows import insert_rows

PAID = """select plan.name, plan.suspended_for from `tabService Plan` plan
	left join `tabSales Invoice` invoice on invoice.name = plan.suspended_for
	where plan.suspended_for > '' and (%(invoice)s is null or plan.suspended_for = %(invoice)s)
		and (invoice.name is null or invoice.docstatus != 1 or invoice.outstanding_amount <= 0) order by plan.name"""
OPEN_VISITS = ("Requested", "Held", "Confirmed")
"""The states of a visit that a change of its plan may still move or cancel."""


@dataclass(frozen=True)
class Visit:
	"""A booking that stands for a day of its plan; times are aware."""

	booking: str
	plan_date: date | None
	status: str
	starts_at: datetime
	ends_at: datetime


@dataclass(frozen=True)
class Conflict:
	"""An open task about a day of a plan that could not be booked as planned."""

	task: str
	plan_date: date
	booking: str | None
	owner: str
	reason: str


def lock_plan(plan: str, fresh: bool = True) -> None:
	"""Let one at a time make or change a plan's visits, until the transaction ends.

	A transaction that has looked at the database before does not see what others have done to the plan since; with `fresh`
	that raises frappe.QueryDeadlockError, after which it is done again from the start.
	"""
	seen = frappe.db.get_value("Service Plan", plan, "turn")
	frappe.db.sql(on_newest("update `tabService Plan` set turn = turn + 1 where name = %s"), plan)
	if fresh and seen is not None and frappe.db.get_value("Service Plan", plan, "turn") != seen + 1:
		raise frappe.QueryDeadlockError(f"Service Plan {plan} has changed since this transaction began")


def due_plans(today: date, limit: int) -> list[str]:
	"""The active plans whose next visit comes into their window, the longest due first."""
	return frappe.get_all(
		"Service Plan",
		{"status": "Active", "due_on": ("<=", today)},
		pluck="name",
		order_by="due_on asc, name asc",
		limit=limit,
	)


# -- the form and what its days depend on


def zone_of(plan: Document) -> tzinfo:
	"""The zone that the plan's time of day is in: that of the first named resource that has one, else the site's."""
	names = [row.resource for row in plan.resources if row.resource]
	for name in names:
		zone = frappe.get_cached_value("Service Resource", name, "timezone")
		if zone:
			return ZoneInfo(zone)
	return site_zone()


def form_of(plan: Document) -> PlanForm:
	"""The plan's plain form; the first day and the time of day have to be there and be ones."""
	return PlanForm(
		frequency=plan.frequency or Frequency.WEEKLY,
		first_day=getdate(plan.starts_on),
		wall=wall_of(plan.start_time),
		zone=zone_of(plan),
		every=cint(plan.every) or 1,
		weekdays=read_weekdays(plan.weekdays),
		nth=plan.nth or "",
		short_months=plan.short_months or ShortMonths.LAST_DAY,
		own_rule=plan.rrule or "" if plan.frequency == Frequency.OWN else "",
		ends=plan.ends or Ends.NEVER,
		ends_on=getdate(plan.ends_on) if plan.ends_on else None,
		visits=cint(plan.visits),
	)


def put_form(plan: Document, form: PlanForm) -> None:
	"""Write a form's fields into a plan, which has to be saved."""
	plan.update(
		{
			"frequency": form.frequency,
			"starts_on": form.first_day,
			"start_time": f"{form.wall:%H:%M:%S}",
			"every": form.every,
			"weekdays": ",".join(form.weekdays),
			"nth": form.nth,
			"short_months": form.short_months,
			"rrule": form.own_rule or None,
			"ends": form.ends,
			"ends_on": form.ends_on,
			"visits": form.visits or 0,
		}
	)


def wall_of(value: str | time | timedelta) -> time:
	"""A time of day of the database or of a form; seconds are dropped."""
	if isinstance(value, timedelta):
		minutes = value // timedelta(minutes=1)
		return time(minutes // 60, minutes % 60)
	found = (
		value if isinstance(value, time) else time.fromisoformat(str(value).strip().zfill(5).split(".")[0])
	)
	return found.replace(second=0, microsecond=0)


def duration_of(plan: Document) -> timedelta | None:
	"""How long a visit of the plan takes; None is what the service says."""
	return timedelta(minutes=cint(plan.duration_minutes)) if cint(plan.duration_minutes) else None


def named_resources(plan: Document) -> tuple[str, ...]:
	"""Whom the plan names; nobody means whoever is free."""
	return tuple(row.resource for row in plan.resources if row.resource)


def load_schedule(plan: Document, form: PlanForm, rule: Rule, last: date) -> Schedule:
	"""All that the plan's days up to `last` depend on; a fixed number of queries."""
	first, end = form.first_day, max(last, form.first_day) + timedelta(days=REACH + 1)
	named = claimed_resources(named_resources(plan), load_facts()) if named_resources(plan) else ()
	holidays = (
		_resources_holidays(named, first, end, form.zone) if named else _company_holidays(plan, first, end)
	)
	return Schedule(
		rule=rule,
		first_day=first,
		wall=form.wall,
		zone=form.zone,
		holiday_rule=HolidayRule(plan.holiday_rule or HolidayRule.SKIP),
		holidays=holidays,
		open_weekdays=_worked_weekdays(named),
		exceptions=exceptions_of(plan),
	)


def without_exceptions(schedule: Schedule) -> Schedule:
	"""The schedule as its rule and the holidays alone make it."""
	return replace(schedule, exceptions={})


def exceptions_of(plan: Document) -> Mapping[date, Exception_]:
	"""The plan's exceptions by the day that they are about."""
	return {
		getdate(row.plan_date): Exception_(
			Change(row.change), from_site(row.starts_at) if row.starts_at else None, row.reason or ""
		)
		for row in plan.exceptions
	}


def _resources_holidays(names: Collection[str], first: date, last: date, zone: tzinfo) -> frozenset[date]:
	start, end = (to_minutes(moment_at(day, time(0), zone)) for day in (first, last))
	working = load_working_time(names, start, end)
	return frozenset().union(*(time.closed for time in working.values()))


def _company_holidays(plan: Document, first: date, last: date) -> frozenset[date]:
	company = plan.company or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	holiday_list = company and frappe.get_cached_value("Company", company, "default_holiday_list")
	if not holiday_list:
		return frozenset()
	filters = {"parent": holiday_list, "holiday_date": ("between", (first, last))}
	return frozenset(frappe.get_all("Holiday", filters, pluck="holiday_date", order_by="holiday_date asc"))


def _worked_weekdays(names: Collection[str]) -> frozenset[int]:
	"""The weekdays that all the named work, of those who have hours; when nobody is named, that anybody works."""
	filters: dict = {"parenttype": "Service Resource", "parentfield": "hours"}
	if names:
		filters["parent"] = ("in", tuple(names))
	rows = frappe.get_all(
		"Service Resource Hours", filters, ["parent", "weekday"], distinct=True, order_by="parent asc"
	)
	worked: dict[str, set[int]] = {}
	for row in rows:
		worked.setdefault(row.parent, set()).add(WEEKDAYS.index(row.weekday))
	if not worked:
		return EVERY_WEEKDAY
	join = set.intersection if names else set.union
	return frozenset(join(*worked.values())) or EVERY_WEEKDAY


# -- visits


def visits_of(plan: str, open_only: bool = False) -> tuple[Visit, ...]:
	"""The bookings that belong to a plan, in the order of their start; `open_only`: those that may still be moved."""
	filters: dict = {"plan": plan}
	if open_only:
		filters["status"] = ("in", OPEN_VISITS)
	rows = frappe.get_all(
		"Service Booking",
		filters,
		["name", "plan_date", "status", "starts_at", "ends_at"],
		order_by="starts_at asc, name asc",
	)
	return tuple(
		Visit(row.name, row.plan_date, row.status, from_site(row.starts_at), from_site(row.ends_at))
		for row in rows
	)


def is_planned(plan: str, plan_date: date) -> bool:
	"""Whether a booking stands for this day of the plan, whatever has become of it."""
	return bool(frappe.db.exists("Service Booking", {"plan": plan, "plan_date": plan_date}))


def let_go(bookings: Iterable[str], plan: str | None = None) -> None:
	"""Take the plan's day from these bookings, so that another may have it; with a plan, give them to it."""
	names = tuple(bookings)
	if names:
		booking = frappe.qb.DocType("Service Booking")
		update = frappe.qb.update(booking).set(booking.plan_date, None).where(booking.name.isin(names))
		(update.set(booking.plan, plan) if plan else update).run()
		for name in names:
			frappe.clear_document_cache("Service Booking", name)


def set_plan_date(booking: str, plan_date: date) -> None:
	"""Make a booking stand for this day of its plan."""
	frappe.db.set_value("Service Booking", booking, "plan_date", plan_date, update_modified=False)


# -- exceptions


def put_exception(
	plan: str, plan_date: date, change: Change, moved_to: datetime | None = None, reason: str = ""
) -> None:
	"""Remember that a day of the plan is not as its rule says; in the place of what was remembered before."""
	drop_exceptions(plan, [plan_date])
	fields = ("parent", "parenttype", "parentfield", "idx", "plan_date", "change", "starts_at", "reason")
	number = frappe.db.count("Service Plan Exception", {"parent": plan}) + 1
	at = to_site(moved_to) if moved_to else None
	row = (plan, "Service Plan", "exceptions", number, plan_date, str(change), at, reason[:140])
	insert_rows("Service Plan Exception", fields, [row])
	_touch(plan)


def drop_exceptions(plan: str, days: Iterable[date]) -> None:
	"""Forget what is remembered about these days."""
	frappe.db.delete(
		"Service Plan Exception", {"parent": plan, "plan_date": ("in", list(days) or [date.max])}
	)
	_touch(plan)


def _touch(plan: str) -> None:
	"""Whoever has the plan's form open is told that it has changed since, and can't write over the rows."""
	frappe.db.set_value("Service Plan", plan, "modified", now(), update_modified=False)
	frappe.clear_document_cache("Service Plan", plan)


# -- conflicts


def conflict_key(plan: str, plan_date: date) -> str:
	"""A key for a new task about this day; one after the other, should a day come up again."""
	key = f"{_keys_of(plan)}{plan_date}"
	return f"{key}#{frappe.db.count('Follow-up Task', {'dedupe_key': ('like', f'{key}#%')}) + 1}"


def conflict_date(key: str) -> date:
	"""The day that a task's key is about."""
	return date.fromisoformat(key.rpartition("|")[2].partition("#")[0])


def open_conflicts(plan: str) -> tuple[Conflict, ...]:
	"""The days of a plan that a person has been asked about, in the order of the days."""
	rows = frappe.get_all(
		"Follow-up Task",
		{"dedupe_key": ("like", f"{_keys_of(plan)}%"), "status": ("in", ("Open", "In Progress"))},
		["name", "dedupe_key", "booking", "allocated_to", "reason"],
		order_by="dedupe_key asc",
	)
	return tuple(
		Conflict(row.name, conflict_date(row.dedupe_key), row.booking, row.allocated_to, row.reason or "")
		for row in rows
	)


def dismiss_conflicts(conflicts: Iterable[Conflict], outcome: str, at: datetime) -> None:
	"""Close tasks about days that are no longer asked about."""
	names = tuple(conflict.task for conflict in conflicts)
	if names:
		task = frappe.qb.DocType("Follow-up Task")
		(
			frappe.qb.update(task)
			.set(task.status, "Dismissed")
			.set(task.outcome, outcome)
			.set(task.resolved_at, to_site(at))
			.set(task.modified, now())
			.where(task.name.isin(names))
			.run()
		)


def suspended_for_paid(invoice: str | None = None) -> list[tuple[str, str]]:
	"""The plans that wait for this invoice, or for any, on which nothing is owed any more; each with its invoice."""
	return frappe.db.sql(PAID, {"invoice": invoice})


def _keys_of(plan: str) -> str:
	return f"plan|{plan}|"


def site_start(value: datetime | str) -> datetime:
	"""A site time as the database or a form has it, as a moment."""
	return from_site(get_datetime(value))
