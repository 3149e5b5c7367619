"""Hundreds of bad requests to the public endpoints: each is refused with a status below 500, a field or a remedy, and no traceback."""

import json

import frappe
import pytest
from tests import factories as make
from tests.core.test_guest_input import (
	BAD_ADDRESSES,
	BAD_DAYS,
	BAD_KEYS,
	BAD_MOMENTS,
	BAD_NAMES,
	BAD_NUMBERS,
	BAD_SERVICES,
	NO_OBJECTS,
	NO_TEXTS,
)

from runbook_ops import links
from runbook_ops.api import public
from runbook_ops.operations.hold_slot import PURPOSE
from runbook_ops.site_time import site_zone, utc_now

BAD_EMAILS = [
	"ada", "ada@", "@example.com", "ada@example", "ada@@example.com", "a b@example.com", "ada@exam ple.com", ".ada@example.com",
	"ada.@example.com", "a..b@example.com", "ada@-example.com", "ada@example-.com", "ada@example..com", "ada@.com", "ada@example.c",
	"ada@[127.0.0.1]", "ada@example.com, bob@example.com", "ada@example.com;bob@example.com", "<ada@example.com>", "ada(x)@example.com",
	"ада@example.com", "ada@пример.рф", "ada@example.com\r\nBcc: all@example.com", "💇@example.com", "x" * 65 + "@example.com",
	"ada@" + "x" * 64 + ".com", "a@" + ".".join(["x" * 30] * 5) + ".com", "'; drop table x; --@example.com", "ada@example.123",
	'"ada"@example.com', "mailto:ada@example.com",
]  # fmt: skip
BAD_PHONES = [
	"1", "12", "123", "abc", "call me", "+", "++1", "+1", "+1 5", "+999 555 0101 222", "0" * 30, "1" * 20, "+1 559 555 0101 0101 0101",
	"555-CALL-NOW-PLEASE-SOON", "+1(559", "-5", "1e9", "0x1F", "５", "+٤", "🙂", "+1 559 555 01\u202e01 99 99 99 99", "tel:+", "----------", "+00 1 559",
]  # fmt: skip
FORM = {"name": "Dana Frost", "email": "dana@customer.example", "phone": "", "seconds": 40, "website": ""}
GOOD_WISH = {"services": [{"service": "Hair cut"}]}


def call(method, data):
	"""As Guest; gives the status and the answer."""
	frappe.db.delete("Guest Counter")
	frappe.local.response = frappe._dict(docs=[])
	frappe.set_user("Guest")
	try:
		told = method(data)
	finally:
		frappe.set_user("Administrator")
	return frappe.local.response.get("http_status_code", 200), told


def refused(method, data, field=None):
	status, told = call(method, data)
	assert 400 <= status < 500, (status, told)
	error = told["error"]
	assert error["text"].strip()
	assert len(error["text"]) < 400
	assert "Traceback" not in json.dumps(told, default=str)
	assert "{" not in error["text"], error["text"]
	if field:
		assert error["field"] == field, error
	return error


@pytest.fixture
def held(db):
	"""A service with somebody, and a hold on it."""
	service = make.bookable_service(minutes=30, online=1)
	make.person()
	key = frappe.generate_hash(length=24)
	at = make.day(3).replace(tzinfo=site_zone()).isoformat()
	status, told = call(public.hold, {"services": [{"service": service.name}], "starts_at": at, "key": key})
	assert status == 200, told
	return frappe._dict(token=told["hold"], service=service.name, at=at)


ENDPOINTS = [public.open_days, public.open_slots, public.hold, public.book, public.visit, public.change_visit]
NOT_JSON = [
	"",
	"{",
	"[1,",
	"{'a': 1}",
	'{"a": }',
	"nul",
	"[" * 5000,
	'{"a":' * 3000,
	"\x00",
	"NaN",
	"Infinity",
	"﻿{}",
	"<xml/>",
	"a=1&b=2",
]


@pytest.mark.parametrize("method", ENDPOINTS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("data", [*NO_OBJECTS, *NOT_JSON], ids=repr)
def test_no_object(db, method, data):
	refused(method, data)


@pytest.mark.parametrize(("value", "field"), BAD_SERVICES)
def test_services(db, value, field):
	refused(public.open_days, {"services": value, "first": "2026-12-01"}, field)


@pytest.mark.parametrize("day", BAD_DAYS)
def test_days(db, day):
	refused(public.open_slots, {**GOOD_WISH, "first": day}, "first")


@pytest.mark.parametrize("moment", BAD_MOMENTS)
def test_moments(db, moment):
	refused(public.hold, {**GOOD_WISH, "starts_at": moment, "key": "k" * 20}, "starts_at")


@pytest.mark.parametrize("key", BAD_KEYS)
def test_keys(db, key):
	refused(public.hold, {**GOOD_WISH, "starts_at": "2026-12-01T10:00:00Z", "key": key}, "key")


@pytest.mark.parametrize("seats", BAD_NUMBERS)
def test_seats(db, seats):
	refused(public.open_days, {**GOOD_WISH, "first": "2026-12-01", "seats": seats}, "seats")


def test_the_form(held):
	form = {**FORM, "hold": held.token}
	cases = [
		*(({"name": value}, "name") for value in BAD_NAMES),
		*(({"email": value}, "email") for value in BAD_EMAILS),
		*(({"email": "", "phone": value}, "phone") for value in BAD_PHONES),
		*(({"notes": value}, "notes") for value in NO_TEXTS),
		*(({"address": value}, field) for value, field in BAD_ADDRESSES),
		({"email": "", "phone": ""}, "email"),
		({"seconds": 0}, "name"),
		({"website": "x"}, "name"),
	]
	for change, field in cases:
		refused(public.book, {**form, **change}, field)
	assert frappe.db.count("Service Booking", {"email": FORM["email"]}) == 0
	assert call(public.book, form)[0] == 200


GOOD_PEOPLE = [
	"محمد علي",
	"שרה כהן",
	"李小龙",
	"Ada 💇‍♀️",
	"💇",
	"Zoë O'Brien-Łukasz",
	"{{ 7*7 }}",
	"%s%n'\"; --",
	"A\x00d\x07a",
	"null",
	"Guest",
	"ñ" * 64,
	"../../etc",
	"=cmd()",
	"X" * 64,
]


@pytest.mark.parametrize("name", GOOD_PEOPLE)
def test_names_that_are_names(held, name):
	status, told = call(public.book, {**FORM, "hold": held.token, "name": name})
	assert status == 200, told
	assert frappe.db.get_value("Service Booking", told["number"], "customer")


TOKENS = [
	"x",
	"BK-7F3K9QA",
	"BK-7F3K9QA.kb5.",
	"..",
	".",
	"../../x",
	"%00",
	"'",
	"BK-7F3K9QA.zzzzzzzzzzzz.AAAA",
	"a" * 119,
	"a" * 121,
	"é" * 20,
	"\x00",
	"💇",
	"null",
	"None",
	"0",
	"{}",
	"BK-7F3K9QA.kb5.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
	"HD-7F3K9QA.kb5.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
]


@pytest.mark.parametrize("token", TOKENS)
def test_forged_tokens(db, token):
	for method, data in (
		(public.visit, {"token": token}),
		(public.open_days, {"token": token, "first": "2026-12-01"}),
		(public.open_slots, {"token": token, "first": "2026-12-01"}),
		(public.change_visit, {"token": token, "reason": "x"}),
		(public.change_visit, {"token": token, "starts_at": "2026-12-01T10:00:00Z"}),
		(public.book, {**FORM, "hold": token}),
	):
		refused(method, data)
	assert call(public.hold, {"release": token})[0] in (200, 400)


def test_tokens_of_another_purpose_or_record(held):
	booked = call(public.book, {**FORM, "hold": held.token})[1]
	today = utc_now().date()
	of_hold_as_visit = links.sign(PURPOSE, booked["number"], today)
	unknown_visit = links.sign("visit", "BK-0000000", today)
	refused(public.visit, {"token": held.token})
	refused(public.visit, {"token": of_hold_as_visit})
	assert refused(public.visit, {"token": unknown_visit})["code"] == "visit_gone"
	refused(public.book, {**FORM, "hold": booked["visit"]})
	refused(public.book, {**FORM, "hold": links.sign(PURPOSE, "HD-0000000", today)})
	assert call(public.hold, {"release": held.token})[0] == 200
	assert frappe.db.get_value("Service Booking", booked["number"], "status") == "Confirmed"


def test_somebody_elses_hold_needs_its_token(held):
	name = frappe.get_last_doc("Slot Hold").name
	for guess in (
		name,
		f"{name}.kb5.{'A' * 27}",
		held.token[:-9] + ("A" if held.token[-9] != "A" else "B") + held.token[-8:],
		held.token.upper(),
	):
		refused(public.book, {**FORM, "hold": guess})
		call(public.hold, {"release": guess})
	assert frappe.db.get_value("Slot Hold", name, "status") == "Held"


@pytest.mark.parametrize(
	"starts_at",
	[
		"2020-01-01T10:00:00Z",
		"2026-01-01T00:00:00+14:00",
		"2199-12-31T23:59:00Z",
		"2026-03-08T02:30:00-05:00",
		"2100-02-28T10:00:00Z",
	],
)
def test_times_that_cannot_be(held, starts_at):
	wish = {
		"services": [{"service": held.service}],
		"starts_at": starts_at,
		"key": frappe.generate_hash(length=24),
	}
	assert refused(public.hold, wish)["code"] == "slot_gone"
	booked = call(public.book, {**FORM, "hold": held.token})[1]
	refused(public.change_visit, {"token": booked["visit"], "starts_at": starts_at})


def test_replayed_changes(held):
	booked = call(public.book, {**FORM, "hold": held.token})[1]
	for _ in range(3):
		assert call(public.book, {**FORM, "hold": held.token})[1] == booked
	for _ in range(3):
		assert (
			call(public.change_visit, {"token": booked["visit"], "reason": "x"})[1]["status"] == "Cancelled"
		)
	refused(public.change_visit, {"token": booked["visit"], "starts_at": held.at.replace("T10", "T12")})
	assert frappe.db.count("Service Booking", {"email": FORM["email"]}) == 1


def test_there_are_hundreds_of_cases():
	count = (
		len(ENDPOINTS) * len([*NO_OBJECTS, *NOT_JSON]) + len(BAD_SERVICES) + len(BAD_DAYS) + len(BAD_MOMENTS)
	)
	count += (
		len(BAD_KEYS)
		+ len(BAD_NAMES)
		+ len(BAD_EMAILS)
		+ len(BAD_PHONES)
		+ len(TOKENS) * 6
		+ len(GOOD_PEOPLE)
	)
	assert count >= 400
