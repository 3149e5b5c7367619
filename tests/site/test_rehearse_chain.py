"""A chain is rehearsed on the site's own bookings: what it shows, and that nothing is written."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.api import rehearsals
from runbook_ops.errors import ChainRefused
from runbook_ops.operations import change_booking
from runbook_ops.operations.publish_chain import publish_chain

CHAIN = "service_visit"


@pytest.fixture
def visit():
	return make.booking()


def writes() -> int:
	"""How many rows-changing statements this connection has sent."""
	rows = frappe.db.sql(
		"show session status where Variable_name in ('Com_insert', 'Com_update', 'Com_delete', 'Com_replace')"
	)
	return sum(int(value) for _, value in rows)


def change_subject(step, subject):
	chain = frappe.get_doc("Trigger Chain", CHAIN)
	next(row for row in chain.steps if row.code == step).subject = subject
	chain.save()


def staged(**values):
	given = {
		"service": make.bookable_service(needs=["Person"]).name,
		"starts_at": str(make.day(5)),
		"customer": "Alex Example",
		"email": "alex@customer.example",
	}
	make.person()
	return {**given, **values}


def test_the_last_days_bookings_run_the_chain_and_nothing_is_written(visit):
	before = writes()
	page = rehearsals.rehearse(CHAIN, days=1)
	assert writes() == before
	assert frappe.utils.escape_html(visit.customer_name) in page
	assert "Remind the customer 48 hours before" in page
	assert '<li class="good">' in page


def test_a_cancelled_booking_tells_its_story(visit):
	change_booking.cancel_booking(visit.name, "Ill")
	assert "Cancelled: Ill" in rehearsals.rehearse(CHAIN, days=1)


def test_a_staged_booking_needs_no_record():
	given = staged(afterwards="moved")
	before = writes()
	page = rehearsals.rehearse(CHAIN, staged=given)
	assert writes() == before
	assert "Alex Example" in page and "Moved to" in page
	assert not frappe.db.exists("Customer", {"customer_name": "Alex Example"})


def test_the_comparison_names_step_booking_and_text(visit):
	publish_chain(CHAIN)
	change_subject("confirmation", "All set: {{ service_name }}")
	page = rehearsals.compare(CHAIN, days=1)
	assert "1</b><span>step is not as published" in page
	assert f"All set: {frappe.utils.escape_html(visit.service)}" in page
	assert f"Confirmed: {frappe.utils.escape_html(visit.service)}" in page


def test_nothing_changed_is_said(visit):
	publish_chain(CHAIN)
	assert "Every booking would go as it does now" in rehearsals.compare(CHAIN, days=1)


@pytest.mark.parametrize(
	("values", "told"),
	[
		({"service": "Nothing"}, "Service"),
		({"starts_at": "soon"}, "Starts At"),
		({"starts_at": "2020-01-01 10:00"}, "past"),
		({"customer": ""}, "customer"),
		({"resource": "Nobody"}, "Nobody"),
		({"afterwards": "vanishes"}, "vanishes"),
	],
)
def test_a_staged_booking_that_cannot_be_is_refused(values, told):
	with pytest.raises(ChainRefused, match=told):
		rehearsals.rehearse(CHAIN, staged=staged(**values))


def test_days_without_bookings_are_said():
	frappe.db.sql("update `tabService Booking` set confirmed_at = '2020-01-01'")
	with pytest.raises(ChainRefused, match="last 1 days"):
		rehearsals.rehearse(CHAIN, days=1)


def test_the_front_desk_does_not_rehearse_chains():
	frappe.set_user(make.user("Runbook Front Desk").name)
	with pytest.raises(frappe.PermissionError):
		rehearsals.rehearse(CHAIN)


def test_one_booking_is_rehearsed_alone(visit):
	other = make.booking(customer=make.customer(customer_name="Somebody else"))
	page = rehearsals.rehearse(CHAIN, booking=visit.name)
	assert frappe.utils.escape_html(visit.customer_name) in page
	assert other.customer_name not in page


def test_a_booking_that_the_user_may_not_read_is_not_rehearsed(visit):
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		rehearsals.rehearse(CHAIN, booking=visit.name)
