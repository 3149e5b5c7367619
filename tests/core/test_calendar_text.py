"""Feeds and invitations, read back by vobject, which shares no code with what wrote them."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.calendar_text import (
	Entry,
	Method,
	Party,
	feed_text,
	invitation_text,
	method_for,
	status_of,
	uid_of,
)

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def entry(**values) -> Entry:
	given = {
		"uid": uid_of("BK-7F3K9QA", "salon.example"),
		"start": START,
		"end": START + timedelta(hours=1),
		"summary": "Hair cut",
		"changed_at": START - timedelta(days=2),
	}
	return Entry(**{**given, **values})


def read(text: str):
	return vobject.readOne(text)


def events(text: str) -> list:
	return read(text).contents.get("vevent", [])


def test_a_feed_reads_back():
	text = feed_text("Ann, at work", [entry(), entry(uid="BK-2@salon.example", blocks=False)])
	calendar = read(text)
	assert calendar.method.value == "PUBLISH"
	assert calendar.contents["x-wr-calname"][0].value == "Ann, at work"
	first, second = events(text)
	assert first.uid.value == "BK-7F3K9QA@salon.example"
	assert (first.dtstart.value, first.dtend.value) == (START, START + timedelta(hours=1))
	assert first.sequence.value == "0"
	assert [one.transp.value for one in (first, second)] == ["OPAQUE", "TRANSPARENT"]


def test_moments_are_told_in_utc_to_the_second():
	text = feed_text("", [entry(start=datetime.fromisoformat("2026-10-25T02:30:00.123456+02:00"))])
	assert "DTSTART:20261025T003000Z" in text


def test_the_same_entries_give_the_same_text():
	assert feed_text("Ann", [entry()]) == feed_text("Ann", [entry()])


def test_an_empty_feed_is_a_calendar():
	assert read(feed_text("Ann", [])).name == "VCALENDAR"


def test_a_cancelled_visit_blocks_nobody():
	(event,) = events(feed_text("Ann", [entry(status="CANCELLED", sequence=3)]))
	assert (event.status.value, event.transp.value, event.sequence.value) == ("CANCELLED", "TRANSPARENT", "3")


@pytest.mark.parametrize("method", Method)
def test_an_invitation_names_both_sides(method):
	text = invitation_text(
		method, entry(), Party("Studio", "hello@studio.example"), Party("Ada", "ada@x.example")
	)
	calendar = read(text)
	event = calendar.vevent
	assert calendar.method.value == method
	assert event.organizer.value == "mailto:hello@studio.example"
	assert event.attendee.value == "mailto:ada@x.example"
	assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]


@given(st.text(max_size=200))
def test_no_text_can_add_a_line(text):
	"""What customers type stays inside its field, whatever it is."""
	nasty = f"{text}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:forged"
	made = entry(summary=nasty, location=nasty, description=nasty)
	both = (
		feed_text(nasty, [made]),
		invitation_text(Method.REQUEST, made, Party(nasty, "a@b.c"), Party(nasty, "c@d.e")),
	)
	for told in both:
		lines = told.split("\r\n")
		assert [line for line in lines if line.startswith("UID")] == ["UID:BK-7F3K9QA@salon.example"]
		assert sum(line == "BEGIN:VEVENT" for line in lines) == 1
		assert all(len(line.encode()) <= 75 for line in lines)
		assert "\n" not in told.replace("\r\n", "")
		assert len(events(told)) == 1


@pytest.mark.parametrize("status", BookingStatus)
def test_every_state_has_its_name_in_calendars(status):
	assert status_of(status) in ("TENTATIVE", "CONFIRMED", "CANCELLED")
	assert (method_for(status) is Method.CANCEL) == (status_of(status) == "CANCELLED")
