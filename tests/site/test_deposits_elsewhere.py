"""Deposits by policy in other places: an approved estimate, an offer of the waitlist, and what a dispute pack tells of them."""

import frappe
import pytest
from tests import factories as make
from tests.support import estimates
from tests.support.deposits import house, shop, state
from tests.support.guests import good, online
from tests.support.pay import begin, ring, stripe
from tests.support.waitlist import entry, free, offers

from runbook_ops.api import bookings, deposits, waitlist
from runbook_ops.api import checkout as till
from runbook_ops.errors import BookingRefused
from runbook_ops.operations.gather_evidence import gather_evidence
from runbook_ops.operations.read_estimate import tell_estimate
from runbook_ops.site_time import from_utc
from runbook_ops.store.pay_links import pay_token
from runbook_ops.store.waitlist import offer_token

__all__ = ["house", "online", "ring", "shop", "stripe"]


def test_an_approved_estimate_asks_for_the_deposit_of_its_visit(house, ring):
	item = frappe.db.get_value("Bookable Service", house.service, "item")
	doc = estimates.quotation([{"item_code": item, "qty": 1, "rate": 120}], customer=house.customer, taxes=[])
	told, doc = estimates.approve(doc)
	(visit,) = estimates.visits(doc)
	visit = frappe.get_doc("Service Booking", visit.name)
	assert state(visit) == ("Requested", "Asked") and visit.deposit_due_at is None
	(asked,) = told["deposits"]
	assert (asked["service"], asked["amount"], asked["due_at"]) == (house.service, 30, None)
	link = house.link(visit)
	assert asked["pay"].endswith(pay_token(link))
	(task,) = estimates.tasks(doc)
	assert "A deposit of $ 30.00 was asked for" in task.notes
	with pytest.raises(BookingRefused, match="is waited for"):
		bookings.confirm(visit.name)
	session = begin(link)
	house.stripe.pay(session)
	ring("checkout.session.completed", session)
	assert state(visit) == ("Requested", "Paid"), "its time is still to be agreed on"
	assert house.deposits(visit) == [30] and house.tasks(link) == []
	assert tell_estimate(doc.reload())["deposits"][0]["state"] == "Paid"
	assert bookings.confirm(visit.name)["status"] == "Confirmed"


def test_an_approval_never_fails_for_a_deposit(house):
	frappe.db.set_single_value("Runbook Settings", "stripe_mode", None)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")
	item = frappe.db.get_value("Bookable Service", house.service, "item")
	doc = estimates.quotation([{"item_code": item, "qty": 1, "rate": 120}], customer=house.customer, taxes=[])
	told, doc = estimates.approve(doc)
	(visit,) = estimates.visits(doc)
	assert (told["state"], told["deposits"]) == ("Approved", [])
	(task,) = estimates.tasks(doc)
	assert visit.name in task.notes and "mode of payment for stripe_checkout is missing" in task.notes


def test_a_deal_that_is_booked_leaves_a_visit_that_waits_for_its_deposit(house):
	deal = make.opportunity(house.customer)
	visit = house.request(opportunity=deal.name)
	deposits.ask(visit.name)
	before = state(visit)
	deal.sales_stage = "Booked"
	deal.save()
	assert state(visit) == before and before[1] == "Asked"


def test_the_dispute_pack_tells_what_was_asked_for(house):
	visit = house.request()
	deposits.ask(visit.name)
	till.deposit(visit.name, 20, "Cash")
	told = gather_evidence(visit.reload())
	assert "Who books may be asked for a deposit of 25 % of the price." in told.rules
	assert any("The deposit of $ 20.00 is there." in event.text for event in told.events)


def test_an_offer_of_the_waitlist_keeps_the_time_for_its_deposit(house):
	visit = house.visit(service=house.service, resources=[house.ann])
	entry(house.service, email="w@customer.example")
	free(frappe._dict(visit=visit))
	(offer,) = offers(service=house.service)
	token = offer_token(offer.name, from_utc(offer.expires_at_utc))
	told = good(waitlist.answer, {"token": token, "answer": "take"})
	taken = frappe.get_doc("Service Booking", told["number"])
	assert state(taken) == ("Held", "Asked") and "once the deposit is paid" in told["text"]
	assert house.link(taken).amount == 20
