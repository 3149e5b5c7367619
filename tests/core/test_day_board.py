"""A day as the board shows it, on ordinary days and on those when the clocks change."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from runbook_ops.core.day_board import closed_within, day_span, hour_marks, is_astray

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
	("day", "hours"), [(date(2026, 11, 25), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_a_day_is_as_long_as_it_is(day, hours):
	start, end = day_span(day, MADRID)
	assert end - start == hours * 60
	assert len(hour_marks(day, MADRID)) == hours


def test_a_day_ends_where_the_next_one_begins():
	assert day_span(date(2026, 10, 25), MADRID)[1] == day_span(date(2026, 10, 26), MADRID)[0]


def test_the_hours_show_what_the_clock_shows():
	spring = [text for _, text in hour_marks(date(2026, 3, 29), MADRID)]
	assert spring[:4] == ["00:00", "01:00", "03:00", "04:00"]
	autumn = [text for _, text in hour_marks(date(2026, 10, 25), MADRID)]
	assert autumn[1:5] == ["01:00", "02:00", "02:00", "03:00"]


def test_closed_is_what_the_open_hours_leave():
	assert closed_within((0, 100), ((10, 20), (40, 60))) == ((0, 10), (20, 40), (60, 100))
	assert closed_within((0, 100), ()) == ((0, 100),)
	assert closed_within((0, 100), ((-50, 150),)) == ()


def test_a_visit_is_astray_when_a_part_of_it_lies_outside():
	opened = ((60, 120), (120, 180), (240, 300))
	assert not is_astray((60, 180), opened)
	assert is_astray((59, 100), opened)
	assert is_astray((150, 250), opened)
	assert is_astray((0, 10), ())
