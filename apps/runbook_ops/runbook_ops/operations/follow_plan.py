"""What saving a plan means for its visits: a new one is booked, a changed one is planned again."""

from datetime import date

import frappe
from frappe.model.document import Document

from ..core.recurrence import days_before
from ..core.refusal import Refusal
from ..errors import PlanRefused
from ..messages import refuse
from ..site_time import utc_now
from ..store import plans
from .check_plan import read_rule
from .materialise_plan import materialise_plan
from .replan_visits import replan_visits

SHAPE = (
	"frequency",
	"every",
	"weekdays",
	"nth",
	"short_months",
	"rrule",
	"starts_on",
	"start_time",
	"duration_minutes",
	"ends",
	"ends_on",
	"visits",
	"holiday_rule",
)
"""The fields that say when visits are."""


def follow_plan(plan: Document, before: Document | None) -> None:
	"""Bring the visits in line with a plan that has just been saved."""
	if plan.flags.by_change:
		return
	if before and plan.status == "Active" and is_reshaped(plan, before):
		plans.lock_plan(plan.name)
		replan_visits(before, plan, utc_now().astimezone(plans.zone_of(plan)).date())
	if plan.status == "Active":
		go_on(plan.name)
	_bring_up_to_date(plan)


def check_past_days(plan: Document, before: Document | None) -> None:
	"""A changed rule may not say otherwise than the old one about days that are over. Raises PlanRefused."""
	if before is None or plan.flags.by_change or not is_reshaped(plan, before):
		return
	today = utc_now().astimezone(plans.zone_of(plan)).date()
	was, new = _past_days(before, today), _past_days(plan, today)
	if was != new and plans.visits_of(plan.name):
		refuse(Refusal("plan_rewrites_past", "starts_on"), PlanRefused)


def go_on(plan: str) -> None:
	"""Book what the plan's window lacks: the first of it at once, the rest in a job."""
	if not materialise_plan(plan).finished:
		frappe.enqueue(
			"runbook_ops.jobs.plans.keep_plan",
			queue="long",
			job_id=f"runbook_plan_{plan}",
			deduplicate=True,
			enqueue_after_commit=True,
			plan=plan,
		)


def is_reshaped(plan: Document, before: Document) -> bool:
	"""Whether a save changes when the visits are or who does them."""
	if plans.named_resources(plan) != plans.named_resources(before):
		return True
	return any(str(plan.get(field) or "") != str(before.get(field) or "") for field in SHAPE)


def _past_days(plan: Document, today: date) -> tuple[date, ...]:
	form, rule = read_rule(plan)
	return days_before(rule, form.first_day, today)


def _bring_up_to_date(plan: Document) -> None:
	"""What the visits have written into the plan, for whoever goes on with this document."""
	stored = frappe.get_doc("Service Plan", plan.name)
	for field in ("modified", "planned_until", "due_on", "status"):
		plan.set(field, stored.get(field))
	plan.set("exceptions", stored.exceptions)
