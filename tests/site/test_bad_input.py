"""What can't be booked or published: a clear refusal that names the field and the remedy, and nothing half done."""

import re

import frappe
import pytest
from tests import factories as make

from runbook_ops.api import bookings as api
from runbook_ops.errors import BookingRefused, ChainRefused, InputRefused, SlotTaken
from runbook_ops.operations.publish_chain import publish_chain


def refused(match, error=BookingRefused, **values):
	before = {
		doctype: frappe.db.count(doctype) for doctype in ("Service Booking", "Resource Claim", "Chain Run")
	}
	with pytest.raises(error, match=match):
		make.booking(**values)
	frappe.db.rollback()
	return before


def test_the_past():
	refused("Starts At: .* is in the past", starts_at=make.day(-1))


def test_outside_hours_names_the_hours():
	refused(r"Starts At: .* does not work at that time \(08:00-18:00\)", starts_at=make.day(3, "17:30"))


def test_a_closed_day():
	day = make.day(3).date()
	closed = make.insert(
		"Holiday List",
		holiday_list_name=make.unique("Closed"),
		from_date=day,
		to_date=day,
		holidays=[{"holiday_date": day, "description": "Inventory"}],
	)
	refused(f"is closed on {day}", resources=[make.person(holiday_list=closed.name)])


def test_time_off():
	away = make.person()
	make.time_off(away, make.day(3, "09:00"), make.day(3, "12:00"))
	refused("08:00-09:00, 12:00-18:00", resources=[away])


def test_an_inactive_service():
	refused("Service: it is switched off", service=make.bookable_service(active=0))


def test_an_unknown_customer():
	service = make.bookable_service()
	with pytest.raises(BookingRefused, match="Customer: there is none called Nobody"):
		api.book("Nobody", service.name, str(make.day(3)))


def test_an_unknown_resource():
	with pytest.raises(BookingRefused, match="Resources: there is none called Nobody"):
		make.booking(resources=["Nobody"])


def test_an_end_before_its_start():
	refused("Ends At: the visit ends before it starts", ends_at=make.day(3, "09:00"))


def test_a_duration_of_zero():
	refused("Ends At: the visit has no duration", ends_at=make.day(3))


def test_a_resource_without_the_skill():
	colour = make.skill()
	service = make.bookable_service(needs=[{"kind": "Person", "skill": colour.name}])
	refused(f"lacks the skill {colour.name}", service=service, resources=[make.person()])


def test_a_resource_of_the_wrong_kind():
	refused("needs Room", service=make.bookable_service(needs=["Room"]), resources=[make.person()])


def test_nobody_free_offers_what_is_open():
	colour = make.skill()
	make.person(skills=[colour])
	service = make.bookable_service(needs=[{"kind": "Person", "skill": colour.name}])
	refused("Next open: ", SlotTaken, service=service, resources=[], starts_at=make.day(3, "20:00"))


def test_an_amount_that_is_none():
	visit = make.booking()
	for paid in ("ten", "-5", "NaN"):
		with pytest.raises(InputRefused, match=f"paid: {paid} is not an amount"):
			api.check_out(visit.name, paid=paid)


def chain(**step):
	row = {
		"code": "hello",
		"action": "send_message",
		"subject": "Hello",
		"body": "Hello",
		"anchor": "run_start",
		**step,
	}
	doc = make.insert(
		"Trigger Chain",
		code=make.unique("chain"),
		title="A chain",
		trigger_event="booking_confirmed",
		enabled=0,
		steps=[row, {"code": "after", "action": "create_job", "after": "hello", "anchor": "run_start"}],
	)
	return doc.name


@pytest.mark.parametrize(
	("step", "match"),
	[
		({"after": "after"}, "wait for each other"),
		({"after": "nowhere"}, "no such step"),
		({"body": "Dear {{ customer_nme }}"}, "there is no field customer_nme"),
		({"body": "{{ customer.password }}"}, "templates can't"),
		({"body": "{% if %}"}, "can't be read"),
		({"subject": ""}, "subject is missing"),
		({"at": "25:99"}, "25:99 is not a time"),
		({"condition": "{'all': []}"}, "not valid JSON"),
		({"condition": '{"all": [["custmer", "=", 1]]}'}, "no such field"),
	],
)
def test_a_chain_that_cannot_run_is_refused_when_it_is_published(step, match):
	name = chain(**step)
	with pytest.raises(ChainRefused) as problems:
		publish_chain(name)
	assert frappe.db.get_value("Trigger Chain", name, "current_version") is None
	text = (
		" ".join(problems.value.args[0]) if isinstance(problems.value.args[0], list) else str(problems.value)
	)
	assert re.search(match, text), text


def test_an_unknown_action_is_refused():
	with pytest.raises(frappe.ValidationError, match="fly_away"):
		chain(action="fly_away")


def test_publishing_the_same_steps_again_makes_no_new_version():
	name = chain()
	first = publish_chain(name)
	assert publish_chain(name) == first
	doc = frappe.get_doc("Trigger Chain", name)
	doc.steps[0].body = "Good day"
	doc.save()
	assert publish_chain(name) != first
	version = frappe.get_doc("Trigger Chain Version", first)
	version.spec = "{}"
	with pytest.raises(frappe.ValidationError):
		version.save()
