"""Chain Health: what is late, who is asked, how steps end, and whether any step was lost; the goal for lost ones is 0."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import add_days, add_months, getdate, nowdate

from runbook_ops.core.chain_health import VIOLATIONS, Finding, Health, assess, ended_share
from runbook_ops.core.chains.spec import ENDED_STEPS, StepState
from runbook_ops.site_time import to_site, utc_now
from runbook_ops.store.chain_health import count_by_state, load_doubtful_steps, titles_of


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows (a row a step that needs a look), message, chart, summary."""
	wanted = frappe._dict(filters or {})
	first = getdate(wanted.from_date or add_months(nowdate(), -1))
	last = getdate(wanted.to_date or nowdate())
	if last < first:
		frappe.throw(_("To Date: it lies before From Date. Choose a later day."))
	end = add_days(last, 1)
	now = utc_now()
	found = load_doubtful_steps(now, first, end, wanted.chain)
	health = assess([facts for facts, _row in found], now, count_by_state(first, end, wanted.chain))
	rows = {facts.name: row for facts, row in found}
	titles = titles_of({row.chain for row in rows.values()})
	data = [_row(finding, rows[finding.step.name], titles) for finding in health.findings]
	return _columns(), data, _message(health), _chart(health), _summary(health)


def _columns() -> list[dict]:
	return [
		{"fieldname": "trouble", "label": _("What"), "fieldtype": "Data", "width": 150},
		{"fieldname": "title", "label": _("Step"), "fieldtype": "Data", "width": 230},
		{"fieldname": "customer_name", "label": _("Customer"), "fieldtype": "Data", "width": 170},
		{"fieldname": "since", "label": _("Due"), "fieldtype": "Datetime", "width": 180},
		{"fieldname": "age", "label": _("Late by"), "fieldtype": "Data", "width": 110},
		{"fieldname": "reason", "label": _("Reason"), "fieldtype": "Data", "width": 320},
		{"fieldname": "owner", "label": _("Owner"), "fieldtype": "Link", "options": "User", "width": 180},
		{
			"fieldname": "task",
			"label": _("Task"),
			"fieldtype": "Link",
			"options": "Follow-up Task",
			"width": 120,
		},
		{
			"fieldname": "booking",
			"label": _("Booking"),
			"fieldtype": "Link",
			"options": "Service Booking",
			"width": 120,
		},
		{"fieldname": "run", "label": _("Run"), "fieldtype": "Link", "options": "Chain Run", "width": 120},
		{"fieldname": "chain_title", "label": _("Chain"), "fieldtype": "Data", "width": 140},
	]


def _row(finding: Finding, row: frappe._dict, titles: dict[str, str]) -> dict:
	return {
		"trouble": _(finding.trouble.value),
		"grave": finding.trouble in VIOLATIONS,
		"title": row.title,
		"customer_name": row.customer_name or row.reference_name,
		"since": to_site(finding.since) if finding.since else None,
		"age": age_text(finding.age),
		"reason": row.reason,
		"owner": row.owner,
		"task": row.task,
		"booking": row.booking,
		"run": row.run,
		"chain_title": titles.get(row.chain, row.chain),
	}


def _message(health: Health) -> str | None:
	if not health.violations:
		return None
	return _(
		"{0} steps have ended without a reason or ask a person without an owner. That should never happen: "
		"open them below and report it."
	).format(health.violations)


def _chart(health: Health) -> dict | None:
	states = [state for state in StepState if health.by_state.get(state)]
	if not states:
		return None
	return {
		"data": {
			"labels": [_(STATE_LABELS[state]) for state in states],
			"datasets": [{"name": _("Steps"), "values": [health.by_state[state] for state in states]}],
		},
		"type": "bar",
		"colors": ["#5e64ff"],
		"height": 220,
	}


STATE_LABELS = {
	StepState.WAITING: "Waiting",
	StepState.PLANNED: "Planned",
	StepState.LEASED: "Being worked",
	StepState.RETRY: "Tried again soon",
	StepState.HUMAN: "Asks a person",
	StepState.DONE: "Done",
	StepState.SKIPPED: "Skipped",
	StepState.CANCELLED: "Cancelled",
}


def _summary(health: Health) -> list[dict]:
	share = ended_share(health.by_state)
	ended = sum(count for state, count in health.by_state.items() if state in ENDED_STEPS)
	return [
		_figure(_("Lost steps (goal 0)"), health.violations, "Red" if health.violations else "Green"),
		_figure(_("Late steps"), health.late, "Red" if health.late else "Green"),
		_figure(_("Oldest due step"), age_text(health.oldest_due), "Red" if health.late else "Green", "Data"),
		_figure(_("Ask a person"), health.asking, "Orange" if health.asking else "Green"),
		_figure(_("Answers overdue"), health.overdue_answers, "Red" if health.overdue_answers else "Green"),
		_figure(_("Steps ended"), ended, "Blue"),
		_figure(_("Done of these"), f"{share.get(StepState.DONE, 0):.0%}" if share else "-", "Blue", "Data"),
	]


def _figure(label: str, value: object, colour: str, kind: str = "Int") -> dict:
	return {"label": label, "value": value, "indicator": colour, "datatype": kind}


def age_text(age: timedelta | None) -> str:
	"""How long, as people say it: `3 d 4 h`, `25 min`, `none`."""
	if age is None:
		return _("none")
	minutes = int(age.total_seconds() // 60)
	days, hours = divmod(minutes // 60, 24)
	if days:
		return _("{0} d {1} h").format(days, hours)
	return _("{0} h {1} min").format(hours, minutes % 60) if hours else _("{0} min").format(minutes)
