"""A feed and the programs that people use: vdirsyncer fetches it from the web server, khal shows what it says."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import frappe
import pytest
import requests
from tests import factories as make
from tooling import venv

from runbook_ops.operations.change_booking import cancel_booking, reschedule_booking
from runbook_ops.operations.read_calendar import feed_address, renew_feed
from runbook_ops.site_time import from_site, site_zone, to_site, utc_now

pytestmark = pytest.mark.commits

SYNC = """[general]
status_path = "{folder}/status"
[pair work]
a = "feed"
b = "here"
collections = null
conflict_resolution = "a wins"
[storage feed]
type = "http"
url = "{address}"
[storage here]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""
SHOW = """[calendars]
[[work]]
path = {folder}/calendar
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


class Calendar:
	"""Somebody's computer that subscribes to a feed."""

	def __init__(self, folder: Path, address: str):
		self.folder, self.programs = folder, Path(venv.ready("calendars")).parent
		values = {"folder": folder, "address": address, "zone": site_zone()}
		for name, text in (("sync", SYNC), ("show", SHOW)):
			(folder / name).write_text(text.format(**values))
		(folder / "calendar").mkdir()
		self.run("vdirsyncer", "-c", folder / "sync", "discover", "work")

	def run(self, program: str, *words) -> str:
		"""What a program says; it may not fail."""
		command = [str(word) for word in (self.programs / program, *words)]
		home = {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
		done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=home, input="y\n")
		assert done.returncode == 0, done.stdout + done.stderr
		return done.stdout

	def sync(self) -> None:
		"""Fetch the feed."""
		self.run("vdirsyncer", "-c", self.folder / "sync", "sync", "--force-delete")

	def shown(self, first, days: int = 1) -> list[str]:
		"""What the calendar shows of these days, a line an entry."""
		form = "{start-date} {start-time}-{end-time} {title} {status}"
		words = ("-c", self.folder / "show", "list", "--day-format", "", "--format", form)
		text = self.run("khal", *words, first.date(), first.date() + timedelta(days=days))
		return [line.rstrip() for line in text.splitlines() if line.strip() and "No events" not in line]


def here(address: str) -> str:
	"""The address as it is reached on this machine."""
	return os.environ["RUNBOOK_WEB"] + address[address.index("/feed/") :]


@pytest.fixture
def ann(db):
	return make.person(resource_name=make.unique("Ann"))


@pytest.fixture
def calendar(ann, tmp_path):
	"""Ann's calendar program."""
	address = feed_address(ann.name)
	frappe.db.commit()
	return Calendar(tmp_path, here(address))


def test_a_visit_appears_moves_and_goes(ann, calendar):
	visit = make.booking(resources=[ann], starts_at=make.day(3, "10:00"))
	frappe.db.commit()
	calendar.sync()
	title = f"{visit.customer_name}: {visit.service}"
	day, later = make.day(3), make.day(5)
	assert calendar.shown(day) == [f"{day.date()} 10:00-11:00 {title} CONFIRMED"]

	reschedule_booking(visit.name, from_site(make.day(5, "14:30")))
	frappe.db.commit()
	calendar.sync()
	assert calendar.shown(day) == []
	assert calendar.shown(later) == [f"{later.date()} 14:30-15:30 {title} CONFIRMED"]

	cancel_booking(visit.name, "Ill")
	frappe.db.commit()
	calendar.sync()
	assert calendar.shown(later) == [f"{later.date()} 14:30-15:30 {title} CANCELLED"]

	frappe.db.set_value("Service Booking", visit.name, "cancelled_at", to_site(utc_now() - timedelta(days=8)))
	make.booking(resources=[ann], starts_at=make.day(9))
	frappe.db.commit()
	calendar.sync()
	assert calendar.shown(later) == []


def test_nothing_is_fetched_twice(ann, calendar):
	make.booking(resources=[ann])
	frappe.db.commit()
	address = here(feed_address(ann.name))
	first = requests.get(address, timeout=20)
	assert first.status_code == 200 and first.headers["Content-Type"] == "text/calendar; charset=utf-8"
	assert "private" in first.headers["Cache-Control"]
	for header, value in (
		("If-None-Match", first.headers["ETag"]),
		("If-Modified-Since", first.headers["Last-Modified"]),
	):
		again = requests.get(address, headers={header: value}, timeout=20)
		assert (again.status_code, again.content) == (304, b""), header
	make.booking(resources=[ann], starts_at=make.day(4))
	frappe.db.commit()
	assert (
		requests.get(address, headers={"If-None-Match": first.headers["ETag"]}, timeout=20).status_code == 200
	)


def test_a_forged_or_renewed_address_is_not_found(ann, calendar):
	old = here(feed_address(ann.name))
	renew_feed(ann.name)
	frappe.db.commit()
	base = os.environ["RUNBOOK_WEB"]
	for address in (old, f"{base}/feed/{'0' * 48}.ics", f"{base}/feed/", f"{base}/feed/a%00b.ics"):
		answer = requests.get(address, timeout=20)
		assert answer.status_code == 404 and "VCALENDAR" not in answer.text, address
