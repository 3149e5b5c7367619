"""Wall times against a clock that is read every quarter of an hour, over the changes of several zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from runbook_ops.core.wall_time import days_later, moment_at

CHANGES = [
	("Europe/Berlin", date(2026, 3, 29)),
	("Europe/Berlin", date(2026, 10, 25)),
	("America/Los_Angeles", date(2026, 3, 8)),
	("America/Los_Angeles", date(2026, 11, 1)),
	("Australia/Lord_Howe", date(2026, 4, 5)),
	("Australia/Lord_Howe", date(2026, 10, 4)),
	("America/Santiago", date(2026, 9, 6)),
	("Asia/Kathmandu", date(2026, 3, 29)),
]


def showings(day, wall, zone):
	"""Every UTC minute around the day at which the clock on the wall shows the time."""
	start = datetime.combine(day, time(0), UTC) - timedelta(hours=16)
	moments = (start + timedelta(minutes=m) for m in range(0, 60 * 58, 15))
	wanted = datetime.combine(day, wall)
	return [moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == wanted]


@pytest.mark.parametrize(("name", "day"), CHANGES)
@pytest.mark.parametrize("wall", [time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(3), time(12)])
def test_first_and_last_showing(name, day, wall):
	zone = ZoneInfo(name)
	shown = showings(day, wall, zone)
	if shown:
		assert moment_at(day, wall, zone) == shown[0]
		assert moment_at(day, wall, zone, last=True) == shown[-1]
	else:
		moment = moment_at(day, wall, zone)
		local = moment.astimezone(zone).replace(tzinfo=None)
		gap = zone.utcoffset(moment.replace(tzinfo=None) + timedelta(days=2)) - zone.utcoffset(
			datetime.combine(day, time(0)) - timedelta(days=1)
		)
		assert local - datetime.combine(day, wall) == gap
		assert moment_at(day, wall, zone, last=True) == moment


def test_a_skipped_time_moves_forward_by_the_gap_and_a_repeated_one_is_the_first():
	berlin = ZoneInfo("Europe/Berlin")
	assert moment_at(date(2026, 3, 29), time(2, 30), berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
	assert moment_at(date(2026, 10, 25), time(2, 30), berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
	last = moment_at(date(2026, 10, 25), time(2, 30), berlin, last=True)
	assert last == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_days_later_keeps_the_wall_time_over_a_change():
	zone = ZoneInfo("America/Los_Angeles")
	start = moment_at(date(2026, 10, 30), time(9), zone)
	later = days_later(start, 3, zone)
	assert f"{later.astimezone(zone):%Y-%m-%d %H:%M}" == "2026-11-02 09:00"
	assert later - start == timedelta(hours=73)
