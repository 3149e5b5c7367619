"""What follows when an invoice is not paid: somebody's task, and where the settings say so the customer's plans pause until it is."""

from datetime import timedelta

import frappe
from frappe.utils import add_days, fmt_money, getdate

from ..messages import tell
from ..site_time import utc_now
from ..store.plans import lock_plan, suspended_for_paid
from ..store.receivable_settings import receivable_settings
from ..store.receivables import overdue_invoices
from .change_plan import resume_plan
from .open_task import TaskWish, open_task

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=1)


def follow_overdue(company: str) -> int:
	"""A task for each invoice that has been overdue for as long as the settings say, once; gives how many."""
	settings = receivable_settings()
	if settings.overdue_task_days <= 0:
		return 0
	today = getdate()
	found = overdue_invoices(company, today, add_days(today, -settings.overdue_task_days))
	for invoice in found:
		_ask(invoice)
		suspend_plans(invoice.customer, invoice.name)
	return len(found)


def suspend_plans(customer: str, invoice: str) -> list[str]:
	"""The customer's plans that make no further visits from now on, none unless the settings say so; those that are booked stay."""
	if not receivable_settings().suspends_plans:
		return []
	filters = {"customer": customer, "status": "Active"}
	names = frappe.get_all("Service Plan", filters, pluck="name", order_by="name asc")
	for name in names:
		lock_plan(name)
		_suspend(name, invoice)
	return names


def resume_plans(invoice: str | None = None) -> list[str]:
	"""Let plans go on that waited for an invoice, or for any, on which nothing is owed now, unless a person has changed them meanwhile."""
	resumed = []
	for name, paid in suspended_for_paid(invoice):
		lock_plan(name)
		plan = frappe.get_doc("Service Plan", name)
		if plan.suspended_for != paid:
			continue
		plan.db_set("suspended_for", None)
		if plan.status == "Paused":
			resume_plan(name)
			plan.add_comment("Info", tell("plan_resumed", {"invoice": paid}))
			resumed.append(name)
	return resumed


def _suspend(name: str, invoice: str) -> None:
	plan = frappe.get_doc("Service Plan", name)
	plan.update({"status": "Paused", "suspended_for": invoice})
	plan.flags.by_change = True
	plan.flags.ignore_permissions = True
	plan.save()
	plan.add_comment("Info", tell("plan_suspended", {"invoice": invoice}))


def _ask(invoice: frappe._dict) -> None:
	values = {
		"customer": invoice.customer_name,
		"owed": fmt_money(invoice.owed, currency=invoice.currency),
		"invoice": invoice.name,
		"days": invoice.days,
	}
	words = tell("overdue_long", values)
	wish = TaskWish(
		subject=words,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"overdue:{invoice.name}",
		role=ROLE,
		values={
			"customer": invoice.customer,
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice.name,
			"reason_code": "overdue_long",
			"reason": words,
			"priority": "High",
		},
	)
	open_task(wish)
