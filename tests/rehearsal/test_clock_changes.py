"""500 trails over the days on which the clocks change, in five zones: each reminder once, at its moment."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from runbook_ops.core.chains.spec import StepState
from runbook_ops.rehearsal.bookings import Happening, Row
from runbook_ops.rehearsal.business import parse_business
from runbook_ops.rehearsal.engine import rehearse

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Santiago", "Australia/Lord_Howe")
TRAILS = 50
APART = timedelta(hours=3, minutes=20)
MINUTE = timedelta(minutes=1)
NEAR = timedelta(minutes=2)


def changes(zone):
	"""The moments of 2026 at which the clocks of the zone jump, found by looking at each minute's offset."""
	moment, found = datetime(2026, 1, 1, tzinfo=UTC), []
	while moment.year == 2026:
		after = moment + timedelta(days=1)
		if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
			before = moment.astimezone(zone).utcoffset()
			found.append(next(m for m in minutes(moment, after) if m.astimezone(zone).utcoffset() != before))
		moment = after
	return found


def minutes(first, last):
	while first <= last:
		yield first
		first += MINUTE


def first_showing(day, wall, zone):
	"""The first moment of that day at which a clock shows the wall time or, where it is skipped, a later one."""
	around = datetime.combine(day, time(12), UTC)
	shown = (
		moment
		for moment in minutes(around - timedelta(hours=36), around + timedelta(hours=36))
		if moment.astimezone(zone).date() == day and moment.astimezone(zone).time() >= wall
	)
	return next(shown)


def told(zone, change):
	"""Fifty visits of half an hour, day and night, three and a half days to each side of the change."""
	people = [f"P{number}" for number in range(TRAILS)]
	hours = {"Monday-Sunday": "00:00-23:59"}
	business = parse_business(
		{
			"company": "Day and Night",
			"zone": str(zone),
			"team": [{"name": "Max", "roles": ["Runbook Manager", "Runbook Front Desk"]}],
			"services": [{"name": "Watch", "duration_minutes": 30, "chain": "service_visit"}],
			"resources": [
				{"name": name, "kind": "Person", "email": f"{name}@x.example", "hours": hours}
				for name in people
			],
		}
	)
	rows = []
	for number, name in enumerate(people):
		start = change + (number - TRAILS // 2) * APART
		values = {
			"customer": f"C{number}",
			"email": f"c{number}@x.example",
			"service": "Watch",
			"start": start,
		}
		at = start - timedelta(days=4)
		rows.append(
			Row(line=number + 2, at=at, event=Happening.BOOK, ref=f"b{number}", resources=(name,), **values)
		)
	return rehearse(business, sorted(rows, key=lambda row: row.at))


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=str)
def test_each_reminder_once_and_at_its_moment(zone, which):
	change = changes(zone)[which]
	world = told(zone, change)
	refused = [row.text for row in world.refused]
	assert len(world.bookings) + len(refused) == TRAILS and len(world.bookings) >= TRAILS - 2, refused
	for booking in world.bookings.values():
		run = next(run for run in booking.runs if run.spec.code == "service_visit")
		sent = {}
		for message in world.outbox:
			if message.booking is booking:
				assert message.kind not in sent, f"{message.kind} twice"
				sent[message.kind] = message.at
		assert (
			abs(sent["Remind the customer 48 hours before"] - (booking.start - timedelta(hours=48))) <= NEAR
		)
		day = booking.start.astimezone(zone).date()
		morning = first_showing(day, time(7, 30), zone)
		if booking.start > morning:
			assert abs(sent["Remind the customer on the day"] - morning) <= NEAR
		else:
			assert "Remind the customer on the day" not in sent
			assert run.current["reminder_day_of"].state in (StepState.SKIPPED, StepState.CANCELLED)
	assert any(b.start < change < b.start + timedelta(hours=8) for b in world.bookings.values())
