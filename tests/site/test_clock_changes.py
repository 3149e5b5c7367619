"""Trails over the days on which the clocks change, on a site of each of five zones: every reminder once, and on time.

Two visits to each side of a change here, 500 in all at night. The clock goes from minute to minute as the sweep's cron does;
minutes in which nothing is due are left out, apart from those around the change.
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.rehearsal.test_clock_changes import ZONES, changes, first_showing
from tests.support.tiers import tier
from tests.support.trail import mail_server, pump, server

from runbook_ops.chain_library import read_library_data
from runbook_ops.site_time import from_utc

__all__ = ["mail_server", "server"]
TRAILS = tier(4, 50)
"""Around each of the ten changes."""
SPREAD = timedelta(hours=166)
AROUND = timedelta(minutes=tier(5, 60))
NEAR, MINUTE, VISIT = timedelta(minutes=2), timedelta(minutes=1), timedelta(minutes=30)
REMINDERS = ("reminder_48_hours", "reminder_day_of")


@pytest.fixture
def in_zone(db):
	"""The site lives by the clocks of a zone."""
	settings = "System Settings"

	def move(zone: str) -> None:
		frappe.db.set_single_value(settings, "time_zone", zone)
		forget()

	def forget() -> None:
		frappe.clear_document_cache(settings, settings)
		frappe.local.system_settings = None

	yield move
	db.rollback()
	forget()


def reminders():
	"""The two of the standard chain, word for word and minute for minute."""
	data = next(data for data in read_library_data() if data["code"] == "service_visit")
	steps = [{**step, "after": []} for step in data["steps"] if step["code"] in REMINDERS]
	assert [step["code"] for step in steps] == list(REMINDERS)
	return make.chain(steps).name


def wishes(change, zone):
	"""What the clocks of the zone show at so many starts around the change; none over midnight, where nobody works."""
	apart = SPREAD / TRAILS
	for number in range(TRAILS):
		shown = (change + (number - TRAILS / 2 + 0.4) * apart).astimezone(zone)
		shown = shown.replace(tzinfo=None, fold=0, second=0, microsecond=0)
		yield shown - timedelta(hours=1) * (shown.time() >= time(23, 20))


def promised(shown, zone):
	"""By what a clock on the wall shows: when each reminder has to come, or None where it would be after the visit began."""
	start = first_showing(shown.date(), shown.time(), zone)
	morning = first_showing(shown.date(), time(7, 30), zone)
	return {
		f"Reminder: {told(shown)}": start - timedelta(hours=48),
		f"Today: {told(shown)}": morning if morning < start else None,
	}


def told(shown):
	return f"{shown.hour % 12 or 12}:{shown:%M %p}"


def live(change, zone, mail_server):
	"""Book the visits four days before and let the minutes go by; gives what arrived: address -> [(what, moment)]."""
	service = make.bookable_service(minutes=VISIT // MINUTE, chain=reminders())
	person = make.person(hours=make.weekly_hours("00:00", "23:59"))
	customer = make.customer()
	visits, arrived = {}, defaultdict(list)
	with freeze_time(minute_after(change - SPREAD / 2 - timedelta(days=4))) as clock:
		for number, shown in enumerate(wishes(change, zone)):
			address = f"trail{number}@customer.example"
			make.booking(
				customer=customer, service=service, resources=[person], starts_at=shown, email=address
			)
			visits[address] = shown
		seen = 0
		for _ in minutes_that_matter(change, clock):
			pump()
			mails = mail_server.mails()
			for mail in mails[seen:]:
				arrived[mail.to].append((mail.subject, datetime.now(UTC)))
			seen = len(mails)
	return visits, arrived


def minutes_that_matter(change, clock):
	"""Move the clock on from full minute to full minute, to those around the change and to those in which a step is due."""
	around = [change + number * MINUTE for number in range(-(AROUND // MINUTE), AROUND // MINUTE)]
	while True:
		(due,) = frappe.db.sql("select min(due_at) from `tabChain Step Run` where state = 'Planned'")[0]
		ticks = [*around[:1], *([minute_after(from_utc(due))] if due else [])]
		if not ticks:
			return
		tick = max(min(ticks), datetime.now(UTC) + MINUTE)
		assert tick < change + SPREAD, "a step stays due"
		around = [each for each in around if each > tick]
		clock.move_to(tick)
		yield tick


def minute_after(moment):
	"""The first full minute from a moment on."""
	return moment + (-(moment - datetime.min.replace(tzinfo=UTC)) % MINUTE)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", ZONES)
def test_each_reminder_once_and_at_the_time_that_the_wall_shows(in_zone, mail_server, name, which):
	zone = ZoneInfo(name)
	change = changes(zone)[which]
	in_zone(name)
	visits, arrived = live(change, zone, mail_server)
	assert len(visits) == TRAILS
	sent, wrong = 0, []
	for address, shown in visits.items():
		mails = arrived.pop(address, [])
		for what, moment in promised(shown, zone).items():
			kind, _, hour = what.partition(": ")
			came = [at for subject, at in mails if subject.startswith(kind) and hour in subject]
			right = (
				came == [] if moment is None else len(came) == 1 and timedelta(0) <= came[0] - moment <= NEAR
			)
			wrong += [] if right else [f"{shown}, {what}: {came} instead of {moment}"]
			sent += len(came)
		wrong += [f"{shown}: {len(mails)} mails"] if len(mails) > len(REMINDERS) else []
	assert not wrong, "\n".join(wrong)
	assert not arrived and sent >= TRAILS * 1.5
	assert any(abs(shown.replace(tzinfo=zone) - change) < timedelta(hours=48) for shown in visits.values())
