"""Chains that watch records: new, changed, submitted and cancelled ones, each event once, with the record's fields to tell of."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.doc_events.any_record import on_change
from runbook_ops.errors import ChainRefused
from runbook_ops.operations.publish_chain import publish_chain
from runbook_ops.store.chain_watch import watches
from runbook_ops.workflows.pump import pump

CALL = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call {{ customer_name }}"}}


def runs(chain, **filters):
	return frappe.get_all(
		"Chain Run",
		{"chain": chain.name, **filters},
		["name", "reference_name", "booking", "status", "reason", "depth", "cause"],
		order_by="creation asc, name asc",
	)


def watching(trigger="record_changed", doctype="ToDo", steps=(CALL,), **values):
	return make.chain(
		list(steps), trigger=trigger, for_every_booking=1, **{"trigger_doctype": doctype, **values}
	)


def todo(**values):
	return make.insert("ToDo", **{"description": "Look", **values})


def invoice(**values):
	values.setdefault("customer", make.customer().name)
	items = [{"item_code": make.item(price=100).name, "qty": 1, "rate": 100}]
	return make.insert("Sales Invoice", company=make.company(), items=items, **values)


def test_a_field_that_changes_starts_a_run_each_time():
	chain = watching(trigger_field="priority")
	task = todo(priority="Low")
	assert runs(chain) == []
	for priority in ("Medium", "Medium", "High", "Medium"):
		task.priority = priority
		task.save()
	assert [run.reference_name for run in runs(chain)] == [task.name] * 3
	task.description = "Look again"
	task.save()
	assert len(runs(chain)) == 3


@pytest.mark.parametrize(
	("wanted", "count"),
	[
		({"trigger_from": "Low"}, 1),
		({"trigger_to": "High"}, 1),
		({"trigger_from": "Low", "trigger_to": "Medium"}, 1),
		({"trigger_from": "Low", "trigger_to": "High"}, 0),
	],
)
def test_from_and_to_say_which_change(wanted, count):
	chain = watching(trigger_field="priority", **wanted)
	task = todo(priority="Low")
	for priority in ("Medium", "High"):
		task.priority = priority
		task.save()
	assert len(runs(chain)) == count


def test_a_new_record_starts_on_a_value_that_is_asked_for():
	asked, any_value = (
		watching(trigger_field="priority", trigger_to="High"),
		watching(trigger_field="priority"),
	)
	todo(priority="High")
	assert (len(runs(asked)), len(runs(any_value))) == (1, 0)


def test_a_field_that_a_controller_writes_by_itself_counts_too():
	chain = watching(trigger_field="status", trigger_to="Closed")
	task = todo()
	task.db_set("status", "Closed")
	task.db_set("status", "Closed")
	assert len(runs(chain)) == 1
	task.db_set("status", "Open", update_modified=False)
	task.db_set("status", "Closed", update_modified=False)
	assert len(runs(chain)) == 2


def test_the_same_event_told_twice_starts_one_run():
	chain = watching(trigger_field="priority")
	task = todo(priority="Low")
	task.priority = "High"
	task.save()
	on_change(task)
	on_change(frappe.get_doc("ToDo", task.name))
	assert len(runs(chain)) == 1


def test_what_a_controller_changes_while_it_saves_counts_once():
	"""Submitting an invoice writes to it several times."""
	chain = watching(doctype="Sales Invoice", trigger_field="status")
	bill = invoice()
	bill.submit()
	assert [run.reference_name for run in runs(chain)] == [bill.name]


def test_submitted_and_cancelled_records():
	submitted = watching("record_submitted", "Sales Invoice")
	cancelled = watching("record_cancelled", "Sales Invoice")
	bill = invoice()
	assert (len(runs(submitted)), len(runs(cancelled))) == (0, 0)
	bill.submit()
	assert (len(runs(submitted)), len(runs(cancelled))) == (1, 0)
	bill.cancel()
	assert (len(runs(submitted)), len(runs(cancelled))) == (1, 1)
	(ended,), (going,) = runs(submitted), runs(cancelled)
	assert (ended.status, going.status) == ("Cancelled", "Running")
	assert frappe.db.get_value("Chain Step Run", {"run": ended.name}, "reason_code") == "record_cancelled"


def test_any_stage_of_a_deal():
	chain = watching("opportunity_stage", None, trigger_to="Negotiation")
	deal = make.opportunity(make.customer())
	for stage in ("Proposal", "Negotiation"):
		if not frappe.db.exists("Sales Stage", stage):
			make.insert("Sales Stage", stage_name=stage)
		deal.sales_stage = stage
		deal.save()
	assert [run.reference_name for run in runs(chain)] == [deal.name]


def test_a_run_tells_of_the_record_and_reaches_its_customer():
	whom = make.customer(email="iris@customer.example")
	letter = make.message(
		settings={"subject": "{{ doc.name }}", "body": "{{ customer_name }} {{ doc.grand_total }}"}
	)
	chain = watching("record_submitted", "Sales Invoice", [letter])
	bill = invoice(customer=whom.name)
	bill.submit()
	frappe.db.commit()
	frappe.flags.mute_emails = True
	pump()
	(run,) = runs(chain)
	effect = frappe.get_doc("Chain Effect", {"run": run.name})
	assert (effect.recipient, effect.summary) == ("iris@customer.example", bill.name)
	assert f"{whom.customer_name} 100.00" in effect.payload


def test_a_chain_on_a_booking_or_a_job_is_about_the_booking():
	steps = [
		{
			"code": "call",
			"action": "create_follow_up",
			"settings": {"subject": "{{ service_name }} {{ doc.notes }}"},
		}
	]
	chain = watching("record_changed", "Service Booking", steps, trigger_field="notes")
	visit = make.booking()
	visit.notes = "Two dogs"
	visit.save()
	(run,) = runs(chain)
	assert run.booking == visit.name
	frappe.db.commit()
	pump()
	subject = frappe.db.get_value(
		"Follow-up Task", {"booking": visit.name, "subject": ("like", "%Two dogs%")}, "subject"
	)
	assert subject == f"{frappe.db.get_value('Bookable Service', visit.service, 'service_name')} Two dogs"


def test_states_of_bookings_and_jobs():
	events = (
		"booking_requested",
		"booking_reassigned",
		"booking_started",
		"job_created",
		"job_assigned",
		"job_en_route",
	)
	chains = {event: make.chain([CALL], trigger=event, for_every_booking=1) for event in events}
	visit = make.booking(status="Requested")
	visit.status = "Confirmed"
	visit.save()
	frappe.db.commit()
	pump()
	visit.reload()
	job = frappe.get_doc("Service Job", visit.job)
	job.status = "En Route"
	job.save()
	visit.reload()
	visit.set("resources", [{"resource": make.person().name}])
	visit.save()
	job.reload()
	for status in ("Arrived", "In Progress"):
		job.status = status
		job.save()
	found = {event: [run.booking for run in runs(chain)] for event, chain in chains.items()}
	assert found == {event: [visit.name] for event in events}


def test_a_condition_of_the_chain_decides_whether_a_run_starts_and_says_why_not():
	chain = watching(
		"record_submitted",
		"Sales Invoice",
		condition=frappe.as_json({"all": [["doc.grand_total", ">", 150]]}),
	)
	bill = invoice()
	bill.submit()
	(run,) = runs(chain)
	assert run.status == "Not Started"
	assert "doc.grand_total > 150 (it was 100.00)" in run.reason
	assert not frappe.db.exists("Chain Step Run", {"run": run.name})
	other = invoice()
	other.items[0].rate = 200
	other.save()
	other.submit()
	assert [run.status for run in runs(chain, reference_name=other.name)] == ["Running"]


def test_what_is_published_counts_and_not_what_the_form_has_become():
	chain = watching(trigger_field="priority")
	chain.trigger_doctype = "Note"
	chain.trigger_field = "title"
	chain.save()
	task = todo(priority="Low")
	task.priority = "High"
	task.save()
	note = make.insert("Note", title=make.unique("Note"))
	note.title = make.unique("Note")
	note.save()
	assert [run.reference_name for run in runs(chain)] == [task.name]
	publish_chain(chain.name)
	note.title = make.unique("Note")
	note.save()
	assert [run.reference_name for run in runs(chain)] == [task.name, note.name]


def test_a_chain_that_is_switched_off_or_deleted_watches_nothing():
	assert "ToDo" not in watches().records, "known a moment ago"
	chain = watching(trigger_field="priority")
	assert "ToDo" in watches().records
	chain.enabled = 0
	chain.save()
	assert "ToDo" not in watches().records
	chain.enabled = 1
	chain.save()
	chain.delete()
	assert "ToDo" not in watches().records


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"trigger_field": "statuss"}, "no field statuss.*status"),
		({"trigger_doctype": "Sales Invoice Item", "trigger_field": "qty"}, "rows of another record"),
		({"trigger_doctype": "Selling Settings", "trigger_field": "name"}, "one record only"),
		({"trigger_doctype": "Chain Run", "trigger_field": "status"}, "written by chains"),
		({"trigger_doctype": "User", "trigger_field": "new_password"}, "no field new_password"),
		({"trigger": "record_submitted"}, "never submitted"),
		({"trigger": "date_reached", "trigger_field": "priority"}, "neither a date nor a time"),
		({"trigger": "chain_ended", "trigger_chain": "gone"}, "none called gone"),
		({"steps": [{**CALL, "settings": {"subject": "{{ doc.gone }}"}}]}, "doc.gone"),
		({"condition": '{"all": [["doc.gone", "=", 1]]}'}, "doc.gone"),
		({"condition": "{"}, "not valid JSON"),
	],
)
def test_nonsense_can_not_be_published(values, message):
	with pytest.raises((ChainRefused, frappe.LinkValidationError), match=f"(?s){message}|Could not find"):
		watching(**{"trigger_field": "priority", **values})


def test_who_may_not_read_a_record_type_publishes_no_chain_on_it():
	chain = watching(trigger_field="priority")
	chain.trigger_doctype, chain.trigger_field = "Employee", "status"
	chain.save()
	frappe.set_user(make.user("Runbook Manager").name)
	with pytest.raises(ChainRefused, match="may not read Employee"):
		publish_chain(chain.name)
