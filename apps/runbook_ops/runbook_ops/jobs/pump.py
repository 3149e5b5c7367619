"""Frappe's calls into the pump: the doorbell's job and the minute cron."""

from ..workflows.pump import beat, pump


def work_due_steps() -> None:
	"""Work whatever is due; rung after commits."""
	pump()


def sweep() -> None:
	"""Work whatever is due, also what a lost doorbell or a dead worker left; called every minute."""
	beat(pump())
