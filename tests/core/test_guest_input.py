"""What guests may send: a table of good and bad shapes; each bad one is refused with the field that has to be mended."""

from datetime import UTC, date, datetime

import pytest

from runbook_ops.core import guest_input as read
from runbook_ops.core.reasons import REASONS, reason_text
from runbook_ops.core.refusal import Refusal

SERVICES = [{"service": "Hair cut", "resource": "Ana"}]
HOLD = {"services": SERVICES, "starts_at": "2026-11-30T14:30:00Z", "key": "k" * 20}
FORM = {
	"hold": "HD-1.x.y",
	"name": "Ada Vance",
	"email": "ada@example.com",
	"accepted": "Standard-v1",
	"seconds": 30,
}
LONE = "\ud800"
MEGABYTE = "x" * 1_000_000

NO_OBJECTS = [None, "", "text", 7, 7.5, True, [], [1], [[]], (), float("nan")]
NO_TEXTS = [7, 7.5, True, [], ["a"], {}, {"a": 1}]

BAD_SERVICES = [
	*((value, "services") for value in (None, [], {}, "Hair cut", 7, True, 0.5)),
	*(([value], "services[1]") for value in (None, "Hair cut", 7, [], True)),
	([{"service": "A"}, "B"], "services[2]"),
	([{"service": "A"}] * 7, "services"),
	*(
		([{"service": value}], "service")
		for value in (None, "", "   ", *NO_TEXTS, MEGABYTE, "\x00", "\u202e")
	),
	*(([{"service": "A", "resource": value}], "resource") for value in (*NO_TEXTS, MEGABYTE)),
]
BAD_NUMBERS = [-1, 0, 21, 1.5, True, "two", "1", [], {}, float("nan"), float("inf"), -float("inf"), 10**400]
BAD_DAYS = [
	None, "", "   ", 7, 20261130, True, [], {}, "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-1", "26-11-30", "30.11.2026",
	"11/30/2026", "2026-11-30T10:00", "tomorrow", "0000-00-00", "9999-12-31", "1970-01-01", "2026-11-31", "2026-11-30 ",
	"\u0662\u0660\u0662\u0666-11-30", "2026-11-30\x00", "-2026-11-30", "2027-02-29", MEGABYTE, "2200-01-01",
]  # fmt: skip
BAD_MOMENTS = [
	None, "", 7, 1.5, True, [], {}, "now", "2026-11-30", "2026-11-30T14:30", "2026-11-30 14:30:00", "2026-11-30T25:00:00Z",
	"2026-11-30T14:60:00Z", "2026-11-30T14:30:01Z", "2026-11-30T14:30:00.5Z", "2026-11-31T14:30:00Z", "0001-01-01T00:00:00Z",
	"9999-12-31T23:59:00-12:00", "2026-11-30T14:30:00+25:00", "2026-11-30T14:30:00 Europe/Berlin", "1764513000", "T14:30Z",
	"2026-W48-1T10:00+99:99", "\u202e2026-11-30T14:30:00Z", "2026-11-30T14:30:00Zzz", MEGABYTE, "2026-11-30T24:00:01Z",
]  # fmt: skip
BAD_KEYS = [
	None,
	"",
	"short",
	"k" * 65,
	"k" * 15,
	"white space in the key",
	"quote'quote'quote'",
	"k" * 20 + "%",
	"кккккккккккккккк",
	*NO_TEXTS,
]
BAD_NAMES = [
	None,
	"",
	" ",
	"\t\n",
	"\x00\x01",
	"\u200b\u200b",
	"\u202e",
	LONE,
	"<b>Ada</b>",
	"Ada <",
	"x" * 65,
	MEGABYTE,
	"---",
	"...",
	"!!!",
	*NO_TEXTS,
]
BAD_NOTES = ["x" * 2001, MEGABYTE, *NO_TEXTS]
BAD_ADDRESSES = [
	("12 Mill Lane", "address"), (7, "address"), (["12 Mill Lane"], "address"), (True, "address"),
	({"line": "12 Mill Lane"}, "city"), ({"city": "Concord"}, "line"), ({"line": "12", "city": 7}, "city"),
	({"line": ["12"], "city": "Concord"}, "line"), ({"line": "<script>", "city": "Concord"}, "line"),
	({"line": "12", "city": "Con<cord"}, "city"), ({"line": "x" * 141, "city": "Concord"}, "line"),
	({"line": "12", "city": MEGABYTE}, "city"), ({"line": "12", "city": "Concord", "postcode": 94518}, "postcode"),
	({"line": "12", "city": "Concord", "postcode": "9" * 21}, "postcode"),
]  # fmt: skip

CASES = [
	*((read.read_wish, value, "data") for value in NO_OBJECTS),
	*((read.read_booking, value, "data") for value in NO_OBJECTS),
	*((read.read_token, value, "data") for value in NO_OBJECTS),
	*((read.read_wish, {"services": value}, field) for value, field in BAD_SERVICES),
	*((read.read_wish, {"services": SERVICES, "seats": value}, "seats") for value in BAD_NUMBERS),
	*((read.read_wish, {"services": SERVICES, "session": value}, "session") for value in (*NO_TEXTS, MEGABYTE)),
	*((read.read_days, {"services": SERVICES, "first": value}, "first") for value in BAD_DAYS),
	*((read.read_days, {"services": SERVICES, "first": "2026-11-30", "last": value}, "last") for value in BAD_DAYS[2:]),
	(read.read_days, {"services": SERVICES, "first": "2026-11-30", "last": "2026-11-29"}, "last"),
	*((read.read_hold, {**HOLD, "starts_at": value}, "starts_at") for value in BAD_MOMENTS),
	*((read.read_hold, {**HOLD, "key": value}, "key") for value in BAD_KEYS),
	*((read.read_hold, {**HOLD, "instead": value}, "instead") for value in (*NO_TEXTS, MEGABYTE)),
	*((read.read_booking, {**FORM, "name": value}, "name") for value in BAD_NAMES),
	*((read.read_booking, {**FORM, "notes": value}, "notes") for value in BAD_NOTES),
	*((read.read_booking, {**FORM, "email": value}, "email") for value in (*NO_TEXTS, MEGABYTE, "e" * 201)),
	*((read.read_booking, {**FORM, "phone": value}, "phone") for value in (*NO_TEXTS, MEGABYTE, "1" * 61)),
	(read.read_booking, {**FORM, "email": "", "phone": ""}, "email"),
	(read.read_booking, {**FORM, "email": None}, "email"),
	*((read.read_booking, {**FORM, "hold": value}, "hold") for value in (None, "", " ", *NO_TEXTS, MEGABYTE)),
	*((read.read_booking, {**FORM, "accepted": value}, "accepted") for value in (*NO_TEXTS, MEGABYTE)),
	*((read.read_booking, {**FORM, "seconds": value}, "seconds") for value in (-1, "long", [], {}, True, 1.5, float("nan"))),
	*((read.read_booking, {**FORM, "address": value}, field) for value, field in BAD_ADDRESSES),
	*((read.read_move, {"token": "t", "starts_at": value}, "starts_at") for value in BAD_MOMENTS),
	*((read.read_cancellation, {"token": "t", "reason": value}, "reason") for value in (*NO_TEXTS, MEGABYTE, "x" * 501)),
	*((read.read_token, {"token": value}, "token") for value in (None, "", "  ", *NO_TEXTS, MEGABYTE)),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "data", "field"), CASES)
def test_bad_shapes_name_the_field(reader, data, field):
	found = reader(data)
	assert isinstance(found, Refusal), found
	assert found.field == field
	text = reason_text(found.code, {"field": found.field, **found.values})
	assert found.code in REASONS
	assert "{" not in text
	assert len(text) < 200


def test_there_are_hundreds_of_cases():
	assert len(CASES) >= 300


def test_a_wish():
	wish = read.read_wish(
		{"services": [{"service": " Hair  cut "}, {"service": "Colour", "resource": "Ana"}], "seats": 2.0}
	)
	assert wish == read.Wish((read.WantedService("Hair cut"), read.WantedService("Colour", "Ana")), 2)


def test_days_are_bounded():
	wish, first, last = read.read_days({"services": SERVICES, "first": "2026-11-01", "last": "2030-01-01"})
	assert (first, last) == (date(2026, 11, 1), date(2026, 12, 12))
	assert wish.seats == 1


def test_a_moment_keeps_its_instant():
	wish = read.read_hold({**HOLD, "starts_at": "2026-11-30T14:30:00+02:00"})
	assert wish.starts_at == datetime(2026, 11, 30, 12, 30, tzinfo=UTC)


GOOD_NAMES = [
	("Ada", "Ada"), ("  Ada \t Vance\n", "Ada Vance"), ("محمد علي", "محمد علي"), ("שרה כהן", "שרה כהן"), ("李小龙", "李小龙"),
	("Zoë O'Brien-Łukasz", "Zoë O'Brien-Łukasz"), ("Ada 💇‍♀️", "Ada 💇‍♀️"), ("💇", "💇"), ("A\x00d\x07a", "Ada"), ("\u202eAda\u202c", "Ada"),
	("Ada\u200b", "Ada"), ("ñ" * 64, "ñ" * 64), ("X Æ A-12", "X Æ A-12"), ("Ada" + LONE, "Ada"), ("{{ 7*7 }}", "{{ 7*7 }}"), ("%s ' \" ; --", "%s ' \" ; --"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), GOOD_NAMES)
def test_names_of_the_world_pass(typed, kept):
	form = read.read_booking({**FORM, "name": typed})
	assert form.details.name == kept
	form.details.name.encode()


def test_notes_keep_their_lines():
	form = read.read_booking({**FORM, "notes": "one  \r\ntwo\x00\n\n"})
	assert form.details.notes == "one\ntwo"


def test_an_empty_address_is_none():
	for value in (None, "", {}, {"line": "", "city": " "}):
		assert read.read_booking({**FORM, "address": value}).details.address is None
	form = read.read_booking(
		{**FORM, "address": {"line": "12 Mill Lane", "city": "Concord", "postcode": "94518"}}
	)
	assert form.details.address == read.Address("12 Mill Lane", "Concord", "94518")
