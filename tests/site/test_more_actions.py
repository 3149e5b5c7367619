"""Questions, waits, fields, chains in chains, and what a cancel or a change of the technician means, on a real site."""

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from tests import factories as make
from tests.support.trail import effect_of, pump, run_of, step_of, steps_of, task_of, visit, work

from runbook_ops.errors import ChainRefused, ResolutionRefused
from runbook_ops.operations.assign_booking import assign_booking
from runbook_ops.operations.change_booking import cancel_booking, complete_booking, reschedule_booking
from runbook_ops.site_time import from_site
from runbook_ops.workflows.resolve import resolve_task

QUESTION = {
	"code": "permit",
	"action": "ask_person",
	"exception_role": "Runbook Manager",
	"settings": {"question": "Permit for {{ customer_name }}?", "answers": ["Needed", "Not needed"]},
}


def branch(code, answer):
	return {
		"code": code,
		"action": "create_follow_up",
		"after": ["permit"],
		"condition": {"all": [["answer.permit", "=", answer]]},
		"settings": {"subject": code},
	}


# -- questions


def test_an_answer_ends_the_step_and_opens_its_branch(mail_server):
	manager = make.user("Runbook Manager")
	booking = visit(QUESTION, branch("apply", "Needed"), branch("go_on", "Not needed"))
	work()
	step = step_of(booking, "permit")
	task = task_of(step)
	assert step.state == "Human" and task.allocated_to == manager.name
	assert task.subject.startswith("Permit for ") and task.choices.splitlines() == [
		"Needed",
		"Not needed",
		"Skip",
	]
	with pytest.raises(ResolutionRefused):
		resolve_task(task.name, "Maybe")
	resolve_task(task.name, "Needed", "the wall is listed")
	work()
	steps = steps_of(booking)
	assert (steps["permit"].state, steps["permit"].answer) == ("Done", "Needed")
	assert "the wall is listed" in steps["permit"].reason
	assert (steps["apply"].state, steps["go_on"].state) == ("Done", "Skipped")
	assert "answer.permit" in steps["go_on"].reason and run_of(booking).status == "Done"


def test_a_question_that_is_skipped_opens_no_branch(mail_server):
	booking = visit(QUESTION, branch("apply", "Needed"))
	work()
	resolve_task(task_of(step_of(booking, "permit")).name, "Skip", "settled by phone")
	work()
	assert step_of(booking, "apply").state == "Skipped"


# -- waits


def waiting(**settings):
	return {
		"code": "wait",
		"action": "wait",
		"anchor": "booking_end",
		"offset_minutes": 60,
		"settings": settings,
	}


def test_a_wait_ends_with_the_job(mail_server):
	booking = visit({"code": "job", "action": "create_job"}, waiting(**{"for": "job_completed"}))
	work("job")
	assert step_of(booking, "wait").state == "Planned"
	complete_booking(booking.name)
	pump()
	assert step_of(booking, "wait").state == "Done"


def test_a_wait_asks_at_its_limit_and_ends_by_itself_later(mail_server):
	booking = visit(waiting(**{"for": "field", "field": "notes", "value": "ready"}))
	work()
	step = step_of(booking, "wait")
	task = task_of(step)
	assert step.reason_code == "not_happened" and "notes = ready" in step.reason
	booking.reload().update({"notes": "ready"}).save()
	pump()
	assert step_of(booking, "wait").state == "Done"
	assert frappe.db.get_value("Follow-up Task", task.name, "status") in ("Done", "Dismissed")


def test_what_has_happened_before_is_not_waited_for(mail_server):
	booking = visit(waiting(**{"for": "field", "field": "notes", "value": "ready"}), notes="ready")
	pump()
	assert step_of(booking, "wait").state == "Done"


def test_a_wait_for_the_money_ends_with_the_payment(mail_server):
	booking = visit(waiting(**{"for": "invoice_paid"}))
	complete_booking(booking.name)
	invoice = invoice_of(booking)
	pump()
	assert invoice.outstanding_amount > 0 and step_of(booking, "wait").state in ("Planned", "Waiting")
	entry = get_payment_entry("Sales Invoice", invoice.name)
	entry.update({"reference_no": "1", "reference_date": frappe.utils.nowdate()})
	entry.insert().submit()
	pump()
	assert step_of(booking, "wait").state == "Done"


def invoice_of(booking):
	"""A submitted, unpaid invoice of the booking."""
	item = frappe.get_cached_value("Bookable Service", booking.service, "item")
	doc = make.insert(
		"Sales Invoice",
		customer=booking.customer,
		company=make.company(),
		due_date=frappe.utils.nowdate(),
		runbook_booking=booking.name,
		items=[{"item_code": item, "qty": 1, "rate": 80}],
	)
	doc.submit()
	return doc


# -- fields


def field(of="booking", name="notes", value="For {{ customer_name }}"):
	return {
		"code": "field",
		"action": "update_field",
		"settings": {"of": of, "field": name, "value": value},
	}


def allow(doctype, *names):
	settings = frappe.get_doc("Runbook Settings")
	for name in names:
		settings.append("chain_fields", {"document_type": doctype, "fieldname": name})
	settings.save()


def test_a_field_that_is_allowed_is_set_through_its_records_save(mail_server):
	allow("Customer", "website")
	booking = visit(field("customer", "website", "example.com/{{ service }}"))
	work()
	customer = frappe.get_doc("Customer", booking.customer)
	assert customer.website.startswith("example.com/")
	assert effect_of(step_of(booking, "field")).reference_name == customer.name
	assert frappe.db.exists("Version", {"ref_doctype": "Customer", "docname": customer.name})


def test_a_value_that_the_record_refuses_goes_to_a_person(mail_server):
	allow("Customer", "customer_group")
	booking = visit(field("customer", "customer_group", "No such group"))
	work()
	step = step_of(booking, "field")
	assert (step.state, step.reason_code) == ("Human", "action_failed")


def test_a_field_that_is_not_allowed_is_neither_published_nor_set(mail_server):
	with pytest.raises(ChainRefused, match="not among the fields"):
		make.chain([field("customer", "credit_limit_controller", "x")])
	allow("Customer", "website")
	booking = visit(field("customer", "website", "x.example"))
	settings = frappe.get_doc("Runbook Settings")
	settings.set("chain_fields", [])
	settings.save()
	work()
	assert step_of(booking, "field").reason_code == "action_failed"
	assert frappe.db.get_value("Customer", booking.customer, "website") != "x.example"


@pytest.mark.parametrize(
	("doctype", "name"),
	[
		("User", "first_name"),
		("Service Booking", "no_such"),
		("Service Booking", "revision"),
		("Service Booking", "items"),
	],
)
def test_fields_that_are_not_for_chains(db, doctype, name):
	with pytest.raises(ChainRefused):
		allow(doctype, name)


# -- chains in chains


def test_a_chain_starts_another_one_once(mail_server):
	other = make.chain([make.message("later")], trigger="chain_step")
	booking = visit({"code": "start", "action": "start_chain", "settings": {"chain": other.name}})
	work("start")
	work()
	assert run_of(booking, other.name).status == "Done" and len(mail_server.mails()) == 1
	with pytest.raises(ChainRefused, match="no chain"):
		make.chain([{"code": "start", "action": "start_chain", "settings": {"chain": "nothing"}}])


# -- cancelled


def ordered():
	"""A booking whose material was requested."""
	service = {"uses": {make.material().name: 2}}
	booking = visit({"code": "materials", "action": "check_materials"}, service=service)
	work()
	return booking, effect_of(step_of(booking, "materials")).reference_name


def undo_of(booking):
	"""The step that takes back the request, in whichever run of the booking."""
	runs = frappe.get_all("Chain Run", {"booking": booking.name}, pluck="name")
	filters = {"run": ("in", runs), "step_code": "undo.materials"}
	return frappe.db.get_value("Chain Step Run", filters, ["name", "state"], as_dict=True)


def test_a_cancelled_booking_takes_back_what_was_requested(mail_server):
	booking, request = ordered()
	assert run_of(booking).status == "Done", "it is taken back also when the run has ended"
	cancel_booking(booking.name, "changed plans")
	pump()
	step = undo_of(booking)
	assert (step.state, effect_of(step).reference_name) == ("Done", request)
	assert frappe.db.get_value("Material Request", request, "docstatus") == 2
	runs = frappe.get_all("Chain Run", {"booking": booking.name}, ["chain", "status"])
	assert {run.status for run in runs if run.chain not in ("booking_cancelled",)} == {"Cancelled"}


def test_what_is_ordered_already_a_person_decides(mail_server):
	booking, request = ordered()
	frappe.db.set_value("Material Request", request, "per_ordered", 50)
	cancel_booking(booking.name, "changed plans")
	pump()
	assert undo_of(booking).state == "Done"
	assert frappe.db.get_value("Material Request", request, "docstatus") == 1
	assert frappe.db.exists("Follow-up Task", {"reference_name": request, "status": "Open"})


def test_nothing_is_taken_back_that_was_not_done(mail_server):
	service = {"uses": {make.material().name: 2}}
	booking = visit({"code": "materials", "action": "check_materials"}, service=service)
	cancel_booking(booking.name, "changed plans")
	pump()
	assert undo_of(booking) is None


# -- another technician, another time


def told(**more):
	settings = {"to": "technician", "subject": "Yours", "body": "{{ visit_date }}"}
	return make.message("tell", settings=settings, **more)


def first_words(mail):
	return mail.subject.strip().split(":")[0]


def to_previous(mail_server, person):
	return [mail for mail in mail_server.mails() if mail.to == person.email]


def test_who_loses_a_visit_and_knew_of_it_is_told_once(mail_server):
	first, second = make.person(), make.person()
	booking = visit(told(on_reschedule="redo"), resources=[first])
	work()
	assign_booking(booking.name, second.name)
	work()
	assert [first_words(mail) for mail in to_previous(mail_server, first)] == ["Yours", "No longer yours"]
	assert [mail.subject for mail in to_previous(mail_server, second)] == ["Yours"]
	assign_booking(booking.name, first.name)
	work()
	assert [first_words(mail) for mail in to_previous(mail_server, second)] == ["Yours", "No longer yours"]
	cancel_booking(booking.name, "changed plans")
	work()
	assert [first_words(mail) for mail in to_previous(mail_server, first)][-1] == "Cancelled"
	assert "Cancelled" not in [first_words(mail) for mail in to_previous(mail_server, second)]


def test_who_never_knew_is_told_neither_of_a_loss_nor_of_a_cancel(mail_server):
	first, second = make.person(), make.person()
	booking = visit({"code": "job", "action": "create_job"}, resources=[first])
	assign_booking(booking.name, second.name)
	work()
	cancel_booking(booking.name, "changed plans")
	work()
	assert to_previous(mail_server, first) == to_previous(mail_server, second) == []


def test_a_message_that_no_longer_holds_is_put_right_also_when_its_run_has_ended(mail_server):
	settings = {"subject": "{% if rescheduled %}Moved{% else %}Booked{% endif %}", "body": "{{ visit_date }}"}
	booking = visit(make.message(on_reschedule="correct", settings=settings))
	work()
	assert run_of(booking).status == "Done"
	reschedule_booking(booking.name, from_site(make.day(9, "11:00")))
	work()
	assert [mail.subject for mail in mail_server.mails()] == ["Booked", "Moved"]
