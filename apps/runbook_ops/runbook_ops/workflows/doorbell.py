"""Wake those who work after a commit; a doorbell that can't be rung is no error, the minute cron comes anyway."""

import frappe

STEPS = "runbook_ops.jobs.pump.work_due_steps"
FREED_SLOTS = "runbook_ops.jobs.waitlist.work_freed_slots"


def ring_after_commit(job: str = STEPS) -> None:
	"""Have what is due worked as soon as this transaction is committed; at most one ring a transaction and job."""
	rung = getattr(frappe.local, "runbook_doorbell", None)
	if rung is None:
		rung = frappe.local.runbook_doorbell = set()
	if job in rung:
		return
	if not rung:
		frappe.db.after_commit.add(_ring_once)
		frappe.db.after_rollback.add(_forget)
	rung.add(job)


def _forget() -> None:
	frappe.local.runbook_doorbell = set()


def _ring_once() -> None:
	jobs = sorted(frappe.local.runbook_doorbell)
	_forget()
	for job in jobs:
		ring(job)


def ring(job: str = STEPS) -> None:
	"""Have what is due worked as soon as a worker is free."""
	try:
		frappe.enqueue(job, queue="short", timeout=290)
	except Exception:
		frappe.logger("runbook_ops").warning("doorbell not rung", exc_info=True)
