"""Signs of life of the engine's hosts."""

import socket

import frappe

from ..site_time import to_utc, utc_now
from .rows import insert_rows


def note_life(worked: int) -> None:
	"""Note that this host's sweep has run and how many steps it worked; the row's age is what an alarm looks at."""
	host, now = socket.gethostname(), to_utc(utc_now())
	frappe.db.sql(
		"update `tabChain Worker` set heartbeat_at = %s, steps_worked = steps_worked + %s where name = %s",
		(now, worked, host),
	)
	if not frappe.db.exists("Chain Worker", host):
		fields = ("name", "heartbeat_at", "steps_worked", "started_at")
		insert_rows("Chain Worker", fields, [(host, now, worked, now)])
