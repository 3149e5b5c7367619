"""Facts of a customer's past and a technician's day: right, and read by one statement, only where a step names them."""

from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from tests import factories as make
from tests.support.statements import statements

from runbook_ops.core.chains.decide import facts_read
from runbook_ops.core.chains.facts import Source, build_facts
from runbook_ops.core.chains.parse import parse_chain
from runbook_ops.site_time import site_zone, utc_now
from runbook_ops.store.chain_versions import load_spec
from runbook_ops.store.pictures import booking_picture, picture_about


def facts_of(visit, *names):
	picture = picture_about("Service Booking", visit.name, visit.name, names)
	return build_facts(picture, utc_now(), site_zone())


def test_what_a_customer_has_done_before():
	whom = make.customer()
	for status in ("Cancelled", "No-show", "Completed"):
		past = make.booking(customer=whom)
		past.update({"status": status, "cancel_reason": "ill"})
		past.save()
	bill = make.insert(
		"Sales Invoice",
		customer=whom.name,
		company=make.company(),
		items=[{"item_code": make.item(price=70).name, "qty": 1, "rate": 70}],
	)
	bill.submit()
	frappe.get_doc("Customer", whom.name).add_tag("VIP")
	frappe.db.set_value("Customer", whom.name, "runbook_last_visit", make.day(-12).date())
	facts = facts_of(make.booking(customer=whom, starts_at=make.day(9)), "customer_outstanding")
	assert facts["customer_cancellations"] == 1
	assert facts["customer_no_shows"] == 1
	assert facts["customer_outstanding"] == Decimal(70)
	assert facts["customer_tags"] == ("VIP",)
	assert facts["customer_group"] == whom.customer_group
	assert facts["days_since_last_visit"] == 12
	assert facts["customer_visits"] == 1


def test_a_technicians_day():
	ann = make.person()
	first = make.booking(resources=[ann], starts_at=make.day(4, "09:00"))
	make.booking(resources=[ann], starts_at=make.day(4, "12:00"))
	gone = make.booking(resources=[ann], starts_at=make.day(4, "15:00"))
	gone.update({"status": "Cancelled", "cancel_reason": "ill"})
	gone.save()
	make.booking(resources=[ann], starts_at=make.day(5, "09:00"))
	assert facts_of(first, "technician_jobs_that_day")["technician_jobs_that_day"] == 2


def test_times_of_a_visit():
	visit = make.booking(starts_at=make.day(4, "14:30"))
	facts = facts_of(visit)
	assert (facts["visit_day"], facts["visit_clock"]) == (make.day(4).date(), "14:30")
	ahead = (make.day(4, "14:30") - frappe.utils.now_datetime()) / timedelta(hours=1)
	assert facts["lead_hours"] == pytest.approx(ahead, abs=2)


def test_stock_that_is_short():
	item = make.material(in_stock=1)
	visit = make.booking(service=make.bookable_service(uses={item.name: 3}))
	assert facts_of(visit, "stock_short")["stock_short"] is True
	assert facts_of(visit)["stock_short"] is False, "not asked for, not read"


@pytest.mark.parametrize(
	("names", "more"),
	[
		((), 0),
		(("customer_outstanding", "customer_tags"), 1),
		(("technician_jobs_that_day",), 1),
		(("doc.notes",), 1),
	],
)
def test_each_source_is_one_statement_and_only_where_it_is_named(names, more):
	visit = make.booking(resources=[make.person()])
	facts_of(visit, *names)
	plain = statements(lambda: facts_of(visit))
	assert statements(lambda: facts_of(visit, *names)) == plain + more


def test_steps_name_what_they_read():
	spec = parse_chain(
		{
			"code": "c",
			"title": "C",
			"trigger": "booking_confirmed",
			"steps": [
				{
					"code": "a",
					"action": "create_follow_up",
					"condition": {"all": [["customer_no_shows", ">", 1]]},
					"settings": {
						"subject": "{% if stock_short %}{{ doc.notes }}{% endif %}",
						"due_in_days_of": "rebook_after_days",
					},
				}
			],
		}
	)
	assert facts_read(spec.steps[0]) >= {"customer_no_shows", "stock_short", "doc.notes", "rebook_after_days"}


def test_no_step_of_the_usual_trail_asks_for_a_past_that_it_does_not_use():
	version = frappe.db.get_value("Trigger Chain", "service_visit", "current_version")
	for step in load_spec(version).steps:
		assert "customer_outstanding" not in facts_read(step)
	visit = make.booking()
	picture = booking_picture(visit.name, sources=())
	assert picture is not None and picture.customer_group is None
	assert set(Source) > {Source.CUSTOMER}
