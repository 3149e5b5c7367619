"""Check a Service Plan and write its rule, in RFC 5545 and in words; a plan that can't be is refused at its field."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from ..core.plan_days import HolidayRule, Schedule
from ..core.plan_form import Frequency, PlanForm, rule_of
from ..core.recurrence import Rule
from ..core.recurrence_words import describe
from ..core.refusal import Refusal
from ..errors import PlanRefused
from ..messages import refuse
from ..store import plans

LONGEST_WINDOW = 400
USUAL_WINDOW = 60
LONGEST_VISIT = 14 * 24 * 60
FIXED = ("customer", "service")
"""What stays as it is once the plan has visits: they have been told, claimed and perhaps invoiced so."""

STATES = {"Active": {"Paused", "Ended"}, "Paused": {"Active", "Ended"}, "Ended": set()}


def check_plan(plan: Document, before: Document | None) -> None:
	"""Fill the rule and its words and check what was filled in; `before` is the plan as stored, None when it is new.

	Raises PlanRefused.
	"""
	plan.window_days = cint(plan.window_days) or USUAL_WINDOW
	refusal = _state(plan, before) or _fixed(plan, before) or _fields(plan)
	if refusal:
		refuse(refusal, PlanRefused)
	form, rule = read_rule(plan)
	plan.rrule = rule.text if form.frequency != Frequency.OWN else " ".join(form.own_rule.upper().split())
	plan.rule_text = describe(rule, form.wall, _)
	plan.weekdays = ",".join(form.weekdays)
	refusal = _exceptions(plan)
	if refusal:
		refuse(refusal, PlanRefused)


def read_rule(plan: Document) -> tuple[PlanForm, Rule]:
	"""The plan's form and rule. Raises PlanRefused."""
	refusal = _when(plan)
	if refusal:
		refuse(refusal, PlanRefused)
	form = plans.form_of(plan)
	rule = rule_of(form)
	if isinstance(rule, Refusal):
		refuse(rule, PlanRefused)
	return form, rule


def schedule_of(plan: Document, last: date) -> Schedule:
	"""All that the plan's days up to `last` depend on. Raises PlanRefused."""
	form, rule = read_rule(plan)
	return plans.load_schedule(plan, form, rule, last)


def _state(plan: Document, before: Document | None) -> Refusal | None:
	old, new = before.status if before else "Active", plan.status or "Active"
	plan.status = new
	if new == old or new in STATES.get(old, set()):
		return None
	if new not in STATES:
		return Refusal("unknown_status", "status", {"status": new, "known": ", ".join(STATES)})
	return Refusal("plan_ended" if before else "plan_born_as", "status", {"status": new})


def _fixed(plan: Document, before: Document | None) -> Refusal | None:
	changed = [field for field in FIXED if before and plan.get(field) != before.get(field)]
	if changed and plans.visits_of(plan.name):
		return Refusal("plan_fixed", changed[0], {"field": plan.meta.get_label(changed[0])})
	return None


def _fields(plan: Document) -> Refusal | None:
	if not frappe.db.exists("Customer", plan.customer or ""):
		return Refusal("unknown_customer", "customer", {"customer": plan.customer or ""})
	if not frappe.db.exists("Bookable Service", plan.service or ""):
		return Refusal("unknown_service", "service", {"service": plan.service or ""})
	for row in plan.resources:
		if not frappe.db.exists("Service Resource", row.resource or ""):
			return Refusal("unknown_resource", "resources", {"resource": row.resource or ""})
	if plan.holiday_rule and plan.holiday_rule not in set(HolidayRule):
		values = {"field": _("On a holiday"), "value": plan.holiday_rule, "known": ", ".join(HolidayRule)}
		return Refusal("choice_unknown", "holiday_rule", values)
	if not 1 <= plan.window_days <= LONGEST_WINDOW:
		return Refusal("plan_window", "window_days", {"value": plan.window_days, "most": LONGEST_WINDOW})
	if not 0 <= cint(plan.duration_minutes) <= LONGEST_VISIT:
		values = {"value": plan.duration_minutes, "most": LONGEST_VISIT}
		return Refusal("plan_duration", "duration_minutes", values)
	return None


def _when(plan: Document) -> Refusal | None:
	for field, code in (("starts_on", "plan_no_first_day"), ("ends_on", "")):
		value = plan.get(field)
		try:
			found = getdate(value) if value else None
		except (ValueError, TypeError, OverflowError, frappe.ValidationError):
			frappe.clear_last_message()
			return Refusal("not_a_day", field, {"field": plan.meta.get_label(field), "value": value})
		if found is None and code:
			return Refusal(code, field)
	if plan.start_time in (None, ""):
		return Refusal("plan_no_time", "start_time")
	try:
		plans.wall_of(plan.start_time)
	except (ValueError, TypeError):
		return Refusal("not_a_wall_time", "start_time", {"field": _("Time"), "value": plan.start_time})
	return None


def _exceptions(plan: Document) -> Refusal | None:
	seen: set[date] = set()
	for row in plan.exceptions:
		day = getdate(row.plan_date)
		if day in seen:
			return Refusal("plan_exception_twice", "exceptions", {"row": row.idx, "day": day})
		if row.change == "Moved" and not row.starts_at:
			return Refusal("plan_exception_no_time", "exceptions", {"row": row.idx})
		seen.add(day)
	return None
