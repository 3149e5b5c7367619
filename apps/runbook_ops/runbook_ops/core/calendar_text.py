"""Visits as calendar programs read them: a feed to subscribe to and an invitation to answer (RFC 5545, 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from .booking import BookingStatus

PRODUCT = "-//Runbook Ops//Calendar//EN"
REFRESH = timedelta(minutes=15)
"""How often programs are asked to fetch a feed again."""


class Method(StrEnum):
	"""What an invitation asks the calendar program to do."""

	REQUEST = "REQUEST"
	CANCEL = "CANCEL"


CLOSED = frozenset({BookingStatus.CANCELLED, BookingStatus.NO_SHOW})
OPEN = frozenset({BookingStatus.REQUESTED, BookingStatus.HELD})


@dataclass(frozen=True)
class Party:
	"""Somebody who takes part: a name and an e-mail address."""

	name: str
	email: str


@dataclass(frozen=True)
class Entry:
	"""One entry of a calendar; moments are aware. `uid` stays the same however often the visit changes, `sequence` rises."""

	uid: str
	start: datetime
	end: datetime
	summary: str
	changed_at: datetime
	sequence: int = 0
	status: str = "CONFIRMED"
	location: str = ""
	description: str = ""
	blocks: bool = True
	"""Whether the person is busy meanwhile."""


def uid_of(record: str, site: str) -> str:
	"""The lasting name of a record's entry in everybody's calendar."""
	return f"{record}@{site}"


def status_of(booking: str) -> str:
	"""A booking's state as calendars name it: TENTATIVE, CONFIRMED or CANCELLED."""
	status = BookingStatus(booking)
	if status in CLOSED:
		return "CANCELLED"
	return "TENTATIVE" if status in OPEN else "CONFIRMED"


def method_for(booking: str) -> Method:
	"""What an invitation to a booking in this state says."""
	return Method.CANCEL if BookingStatus(booking) in CLOSED else Method.REQUEST


def feed_text(title: str, entries: Iterable[Entry]) -> str:
	"""A calendar to subscribe to. The same entries give the same text, so that it can be compared by its digest."""
	calendar = _calendar("PUBLISH")
	calendar.add("x-wr-calname", vText(_line(title)))
	calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
	calendar.add("x-published-ttl", vText("PT15M"))
	for entry in entries:
		calendar.add_component(_event(entry))
	return _text(calendar)


def invitation_text(method: Method, entry: Entry, organizer: Party, attendee: Party) -> str:
	"""An invitation to one visit, or its withdrawal; the customer has booked, so counts as having accepted."""
	calendar = _calendar(method.value)
	event = _event(entry)
	event.add("organizer", _address(organizer))
	guest = _address(attendee)
	guest.params["ROLE"] = vText("REQ-PARTICIPANT")
	guest.params["PARTSTAT"] = vText("ACCEPTED")
	guest.params["RSVP"] = vText("FALSE")
	event.add("attendee", guest)
	calendar.add_component(event)
	return _text(calendar)


def _calendar(method: str) -> Calendar:
	calendar = Calendar()
	calendar.add("prodid", PRODUCT)
	calendar.add("version", "2.0")
	calendar.add("calscale", "GREGORIAN")
	calendar.add("method", method)
	return calendar


def _event(entry: Entry) -> Event:
	event = Event()
	event.add("uid", entry.uid)
	event.add("sequence", entry.sequence)
	for name, moment in (
		("dtstamp", entry.changed_at),
		("last-modified", entry.changed_at),
		("dtstart", entry.start),
		("dtend", entry.end),
	):
		event.add(name, moment.astimezone(UTC).replace(microsecond=0))
	event.add("summary", _line(entry.summary))
	event.add("status", entry.status)
	event.add("transp", "OPAQUE" if entry.blocks and entry.status != "CANCELLED" else "TRANSPARENT")
	if entry.location:
		event.add("location", _line(entry.location))
	if entry.description:
		event.add("description", _clean(entry.description))
	return event


def _address(party: Party) -> vCalAddress:
	address = vCalAddress(f"mailto:{''.join(_clean(party.email).split())}")
	address.params["CN"] = vText(_line(party.name).replace('"', "'") or party.email)
	return address


def _line(text: str) -> str:
	return " ".join(_clean(text).split())


def _clean(text: str) -> str:
	"""Without the control signs that the format forbids."""
	return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable() or sign > "\x9f").strip()


def _text(calendar: Calendar) -> str:
	text: str = calendar.to_ical().decode()
	return text
