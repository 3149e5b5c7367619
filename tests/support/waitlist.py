"""A salon with a waitlist for tests: one person, one visit that may be cancelled, and those who wait for its time."""

from datetime import timedelta

import frappe
import pytest
from tests import factories as make

from runbook_ops.operations.change_booking import cancel_booking
from runbook_ops.site_time import to_utc, utc_now
from runbook_ops.workflows.waitlist import work_waitlist

DAY = 3


@pytest.fixture
def salon():
	"""A service that only Ann does, who is booked at ten."""
	skill = make.skill()
	ann = make.person(skills=[skill], resource_name=make.unique("Ann"))
	service = make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}])
	return frappe._dict(
		ann=ann, service=service, skill=skill, visit=make.booking(service=service, resources=[ann])
	)


@pytest.fixture
def to_all(db):
	frappe.db.set_single_value("Runbook Settings", "waitlist_order", "To all")
	yield
	frappe.db.set_single_value("Runbook Settings", "waitlist_order", "In order")


def entry(service, **values):
	"""Somebody who waits for the day on which the salon's visit is."""
	values.setdefault("customer", make.customer().name)
	given = {"first_day": make.day(DAY).date(), "last_day": make.day(DAY).date(), **values}
	return make.insert("Waitlist Entry", service=make.name_of(service), **given)


def free(salon):
	"""Ann's visit is cancelled, and the waitlist is asked."""
	cancel_booking(salon.visit.name, "Ill")
	return ask()


def ask():
	frappe.db.commit()
	slots = frappe.get_all("Freed Slot", pluck="name")
	work_waitlist()
	assert not frappe.db.exists(
		"Error Log", {"reference_doctype": "Freed Slot", "reference_name": ("in", slots)}
	)
	return freed()


def freed():
	names = frappe.get_all("Freed Slot", pluck="name", order_by="creation desc", limit=1)
	return frappe.get_doc("Freed Slot", names[0]) if names else None


def offers(**filters):
	names = frappe.get_all("Waitlist Offer", filters, pluck="name", order_by="creation asc, name asc")
	return [frappe.get_doc("Waitlist Offer", name) for name in names]


def status(waiting):
	return frappe.db.get_value("Waitlist Entry", waiting.name, "status")


def run_out(offer):
	"""The time to answer is over."""
	past = utc_now() - timedelta(minutes=1)
	frappe.db.set_value("Waitlist Offer", offer.name, "expires_at_utc", to_utc(past))
	frappe.db.set_value("Freed Slot", offer.slot, "due_at_utc", to_utc(past))
