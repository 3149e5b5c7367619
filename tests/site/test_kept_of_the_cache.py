"""What a process keeps of Frappe's cache: a changed service, right or role counts in the very next request."""

import frappe
import pytest
from frappe.permissions import update_permission_property
from tests import factories as make

from runbook_ops.api import slots
from runbook_ops.derived import reads
from runbook_ops.store.services import load_service

ROLE = "Runbook Front Desk"


@pytest.fixture
def front_desk():
	login = make.user(ROLE)
	frappe.set_user(login.name)
	yield login
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.clear_cache(doctype="Service Booking")


def test_a_service_is_made_out_once_and_again_when_it_changes():
	service = make.bookable_service(minutes=30)
	load_service(service.name)
	kept = load_service(service.name)
	assert load_service(service.name) is kept
	service.update({"duration_minutes": 45}).save()
	assert load_service(service.name).duration.total_seconds() == 45 * 60
	service.delete()
	assert load_service(service.name) is None


def test_a_right_that_is_taken_away_counts_at_once(front_desk):
	service = make.bookable_service(minutes=30).name
	assert reads("Service Booking")
	assert reads("Service Booking")
	slots.find(service, str(make.day(3)), limit=1)
	frappe.set_user("Administrator")
	update_permission_property("Service Booking", ROLE, 0, "read", 0)
	frappe.set_user(front_desk.name)
	assert not reads("Service Booking")
	with pytest.raises(frappe.PermissionError):
		slots.find(service, str(make.day(3)), limit=1)


def test_a_role_that_is_taken_away_counts_at_once(front_desk):
	assert reads("Service Booking")
	frappe.set_user("Administrator")
	front_desk.remove_roles(ROLE)
	frappe.set_user(front_desk.name)
	with pytest.raises(frappe.PermissionError):
		slots.days(make.bookable_service().name, str(make.day(3)), str(make.day(4)))


def test_one_who_reads_only_own_bookings_is_asked_for_by_frappe_itself(front_desk):
	frappe.set_user("Administrator")
	update_permission_property("Service Booking", ROLE, 0, "if_owner", 1)
	frappe.set_user(front_desk.name)
	assert not reads("Service Booking")
	slots.find(make.bookable_service().name, str(make.day(3)), limit=1)
