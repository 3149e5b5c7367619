"""Signs of life of the engine's hosts."""

import socket
from datetime import datetime, timedelta

import frappe

from ..site_time import from_utc, to_utc, utc_now
from .rows import insert_rows


def database_now() -> datetime:
	"""What the database's clock says: the one clock that all hosts see."""
	return from_utc(frappe.db.sql("select utc_timestamp(6)")[0][0])


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


def last_life() -> datetime | None:
	"""When any host's sweep ran last; None before the first."""
	return from_utc(frappe.db.sql("select max(heartbeat_at) from `tabChain Worker`")[0][0])


def load_workers() -> list[frappe._dict]:
	"""The hosts: since when, their last sign of life (UTC) and how many steps they have worked; the liveliest first."""
	return frappe.get_all(
		"Chain Worker",
		fields=["name", "heartbeat_at", "steps_worked", "started_at"],
		order_by="heartbeat_at desc",
		limit=20,
	)


def forget_gone(after: timedelta = timedelta(days=7)) -> None:
	"""Drop hosts that have been away for so long: containers get new names with each deploy."""
	frappe.db.sql("delete from `tabChain Worker` where heartbeat_at < %s", (to_utc(utc_now() - after),))
