"""Who may do what: each endpoint refuses those who may not, and technicians see their own work only."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.api import bookings, chains, classes, jobs, tasks


@pytest.fixture
def visit():
	return make.booking()


@pytest.mark.parametrize(
	"call",
	[
		lambda visit: bookings.open_slots(visit.service, str(make.day(3))),
		lambda visit: bookings.book(visit.customer, visit.service, str(make.day(4))),
		lambda visit: bookings.confirm(visit.name),
		lambda visit: bookings.hold(visit.name),
		lambda visit: bookings.release(visit.name),
		lambda visit: classes.open_sessions(visit.service, str(make.day(3))),
		lambda visit: bookings.reschedule(visit.name, str(make.day(5))),
		lambda visit: bookings.cancel(visit.name, "ill"),
		lambda visit: bookings.no_show(visit.name),
		lambda visit: bookings.complete(visit.name),
		lambda visit: bookings.check_out(visit.name),
		lambda visit: chains.story(booking=visit.name),
		lambda visit: chains.publish("service_visit"),
	],
)
def test_somebody_without_a_role_is_refused(visit, call):
	frappe.set_user(make.user().name)
	with pytest.raises(frappe.PermissionError):
		call(visit)


def test_classes_are_ended_by_the_office_only(visit):
	session = make.class_session()
	for login in (make.user(), make.user("Runbook Technician")):
		frappe.set_user(login.name)
		with pytest.raises(frappe.PermissionError):
			classes.cancel(session.name, "ill")
		with pytest.raises(frappe.PermissionError):
			classes.complete(session.name)
	frappe.set_user(make.user("Runbook Front Desk").name)
	assert classes.cancel(session.name, "ill")["status"] == "Cancelled"


def test_checkout_needs_the_right_to_post(visit):
	frappe.set_user(make.user("Runbook Front Desk").name)
	with pytest.raises(frappe.PermissionError):
		bookings.check_out(visit.name)


def test_the_front_desk_books_but_publishes_nothing(visit):
	frappe.set_user(make.user("Runbook Front Desk").name)
	assert bookings.open_slots(visit.service, str(make.day(4)), limit=1)
	assert bookings.cancel(visit.name, "ill")["status"] == "Cancelled"
	with pytest.raises(frappe.PermissionError):
		chains.publish("service_visit")


def test_a_technician_sees_own_jobs_only(visit):
	mine, other = make.user("Runbook Technician"), make.user("Runbook Technician")
	anna = make.person(user=mine.name)
	job = make.insert("Service Job", booking=visit.name, resource=anna.name)
	frappe.set_user(mine.name)
	assert frappe.get_list("Service Job", pluck="name") == [job.name]
	assert jobs.set_phase(job.name, "En Route")["status"] == "En Route"
	frappe.set_user(other.name)
	assert frappe.get_list("Service Job", pluck="name") == []
	with pytest.raises(frappe.PermissionError):
		jobs.set_phase(job.name, "Arrived")


def test_a_technician_in_a_crew_sees_the_crews_jobs(visit):
	mine = make.user("Runbook Technician")
	team = make.crew(make.person(user=mine.name))
	job = make.insert("Service Job", booking=visit.name, resource=team.name)
	frappe.set_user(mine.name)
	assert frappe.get_list("Service Job", pluck="name") == [job.name]
	assert frappe.has_permission("Service Job", "write", job.name)


def test_a_technician_answers_own_tasks_only(visit):
	mine, other = make.user("Runbook Technician"), make.user("Runbook Technician")
	task = make.insert("Follow-up Task", subject="Call back", allocated_to=mine.name)
	frappe.set_user(other.name)
	with pytest.raises(frappe.PermissionError):
		tasks.resolve(task.name, "Retry")
	assert frappe.get_list("Follow-up Task", pluck="name") == []


def test_engine_rows_are_read_only_for_people():
	frappe.set_user(make.user("Runbook Manager").name)
	for doctype in (
		"Chain Run",
		"Chain Step Run",
		"Chain Effect",
		"Chain Effect Attempt",
		"Resource Claim",
		"Past Sale",
	):
		assert not frappe.has_permission(doctype, "write"), doctype
		assert not frappe.has_permission(doctype, "create"), doctype
		assert not frappe.has_permission(doctype, "delete"), doctype


def test_a_technician_sees_the_bookings_that_are_theirs(visit):
	mine, other = make.user("Runbook Technician"), make.user("Runbook Technician")
	visit.resources[0].db_set("resource", make.person(user=mine.name).name)
	frappe.set_user(mine.name)
	assert frappe.get_list("Service Booking", pluck="name") == [visit.name]
	assert frappe.has_permission("Service Booking", "read", visit.name)
	frappe.set_user(other.name)
	assert frappe.get_list("Service Booking", pluck="name") == []
	assert not frappe.has_permission("Service Booking", "read", visit.name)


def test_what_ties_a_task_to_a_step_is_not_for_people(visit):
	step = frappe.get_all("Chain Step Run", pluck="name", limit=1, order_by="creation desc")[0]
	with pytest.raises(frappe.ValidationError, match="written by the chain only"):
		make.insert(
			"Follow-up Task", subject="Mine", allocated_to="Administrator", step_run=step, choices="Skip"
		)
	task = make.insert("Follow-up Task", subject="Mine", allocated_to="Administrator")
	task.step_run = step
	with pytest.raises(frappe.ValidationError, match="written by the chain only"):
		task.save()
