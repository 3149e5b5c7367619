"""Frappe's calls into the pump: the doorbell's job and the minute cron."""

import frappe

from ..operations.watch_sweep import raise_alarm_when_silent, sweep_is_back
from ..site_time import keep_time_with
from ..store.workers import database_now, note_life
from ..workflows.pump import pump


def work_due_steps() -> None:
	"""Work whatever is due; rung after commits. Who is rung for sees also whether the minute cron still comes."""
	be_the_engine()
	pump()
	raise_alarm_when_silent()


def sweep() -> None:
	"""Work whatever is due, also what a lost doorbell or a dead worker left; called every minute."""
	be_the_engine()
	note_life(pump())
	sweep_is_back()


def be_the_engine() -> None:
	"""The engine acts for the business and in its language, whoever rang, and by the clock that all hosts share."""
	frappe.set_user("Administrator")
	frappe.local.lang = frappe.db.get_default("lang") or "en"
	keep_time_with(database_now())
