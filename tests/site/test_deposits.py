"""Deposits by policy on the site: asked for when booking, the time kept until they are paid, and given back when they are not."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from tests import factories as make
from tests.support.deposits import MINUTES, QUARTER, house, shop, state
from tests.support.guests import good, online, refused
from tests.support.pay import begin, ring, see, stripe
from tests.support.trail import steps_of, work

from runbook_ops.api import bookings, deposits, public
from runbook_ops.api import checkout as till
from runbook_ops.api import pay_links as pay
from runbook_ops.errors import BookingRefused, CheckoutRefused, PaymentRefused
from runbook_ops.jobs.deposits import release_one
from runbook_ops.operations import change_booking
from runbook_ops.store.pay_links import pay_token

__all__ = ["house", "online", "ring", "shop", "stripe"]
DEPOSITS = "Customer Deposits"


# -- asked for when booking online


def test_who_books_is_told_before_and_the_time_is_kept_until_it_is_paid(house, ring):
	held = house.held(at="12:00")
	assert held["deposit"] == [
		"To keep this time we ask for a deposit of $ 20.00. After booking you have 45 minutes to pay it; "
		"else the time is given back, at no cost."
	]
	told, visit = house.book(at="10:00", resource=house.ann)
	assert (told["status"], told["deposit"]["state"], told["deposit"]["amount"]) == ("Held", "Asked", 20)
	assert state(visit) == ("Held", "Asked")
	assert (
		visit.deposit_why == f"{house.policy.current_version}, line 1, asks for 25 % of the price: Everybody."
	)
	due_in = visit.deposit_due_at - now_datetime()
	assert timedelta(minutes=MINUTES - 1) < due_in <= timedelta(minutes=MINUTES)
	assert frappe.db.count("Resource Claim", {"holder": visit.name}) == 1
	assert not frappe.db.exists("Chain Run", {"booking": visit.name})
	assert not frappe.db.exists("Follow-up Task", {"booking": visit.name})
	link = house.link(visit)
	assert (link.kind, link.amount, link.status) == ("Deposit", 20, "Open")
	assert told["deposit"]["pay"].endswith(f"/pay/{pay_token(link)}")
	shown = good(public.visit, {"token": told["visit"]})
	assert shown["deposit"] == told["deposit"]
	session = begin(link)
	house.stripe.pay(session)
	ring("checkout.session.completed", session)
	ring("checkout.session.completed", session)
	assert state(visit) == ("Confirmed", "Paid")
	assert frappe.db.exists("Chain Run", {"booking": visit.name})
	assert house.ledger(link.reload().payment_entry) == {house.clearing: 20, DEPOSITS: -20}
	assert house.deposits(visit) == [20] and link.status == "Paid" and house.tasks(link) == []
	shown = good(public.visit, {"token": told["visit"]})
	assert (shown["status"], shown["deposit"]["state"], shown["deposit"]["pay"]) == ("Confirmed", "Paid", "")
	assert see(link)["visit"]["status"] == "Confirmed"


def test_the_same_form_again_asks_once_and_the_link_is_mailed(house):
	held = house.held()["hold"]
	form = {"name": "Dana Frost", "email": "dana@customer.example", "seconds": 40, "hold": held}
	form["accepted"] = house.policy.current_version
	first, again = good(public.book, form), good(public.book, form)
	assert first == again and frappe.db.count("Pay Link", {"booking": first["number"]}) == 1
	mail = frappe.get_last_doc("Communication", {"reference_name": first["number"]})
	assert mail.recipients == "dana@customer.example"
	assert first["deposit"]["pay"].rpartition("/")[2] in mail.content


def test_where_a_person_answers_that_person_asks(house):
	frappe.db.set_single_value("Runbook Settings", "online_booking", "Requested")
	assert house.held(at="12:00")["deposit"] == []
	told, visit = house.book()
	assert (told["status"], told["deposit"]) == ("Requested", None)
	with pytest.raises(BookingRefused, match="is waited for"):
		bookings.confirm(visit.name)
	made = deposits.ask(visit.name)
	assert made["deposit"]["amount"] == 20 and state(visit) == ("Held", "Asked")
	assert deposits.ask(visit.name)["link"] == made["link"]


def test_only_some_are_asked(house):
	rows = [
		{**QUARTER, "asked_of": "Customers with a no-show", "value": 100},
		{**QUARTER, "asked_of": "New customers", "value": 50},
	]
	house.policy = house.policy_with(rows, deposit_free_group=None)
	frappe.db.set_value("Bookable Service", house.service, "booking_policy", house.policy.name)
	frappe.clear_document_cache("Bookable Service", house.service)
	texts = house.held(at="15:00")["deposit"]
	assert [("who missed" in text, "$ 80.00" in text) for text in texts] == [(True, True), (False, False)]
	assert "new customers" in texts[1] and "$ 40.00" in texts[1]
	known = make.customer("lee@customer.example")
	_told, visit = house.book("fresh@customer.example", at="09:00")
	assert visit.deposit_amount == 40
	frappe.db.set_value("Customer", known.name, "runbook_visits", 3)
	told, visit = house.book("lee@customer.example", at="11:00")
	assert (told["status"], visit.deposit_state) == ("Confirmed", None)
	frappe.db.set_value("Customer", known.name, "runbook_no_shows", 1)
	_told, visit = house.book("lee@customer.example", at="13:00")
	assert visit.deposit_amount == 80
	house.policy.reload().deposit_free_group = frappe.db.get_value("Customer Group", {"is_group": 1})
	house.policy.save()
	told, visit = house.book("lee@customer.example", at="14:00")
	assert told["status"] == "Confirmed"


def test_without_a_way_to_pay_the_time_is_kept_until_somebody_answers(house):
	frappe.db.set_single_value("Runbook Settings", "stripe_mode", None)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")
	told, visit = house.book()
	assert (told["status"], told["deposit"]["due_at"], told["deposit"]["pay"]) == ("Held", None, "")
	(task,) = frappe.get_all("Follow-up Task", {"booking": visit.name}, ["subject", "notes"])
	assert task.subject.startswith("Answer Dana Frost")
	assert "mode of payment for stripe_checkout is missing" in task.notes
	release_one(visit.name)
	assert state(visit) == ("Held", "Asked")


# -- not paid in time


def test_an_unpaid_time_is_given_back_with_the_reason_and_the_link_closed(house):
	told, visit = house.book(resource=house.ann)
	link = house.link(visit)
	session = begin(link)
	release_one(visit.name)
	assert state(visit) == ("Held", "Asked"), "its time is not over"
	house.overdue(visit)
	release_one(visit.name)
	release_one(visit.name)
	assert state(visit) == ("Cancelled", "Not paid in time")
	assert visit.cancelled_by == "System" and "$ 20.00 was not paid until" in visit.cancel_reason
	assert not frappe.db.exists("Resource Claim", {"holder": visit.name})
	assert house.stripe.sessions[session]["status"] == "expired"
	assert link.reload().status == "Cancelled"
	refused(pay.begin, {"token": pay_token(link)}, "pay_link_over", 410)
	work()
	assert steps_of(visit)["fee"].reason_code == "fee_not_confirmed"
	again, _visit = house.book(resource=house.ann, email="next@customer.example")
	assert again["status"] == "Held"
	assert good(public.visit, {"token": told["visit"]})["deposit"] is None


def test_what_was_paid_at_the_last_moment_confirms_it(house):
	"""The provider has taken the money, its event is under way, and the job comes first."""
	_told, visit = house.book()
	session = begin(house.link(visit))
	house.stripe.pay(session)
	house.overdue(visit)
	release_one(visit.name)
	assert state(visit) == ("Confirmed", "Paid") and house.deposits(visit) == [20]


def test_money_that_comes_too_late_is_booked_and_a_person_is_asked(house, ring):
	_told, visit = house.book()
	link = house.link(visit)
	session = begin(link)
	house.overdue(visit)
	house.stripe.mode = "drop"
	release_one(visit.name)
	house.stripe.mode = "accept"
	assert state(visit) == ("Cancelled", "Not paid in time"), "a silent provider holds nobody's time"
	house.stripe.pay(session)
	ring("checkout.session.completed", session)
	ring("checkout.session.completed", session)
	assert state(visit) == ("Cancelled", "Not paid in time")
	assert house.deposits(visit) == [20] and link.reload().status == "Paid"
	assert house.tasks(link) == ["deposit_late"]
	task = frappe.get_last_doc("Follow-up Task", {"reference_name": link.name})
	assert visit.name in task.reason and "Not paid in time" in task.reason and task.allocated_to


def test_a_transfer_that_comes_too_late_is_booked_too(house):
	house.use("bank_transfer")
	_told, visit = house.book()
	link = house.link(visit)
	house.overdue(visit)
	release_one(visit.name)
	done = pay.received(link.name, reference="statement 7")
	assert done["status"] == "Paid" and house.deposits(visit) == [20]
	assert house.tasks(link) == ["deposit_late"] and state(visit)[0] == "Cancelled"
	with pytest.raises(PaymentRefused):
		pay.received(link.name)


def test_a_payment_on_its_way_is_waited_for(house, ring):
	_told, visit = house.book()
	link = house.link(visit)
	session = begin(link)
	house.stripe.pay(session, paid=False)
	ring("checkout.session.completed", session)
	house.overdue(visit)
	release_one(visit.name)
	assert (state(visit), link.reload().status) == (("Held", "Asked"), "Waiting")
	house.stripe.fail(session)
	ring("checkout.session.async_payment_failed", session)
	release_one(visit.name)
	assert state(visit) == ("Cancelled", "Not paid in time")


# -- at the desk


def test_the_desk_asks_and_takes_it_at_the_counter(house):
	visit = house.request()
	made = deposits.ask(visit.name)
	assert state(visit) == ("Held", "Asked") and made["url"] == made["deposit"]["pay"]
	till.deposit(visit.name, 5, "Cash")
	link = house.link(visit)
	assert state(visit) == ("Held", "Asked") and link.amount == 15
	till.deposit(visit.name, 15, "Cash")
	assert state(visit) == ("Confirmed", "Paid") and house.link(visit).status == "Cancelled"
	assert house.deposits(visit) == [5, 15] and frappe.db.exists("Chain Run", {"booking": visit.name})


def test_a_transfer_in_two_parts(house):
	house.use("bank_transfer")
	visit = house.request()
	link = deposits.ask(visit.name)["link"]
	assert pay.received(link, amount=12)["status"] == "Open"
	assert state(visit) == ("Held", "Asked")
	assert pay.received(link)["status"] == "Paid"
	assert state(visit) == ("Confirmed", "Paid") and house.deposits(visit) == [12, 8]


def test_staff_go_on_without_it_only_with_a_reason(house):
	visit = house.request()
	link = deposits.ask(visit.name)["link"]
	with pytest.raises(BookingRefused, match="is waited for"):
		bookings.confirm(visit.name)
	assert state(visit) == ("Held", "Asked")
	assert bookings.confirm(visit.name, override_reason="A regular's mother")["status"] == "Confirmed"
	assert state(visit) == ("Confirmed", "Set aside")
	assert frappe.db.get_value("Pay Link", link, "status") == "Cancelled"
	notes = frappe.get_all("Comment", {"reference_name": visit.name}, pluck="content")
	assert any("without the deposit of $ 20.00" in note and "A regular's mother" in note for note in notes)


def test_a_request_that_was_not_asked_yet_is_not_confirmed_either(house):
	visit = house.request()
	with pytest.raises(BookingRefused, match="is waited for"):
		change_booking.confirm_booking(visit.name)
	change_booking.confirm_booking(visit.name, "Paid last time")
	assert state(visit) == ("Confirmed", "Set aside")
	others = house.visit(status="Requested", service=house.service, resources=[house.bea])
	change_booking.confirm_booking(others.name)
	assert state(others) == ("Confirmed", None), "without an accepted policy nothing is asked"


def test_a_time_that_people_release_and_hold_again_has_no_limit(house):
	visit = house.request()
	deposits.ask(visit.name)
	bookings.release(visit.name)
	bookings.hold(visit.name)
	assert state(visit) == ("Held", "Asked") and visit.deposit_due_at is None
	house.policy.reload().deposit_minutes = 60 * 24 * 45
	house.policy.save()
	other = house.request(policy_version=house.policy.current_version, starts_at=make.day(60))
	link = frappe.get_doc("Pay Link", deposits.ask(other.name)["link"])
	assert link.valid_until == other.reload().deposit_due_at.date(), "the link holds as long as the time"


def test_what_is_paid_and_can_not_be_confirmed_is_a_persons_to_settle(house):
	visit = house.request()
	deposits.ask(visit.name)
	frappe.db.set_value("Service Booking Resource", {"parent": visit.name}, "resource", "Nobody")
	till.deposit(visit.name, 20, "Cash")
	assert state(visit) == ("Held", "Paid") and house.deposits(visit) == [20]
	assert house.link(visit).status == "Cancelled"
	task = frappe.get_last_doc("Follow-up Task", {"booking": visit.name})
	assert task.reason_code == "deposit_not_confirmed" and "Nobody" in task.reason


def test_a_cancelled_booking_asks_nobody_any_more(house):
	visit = house.request()
	link = deposits.ask(visit.name)["link"]
	change_booking.cancel_booking(visit.name, "Changed her mind")
	assert state(visit) == ("Cancelled", "Withdrawn")
	assert frappe.db.get_value("Pay Link", link, "status") == "Cancelled"
	with pytest.raises(CheckoutRefused, match="still ahead"):
		till.deposit(visit.name, 20, "Cash")
	with pytest.raises(PaymentRefused, match="before it is confirmed"):
		deposits.ask(visit.name)


def test_nobody_writes_a_deposit_by_hand(house):
	values = {"policy_version": house.policy.current_version, "deposit_state": "Paid", "deposit_amount": 1}
	with pytest.raises(BookingRefused, match="is waited for"):
		bookings.book(house.customer, house.service, str(make.day(4)), house.ann, True, values)
	visit = house.request()
	deposits.ask(visit.name)
	visit.reload().update({"deposit_state": "Paid", "deposit_amount": 0})
	visit.save()
	assert state(visit) == ("Held", "Asked") and visit.deposit_amount == 20


def test_what_the_policy_does_not_ask_is_said_and_who_may_not_ask_is_refused(house):
	house.policy.reload().deposits = []
	house.policy.save()
	with pytest.raises(PaymentRefused, match="asks for no deposit"):
		deposits.ask(house.visit(status="Requested", service=house.service, resources=[]).name)
	with pytest.raises(BookingRefused, match="Deposits, row 1"):
		house.policy_with([{**QUARTER, "value": 120}])
	visit = house.request()
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		deposits.ask(visit.name)


def test_a_change_of_the_policy_asks_nothing_else_of_what_was_accepted(house):
	visit = house.request()
	house.policy.reload().deposits[0].value = 90
	house.policy.save()
	assert deposits.ask(visit.name)["deposit"]["amount"] == 20
	other = house.request(starts_at=make.day(5))
	assert deposits.ask(other.name)["deposit"]["amount"] == 72
