"""What starts a chain: a confirmed booking, an opportunity that becomes Booked, a form that arrives."""

import frappe
from tests import factories as make

from runbook_ops.operations.publish_chain import publish_chain
from runbook_ops.store.chain_runs import states_of


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
	assert len(states_of(run.name)) == 14


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
