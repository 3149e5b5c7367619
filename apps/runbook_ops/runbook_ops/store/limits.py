"""Counters against robots: each request counts up a row in one statement, so that no two can read the same figure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..site_time import to_utc

COUNT_UP = """insert into `tabGuest Counter` (name, creation, modified, owner, modified_by, hits, until_utc)
	values (%(name)s, %(now)s, %(now)s, 'Guest', 'Guest', 1, %(until)s)
	on duplicate key update hits = hits + 1, modified = %(now)s
	returning hits"""


@dataclass(frozen=True)
class Limit:
	"""So many times in each window of so many seconds."""

	times: int
	seconds: int


def count_up(kind: str, who: str, limit: Limit, now: datetime) -> int:
	"""Seconds that `who` (a digest) has to wait, 0 when there is still room; the row stays locked until the transaction ends."""
	stamp = int(now.timestamp())
	window = stamp // limit.seconds
	until = now + timedelta(seconds=limit.seconds * 2)
	values = {"name": f"{kind}|{who}|{window}", "now": to_utc(now), "until": to_utc(until)}
	((hits,),) = frappe.db.sql(COUNT_UP, values)
	return 0 if hits <= limit.times else (window + 1) * limit.seconds - stamp


def serialise(kind: str, who: str, now: datetime) -> None:
	"""Let only one transaction at a time work on this (a client's holds, a customer's profile) until it ends."""
	until = to_utc(now + timedelta(days=1))
	frappe.db.sql(COUNT_UP, {"name": f"{kind}|{who}", "now": to_utc(now), "until": until})


def forget_counters(now: datetime, most: int = 10_000) -> None:
	"""Drop counters whose window is over."""
	frappe.db.sql("delete from `tabGuest Counter` where until_utc < %s limit %s", (to_utc(now), most))
