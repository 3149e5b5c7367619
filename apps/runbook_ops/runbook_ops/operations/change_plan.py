"""What people do to a plan as a whole: change it from one visit on, pause it, resume it, end it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.plan_days import Change, first_visits
from ..core.plan_form import PlanForm, continued_from, ended_before, shifted
from ..core.recurrence import Rule, days_before, falls_on
from ..core.recurrence_words import tell_day
from ..core.refusal import Refusal
from ..errors import PlanRefused
from ..messages import refuse, tell
from ..site_time import utc_now
from ..store import plans
from .change_booking import cancel_booking
from .check_plan import read_rule, schedule_of
from .follow_plan import SHAPE, go_on
from .replan_visits import cancel_visits, replan_visits

CHANGEABLE = (*SHAPE, "window_days", "resources", "address", "notes")


def change_plan_from(plan: str, day: date, changes: Mapping[str, object]) -> str:
	"""Change a plan for the visit of a day of its rule and all that follow; gives the plan that goes on from there.

	The plan as it was ends before the day and a new one continues it. When no visit lies before the day, the plan itself
	changes. Raises PlanRefused.
	"""
	doc = _locked(plan)
	_check_changes(doc, changes)
	form, rule = read_rule(doc)
	_check_day(doc, day)
	made = len(days_before(rule, form.first_day, day))
	if not made:
		doc.update(dict(changes))
		doc.save()
		return doc.name
	old = frappe.get_doc("Service Plan", plan)
	new = _continuation(doc, form, rule, day, made, changes)
	plans.put_form(doc, ended_before(form, day))
	doc.flags.by_change = True
	doc.save()
	replan_visits(old, new, day)
	go_on(doc.name)
	go_on(new.name)
	return new.name


def move_visits(plan: str, planned: date, starts_at: datetime, everything: bool = False) -> str:
	"""Change a plan as one of its visits is moved: the visit of `planned` to an aware moment, and like it all that follow.

	`everything`: all that are still to come. Gives the plan that goes on from there. Raises PlanRefused.
	"""
	plans.lock_plan(plan)
	plans.drop_exceptions(plan, [planned])
	doc = frappe.get_doc("Service Plan", plan)
	form, _rule = read_rule(doc)
	local = starts_at.astimezone(form.zone)
	like = shifted(form, planned, local.date())
	if isinstance(like, Refusal):
		refuse(like, PlanRefused)
	day, starts_on = planned, local.date()
	if everything:
		day = next(iter(next_days(doc, 1)), planned)
		by = local.date() - planned
		starts_on = day + (by if like.first_day != form.first_day else min(by, timedelta(0)))
	changes: dict[str, object] = {
		"weekdays": ",".join(like.weekdays),
		"nth": like.nth,
		"starts_on": max(starts_on, utc_now().astimezone(form.zone).date()),
		"start_time": f"{local:%H:%M:%S}",
	}
	return change_plan_from(plan, day, changes)


def cancel_following(plan: str, planned: date, reason: str, everything: bool = False) -> int:
	"""Cancel the visit of a day and all that follow, or all that are to come, and end the plan; gives how many."""
	if not reason.strip():
		refuse(Refusal("cancel_needs_reason", "reason"), PlanRefused)
	return end_plan(plan, None if everything else planned - timedelta(days=1), reason)


def skip_day(plan: str, day: date, reason: str = "") -> None:
	"""Leave out the visit of one day, booked or not; the plan remembers it."""
	doc = _locked(plan)
	_check_day(doc, day)
	text = tell("plan_skipped", {"user": frappe.utils.get_fullname(), "reason": reason}).strip()
	asked = [conflict for conflict in plans.open_conflicts(plan) if conflict.plan_date == day]
	plans.dismiss_conflicts(asked, text, utc_now())
	plans.put_exception(plan, day, Change.SKIPPED, reason=text)
	for visit in plans.visits_of(plan, open_only=True):
		if visit.plan_date == day:
			cancel_booking(visit.booking, text)


def pause_plan(plan: str, cancel: bool = False) -> int:
	"""Make no further visits; gives how many open ones were cancelled, none unless told to."""
	doc = _locked(plan)
	_set_status(doc, "Paused")
	return cancel_visits(plan, tell("plan_paused")) if cancel else 0


def resume_plan(plan: str) -> None:
	"""Make visits again, from now on; what was cancelled while it was paused is made again where it still lies ahead."""
	_set_status(_locked(plan), "Active")
	go_on(plan)


def end_plan(plan: str, last_day: date | None = None, reason: str = "") -> int:
	"""End a plan after a day, at once when none is given; gives how many open visits were cancelled."""
	doc = _locked(plan)
	form, rule = read_rule(doc)
	today = utc_now().astimezone(form.zone).date()
	last = last_day or today - timedelta(days=1)
	text = " ".join(part for part in (tell("plan_stopped"), reason.strip()) if part)
	after = last + timedelta(days=1)
	cancelled = cancel_visits(plan, text, after if last_day else None)
	some_left = bool(days_before(rule, form.first_day, after))
	if some_left:
		plans.put_form(doc, ended_before(form, after))
	if last < today or not some_left:
		doc.status = "Ended"
	doc.flags.by_change = True
	doc.save()
	return cancelled


def next_days(plan: Document, number: int = 3) -> tuple[date, ...]:
	"""The plan's next days to come."""
	today = utc_now().astimezone(plans.zone_of(plan)).date()
	return tuple(visit.planned for visit in first_visits(schedule_of(plan, today), today, number))


def _locked(plan: str) -> Document:
	plans.lock_plan(plan)
	return frappe.get_doc("Service Plan", plan)


def _set_status(doc: Document, status: str) -> None:
	doc.status = status
	doc.flags.by_change = True
	doc.save()


def _check_changes(plan: Document, changes: Mapping[str, object]) -> None:
	unknown = sorted(set(changes) - set(CHANGEABLE))
	if unknown:
		values = {"field": unknown[0], "known": ", ".join(CHANGEABLE)}
		refuse(Refusal("plan_change_unknown", unknown[0], values), PlanRefused)
	if plan.status == "Ended":
		refuse(Refusal("plan_not_active", "status", {"status": plan.status}), PlanRefused)


def _check_day(plan: Document, day: date) -> None:
	form, rule = read_rule(plan)
	if day < utc_now().astimezone(form.zone).date():
		refuse(Refusal("plan_day_past", "day", {"day": tell_day(day, _)}), PlanRefused)
	if not falls_on(rule, form.first_day, day):
		coming = ", ".join(tell_day(each, _) for each in next_days(plan))
		refuse(Refusal("plan_no_such_day", "day", {"day": tell_day(day, _), "next": coming}), PlanRefused)


def _continuation(
	doc: Document, form: PlanForm, rule: Rule, day: date, made: int, changes: Mapping[str, object]
) -> Document:
	new = frappe.copy_doc(doc)
	new.set("exceptions", [])
	starts_on = getdate(changes.get("starts_on") or day)
	plans.put_form(new, continued_from(form, starts_on, rule, made))
	new.update(dict(changes))
	new.follows = doc.name
	new.status = "Active"
	new.flags.by_change = True
	return new.insert()
