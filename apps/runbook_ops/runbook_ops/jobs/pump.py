"""Frappe's calls into the pump: the doorbell's job and the minute cron."""

import frappe

from ..store.workers import note_life
from ..workflows.pump import pump
from ..workflows.waitlist import work_waitlist


def work_due_steps() -> None:
	"""Work whatever is due; rung after commits."""
	_be_the_engine()
	work_waitlist()
	pump()


def sweep() -> None:
	"""Work whatever is due, also what a lost doorbell or a dead worker left; called every minute."""
	_be_the_engine()
	work_waitlist()
	note_life(pump())


def _be_the_engine() -> None:
	"""The engine acts for the business and in its language, whoever rang."""
	frappe.set_user("Administrator")
	frappe.local.lang = frappe.db.get_default("lang") or "en"
