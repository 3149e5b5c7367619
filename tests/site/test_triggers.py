"""What starts a chain: a confirmed booking, an opportunity that becomes Booked, a form that arrives."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from tests import factories as make

from runbook_ops.errors import ChainRefused
from runbook_ops.operations.publish_chain import publish_chain
from runbook_ops.store.chain_runs import states_of
from runbook_ops.workflows.pump import pump


def runs_of(doctype, name):
	return frappe.get_all(
		"Chain Run",
		{"reference_doctype": doctype, "reference_name": name},
		["name", "chain"],
		order_by="chain asc",
	)


def small_chain(trigger, **values):
	doc = make.insert(
		"Trigger Chain",
		code=make.unique("chain"),
		title="A chain",
		trigger_event=trigger,
		steps=[
			{
				"code": "look",
				"title": "Look at it",
				"action": "create_follow_up",
				"subject": "Look at {{ customer_name }}",
				"anchor": "run_start",
			}
		],
		**values,
	)
	publish_chain(doc.name)
	return doc.reload()


def test_a_confirmed_booking_has_all_its_steps_in_the_same_transaction():
	visit = make.booking()
	(run,) = runs_of("Service Booking", visit.name)
	assert run.chain == "service_visit"
	assert len(states_of([run.name])[run.name]) == 14


def test_a_request_starts_nothing_until_it_is_confirmed():
	visit = make.booking(status="Requested")
	assert runs_of("Service Booking", visit.name) == []
	visit.status = "Confirmed"
	visit.save()
	assert len(runs_of("Service Booking", visit.name)) == 1
	visit.save()
	assert len(runs_of("Service Booking", visit.name)) == 1


def test_a_service_can_name_its_own_chain():
	own = small_chain("booking_confirmed", for_every_booking=0)
	visit = make.booking(service=make.bookable_service(chain=own.name))
	assert [run.chain for run in runs_of("Service Booking", visit.name)] == [own.name]
	other = make.booking()
	assert [run.chain for run in runs_of("Service Booking", other.name)] == ["service_visit"]


def test_a_chain_that_is_switched_off_does_not_start():
	frappe.db.set_value("Trigger Chain", "service_visit", "enabled", 0)
	assert runs_of("Service Booking", make.booking().name) == []


def test_an_opportunity_that_becomes_booked_confirms_its_booking():
	deal = make.opportunity(make.customer())
	visit = make.booking(status="Requested", opportunity=deal.name)
	deal.sales_stage = "Booked"
	deal.save()
	assert frappe.db.get_value("Service Booking", visit.name, "status") == "Confirmed"
	assert len(runs_of("Service Booking", visit.name)) == 1


def test_an_opportunity_without_a_booking_starts_its_own_chain():
	chain = small_chain("opportunity_booked")
	deal = make.opportunity(make.customer())
	deal.sales_stage = "Booked"
	deal.save()
	assert [run.chain for run in runs_of("Opportunity", deal.name)] == [chain.name]
	deal.save()
	assert len(runs_of("Opportunity", deal.name)) == 1


def test_a_form_that_arrives_starts_the_chain_that_waits_for_it():
	chain = small_chain("form_submitted", trigger_doctype="Lead")
	lead = make.insert("Lead", lead_name="Cleo Marsh", email_id="cleo@customer.example")
	assert [run.chain for run in runs_of("Lead", lead.name)] == [chain.name]
	note = make.insert("Note", title=make.unique("Note"))
	assert runs_of("Note", note.name) == []


def test_cancelling_ends_the_run_with_a_reason_and_starts_the_chain_for_it():
	visit = make.booking()
	(run,) = runs_of("Service Booking", visit.name)
	visit.update({"status": "Cancelled", "cancel_reason": "ill"})
	visit.save()
	rows = frappe.get_all(
		"Chain Step Run", {"run": run.name}, ["state", "reason_code"], order_by="position asc"
	)
	assert {row.state for row in rows} <= {"Cancelled", "Skipped"}
	assert all(row.reason_code for row in rows)
	assert frappe.db.get_value("Chain Run", run.name, "status") == "Cancelled"
	assert "booking_cancelled" in [each.chain for each in runs_of("Service Booking", visit.name)]


def test_a_chain_about_another_record_has_no_steps_that_need_a_booking():
	doc = make.insert(
		"Trigger Chain",
		code=make.unique("chain"),
		title="A chain",
		trigger_event="opportunity_booked",
		steps=[{"code": "job", "action": "create_job", "anchor": "run_start"}],
	)
	with pytest.raises(ChainRefused, match="create_job needs a booking"):
		publish_chain(doc.name)


def test_moving_the_opportunity_by_a_chain_confirms_no_other_booking():
	deal = make.opportunity(make.customer())
	visit = make.booking(opportunity=deal.name)
	other = make.booking(status="Requested", opportunity=deal.name, starts_at=make.day(5))
	frappe.db.commit()
	pump()
	assert frappe.db.get_value("Opportunity", deal.name, "sales_stage") == "Booked"
	assert frappe.db.get_value("Service Booking", visit.name, "status") == "Confirmed"
	assert frappe.db.get_value("Service Booking", other.name, "status") == "Requested"


def test_a_version_that_cannot_be_read_goes_to_a_person_and_holds_up_nobody():
	broken, fine = make.booking(), make.booking()
	(run,) = runs_of("Service Booking", broken.name)
	version = frappe.db.get_value("Chain Run", run.name, "version")
	copy = make.insert(
		"Trigger Chain Version", name=make.unique(version), chain="service_visit", version=99, spec="{}"
	)
	frappe.db.set_value("Chain Run", run.name, "version", copy.name)
	frappe.db.commit()
	pump()
	assert not frappe.db.exists("Follow-up Task", {"booking": broken.name}), "a newer worker may know it"
	frappe.db.set_value(
		"Chain Step Run", {"run": run.name}, "first_due_at", add_to_date(now_datetime(), hours=-48)
	)
	frappe.db.set_value("Chain Step Run", {"run": run.name}, "due_at", add_to_date(now_datetime(), hours=-48))
	frappe.db.commit()
	pump()
	tasks = frappe.get_all(
		"Follow-up Task", {"booking": broken.name}, pluck="reason_code", order_by="creation asc"
	)
	assert set(tasks) == {"unknown_step"}
	assert frappe.db.get_value("Service Booking", fine.name, "job")
