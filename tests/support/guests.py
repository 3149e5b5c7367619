"""The public endpoints as somebody without a login calls them, in one process, and a salon to book at."""

import time

import frappe
import pytest
from tests import factories as make

from runbook_ops.api import public
from runbook_ops.api.guests import LIMITS
from runbook_ops.site_time import site_zone

FORM = {"name": "Dana Frost", "email": "dana@customer.example", "phone": "", "seconds": 40, "website": ""}


@pytest.fixture
def online(db):
	"""Bookings are confirmed at once, and nobody has asked for anything yet."""
	frappe.db.delete("Guest Counter")
	frappe.db.set_single_value(
		"Runbook Settings", {"online_booking": "Confirmed", "company_phone": "+1 559 555 0134"}
	)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")


@pytest.fixture
def salon(online):
	"""A service that two people do, and one of them."""
	skill = make.skill()
	people = [make.person(skills=[skill]), make.person(skills=[skill])]
	service = make.bookable_service(minutes=60, online=1, needs=[{"kind": "Person", "skill": skill.name}])
	return frappe._dict(service=service.name, ann=people[0].name, bea=people[1].name)


@pytest.fixture
def one_window():
	"""The next requests of an address are counted together: enough of their window is left."""
	window, needed = LIMITS["hold"].seconds, 20
	left = window - time.time() % window
	if left < needed:
		time.sleep(left)


def moment(ahead, at):
	return make.day(ahead, at).replace(tzinfo=site_zone()).isoformat()


def wish(salon, at="10:00", ahead=3, **more):
	services = [{"service": salon.service, "resource": more.pop("resource", None)}]
	return {
		"services": services,
		"starts_at": moment(ahead, at),
		"key": frappe.generate_hash(length=24),
		**more,
	}


def as_guest(method, data=None):
	"""Call an endpoint as Guest; gives its answer and the status."""
	frappe.local.response = frappe._dict(docs=[])
	frappe.set_user("Guest")
	try:
		told = method(data) if data is not None else method()
	finally:
		frappe.set_user("Administrator")
	return told, frappe.local.response.get("http_status_code", 200)


def good(method, data=None):
	told, status = as_guest(method, data)
	assert status == 200, told if status != 500 else frappe.get_last_doc("Error Log").error
	return told


def refused(method, data, code, status=None):
	told, got = as_guest(method, data)
	assert got >= 400, told
	assert told["error"]["code"] == code, told
	assert status is None or got == status
	return told["error"]


def book(salon, **more):
	form = {
		key: more.pop(key)
		for key in list(more)
		if key in ("name", "email", "phone", "notes", "accepted", "address")
	}
	held = good(public.hold, wish(salon, **more))
	return good(public.book, {**FORM, **form, "hold": held["hold"]})
