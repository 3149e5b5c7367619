"""Wake the pump after a commit; a doorbell that can't be rung is no error, the minute cron comes anyway."""

import frappe


def ring_after_commit() -> None:
	"""Have due steps worked as soon as this transaction is committed; at most one ring a transaction."""
	if getattr(frappe.local, "runbook_doorbell", False):
		return
	frappe.local.runbook_doorbell = True
	frappe.db.after_commit.add(_ring_once)
	frappe.db.after_rollback.add(_forget)


def _forget() -> None:
	frappe.local.runbook_doorbell = False


def _ring_once() -> None:
	_forget()
	ring()


def ring() -> None:
	"""Have due steps worked as soon as a worker is free."""
	try:
		frappe.enqueue("runbook_ops.jobs.pump.work_due_steps", queue="short", timeout=290)
	except Exception:
		frappe.logger("runbook_ops").warning("doorbell not rung", exc_info=True)
