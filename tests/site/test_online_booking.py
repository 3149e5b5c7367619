"""Booking without a login: book, look, move, cancel; whom it makes or matches; what the business is told."""

import json
from datetime import timedelta

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.support.guests import FORM, book, good, moment, online, refused, salon, wish

from runbook_ops.api import public
from runbook_ops.operations import change_booking
from runbook_ops.site_time import utc_now

__all__ = ["online", "salon"]


# -- book


def test_from_an_open_time_to_a_confirmed_booking(salon):
	day = make.day(3).date().isoformat()
	asked = {"services": [{"service": salon.service, "resource": salon.ann}], "first": day}
	assert good(public.open_days, asked)["days"][day] > 10
	slots = good(public.open_slots, asked)["slots"]
	assert slots[0]["with"] == [salon.ann]
	held = good(public.hold, {**wish(salon, resource=salon.ann), "starts_at": slots[4]["starts_at"]})
	assert 590 <= held["seconds_left"] <= 600
	told = good(public.book, {**FORM, "hold": held["hold"], "notes": "Blue door"})
	booking = frappe.get_doc("Service Booking", told["number"])
	assert (booking.status, booking.source, booking.email) == ("Confirmed", "Online", FORM["email"])
	assert [row.resource for row in booking.resources] == [salon.ann]
	assert "Blue door" in booking.notes
	assert frappe.db.exists("Chain Run", {"booking": booking.name})
	visit = good(public.visit, {"token": told["visit"]})
	assert (visit["status"], visit["with"], visit["services"]) == ("Confirmed", [salon.ann], [salon.service])
	assert visit["move"]["allowed"]


def test_a_request_is_a_task_for_the_business(salon):
	frappe.db.set_single_value("Runbook Settings", "online_booking", "Requested")
	told = book(salon)
	assert told["status"] == "Requested"
	task = frappe.get_last_doc("Follow-up Task", {"booking": told["number"]})
	assert task.subject.startswith("Answer Dana Frost")
	assert not frappe.db.exists("Chain Run", {"booking": told["number"]})


def test_several_services_in_one_visit(salon):
	second = make.bookable_service(minutes=30, online=1).name
	make.person()
	data = wish(salon, resource=salon.ann)
	data["services"].append({"service": second, "resource": None})
	held = good(public.hold, data)
	told = good(public.book, {**FORM, "hold": held["hold"]})
	booking = frappe.get_doc("Service Booking", told["number"])
	assert [row.service for row in booking.services] == [salon.service, second]
	assert booking.ends_at - booking.starts_at == timedelta(minutes=90)
	assert good(public.visit, {"token": told["visit"]})["services"] == [salon.service, second]


def test_the_same_form_again_is_the_same_booking(salon):
	held = good(public.hold, wish(salon))
	first = good(public.book, {**FORM, "hold": held["hold"]})
	again = good(public.book, {**FORM, "hold": held["hold"], "name": "Somebody Else"})
	assert again == first
	assert frappe.db.count("Service Booking", {"email": FORM["email"]}) == 1


def test_an_address_is_asked_for_and_kept(salon):
	frappe.db.set_value("Bookable Service", salon.service, "needs_address", 1)
	frappe.clear_document_cache("Bookable Service", salon.service)
	held = good(public.hold, wish(salon))
	refused(public.book, {**FORM, "hold": held["hold"]}, "address_needed")
	place = {"line": "12 Mill Lane", "city": "Concord"}
	told = good(public.book, {**FORM, "hold": held["hold"], "address": place})
	assert good(public.visit, {"token": told["visit"]})["address"] == "12 Mill Lane, Concord"


def test_robots_are_stopped(salon):
	held = good(public.hold, wish(salon))
	refused(public.book, {**FORM, "hold": held["hold"], "website": "http://spam.example"}, "too_fast")
	refused(public.book, {**FORM, "hold": held["hold"], "seconds": 1}, "too_fast")
	good(public.book, {**FORM, "hold": held["hold"]})


# -- the policy


def test_the_accepted_version_is_kept(salon):
	policy = make.insert(
		"Booking Policy", policy_name=make.unique("House"), policy_text="Be on time.", active=1
	)
	frappe.db.set_value("Bookable Service", salon.service, "booking_policy", policy.name)
	frappe.clear_document_cache("Bookable Service", salon.service)
	version = f"{policy.name}-v1"
	assert version in good(public.catalogue)["policies"]
	held = good(public.hold, wish(salon))
	refused(public.book, {**FORM, "hold": held["hold"]}, "policy_not_accepted")
	policy.policy_text = "Be early."
	policy.save()
	refused(public.book, {**FORM, "hold": held["hold"], "accepted": version}, "policy_changed", 409)
	told = good(public.book, {**FORM, "hold": held["hold"], "accepted": f"{policy.name}-v2"})
	policy.policy_text = "Be late."
	policy.save()
	booking = frappe.get_doc("Service Booking", told["number"])
	assert booking.policy_version == f"{policy.name}-v2"
	assert booking.policy_accepted_at
	assert good(public.visit, {"token": told["visit"]})["policy"] == "Be early."


def test_each_change_of_a_policy_is_a_version_and_versions_stay(db):
	policy = make.insert(
		"Booking Policy", policy_name=make.unique("House"), policy_text="Be on time.", active=1
	)
	policy.save()
	policy.reload().most_moves = 1
	policy.save()
	versions = frappe.get_all(
		"Booking Policy Version", {"policy": policy.name}, ["name", "most_moves"], order_by="version asc"
	)
	assert [row.name for row in versions] == [f"{policy.name}-v1", f"{policy.name}-v2"]
	assert [row.most_moves for row in versions] == [3, 1]
	version = frappe.get_doc("Booking Policy Version", versions[0].name)
	version.policy_text = "Other"
	with pytest.raises(frappe.ValidationError, match="never changes"):
		version.save()
	with pytest.raises(frappe.ValidationError, match="never deleted"):
		version.delete()


# -- move and cancel


def test_a_customer_moves_and_cancels(salon):
	told = book(salon, resource=salon.ann)
	day = make.day(4).date().isoformat()
	assert good(public.open_days, {"token": told["visit"], "first": day})["days"][day]
	slots = good(public.open_slots, {"token": told["visit"], "first": day})["slots"]
	moved = good(public.change_visit, {"token": told["visit"], "starts_at": slots[2]["starts_at"]})
	assert moved["starts_at"] == slots[2]["starts_at"]
	again = good(public.change_visit, {"token": told["visit"], "starts_at": slots[2]["starts_at"]})
	assert again == moved
	booking = frappe.get_doc("Service Booking", told["number"])
	assert booking.moves == 1
	gone = good(public.change_visit, {"token": moved["token"], "reason": "ill"})
	assert gone["status"] == "Cancelled"
	assert good(public.change_visit, {"token": moved["token"], "reason": "again"})["status"] == "Cancelled"
	booking.reload()
	assert (booking.cancel_reason, booking.cancelled_by) == ("ill", "Customer")
	assert not frappe.db.exists("Resource Claim", {"holder": booking.name})


def test_a_move_to_a_taken_time_offers_others(salon):
	other = book(salon, resource=salon.ann)
	told = book(salon, at="14:00", resource=salon.ann, email="two@customer.example")
	taken = book(salon, resource=salon.bea, email="three@customer.example")
	error = refused(
		public.change_visit, {"token": told["visit"], "starts_at": moment(3, "10:00")}, "slot_gone", 409
	)
	assert error["next_open"]
	assert frappe.db.count("Resource Claim", {"holder": told["number"]}) == 1
	assert other["number"] != taken["number"]


def test_outside_the_policy_customers_are_told_whom_to_call(salon):
	make_policy(salon, cancel_notice_hours=24 * 30, move_notice_hours=24 * 30)
	told = book(salon, accepted=version_of(salon))
	visit = good(public.visit, {"token": told["visit"]})
	assert not visit["cancel"]["allowed"]
	assert "720 hours" in visit["cancel"]["why_not"]
	error = refused(public.change_visit, {"token": told["visit"], "reason": "x"}, "policy_cancel_late", 409)
	assert "+1 559 555 0134" in error["text"]
	refused(
		public.change_visit,
		{"token": told["visit"], "starts_at": moment(4, "10:00")},
		"policy_move_late",
		409,
	)
	assert frappe.db.get_value("Service Booking", told["number"], "status") == "Confirmed"


def test_what_it_costs_to_cancel_is_told_before_it_is_charged(salon):
	late = {"cause": "Late cancellation", "kind": "Fixed amount", "value": 15, "less_than_hours": 24 * 30}
	make_policy(salon, cancel_notice_hours=1, fees=[late])
	told = book(salon, accepted=version_of(salon))
	cancel = good(public.visit, {"token": told["visit"]})["cancel"]
	assert (cancel["allowed"], cancel["fee"]) == (True, "15.00")
	assert cancel["costs"].startswith("If you cancel now, the policy that you accepted asks for $ 15.00")
	for fee in ({}, {"fee": "10.00"}):
		answer = {"token": told["visit"], "reason": "ill", **fee}
		assert "send fee as 15.00" in refused(public.change_visit, answer, "fee_not_told", 409)["text"]
	assert frappe.db.get_value("Service Booking", told["number"], "status") == "Confirmed"
	gone = good(public.change_visit, {"token": told["visit"], "reason": "ill", "fee": "15.00"})
	assert (gone["status"], gone["cancel"]["fee"]) == ("Cancelled", "")
	assert good(public.change_visit, {"token": told["visit"]})["status"] == "Cancelled"


def make_policy(salon, **values):
	policy = make.insert(
		"Booking Policy", policy_name=make.unique("House"), policy_text="Text", active=1, **values
	)
	frappe.db.set_value("Bookable Service", salon.service, "booking_policy", policy.name)
	frappe.clear_document_cache("Bookable Service", salon.service)


def version_of(salon):
	policy = frappe.db.get_value("Bookable Service", salon.service, "booking_policy")
	return frappe.db.get_value("Booking Policy", policy, "current_version")


def test_links_end_and_cannot_be_made_up(salon):
	told = book(salon)
	token = told["visit"]
	assert len(token) < 50
	for forged in (
		token[:-1],
		token + "x",
		token.replace("BK-", "BK-0"),
		"BK-7F3K9QA.kb5.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"x",
	):
		refused(public.visit, {"token": forged}, "link_forged", 403)
	held = good(public.hold, wish(salon, at="15:00"))
	refused(public.visit, {"token": held["hold"]}, "link_forged", 403)
	refused(public.book, {**FORM, "hold": token}, "hold_needed")
	with freeze_time(utc_now() + timedelta(days=62)):
		assert good(public.visit, {"token": token})["over"]
	with freeze_time(utc_now() + timedelta(days=66)):
		assert "+1 559 555 0134" in refused(public.visit, {"token": token}, "visit_link_expired", 410)["text"]


# -- people


def test_a_known_person_is_matched_and_left_as_is(salon):
	known = make.customer(
		customer_name="Dana Q. Frost", email="dana@customer.example", mobile_no="+1 559 555 0101"
	)
	before = frappe.get_doc("Contact", known.customer_primary_contact).as_dict()
	told = book(salon, name="D. Frost", email="  Dana@Customer.Example ", phone="+1 559 555 0199")
	booking = frappe.get_doc("Service Booking", told["number"])
	assert booking.customer == known.name
	assert booking.mobile == "+15595550199"
	assert "D. Frost" in booking.notes
	assert "+15595550199" in booking.notes
	after = frappe.get_doc("Contact", known.customer_primary_contact).as_dict()
	assert after == before
	visit = good(public.visit, {"token": told["visit"]})
	assert "Dana Q. Frost" not in json.dumps(visit)


def test_known_or_not_the_answer_has_the_same_shape(salon):
	make.customer(customer_name="Dana Q. Frost", email="dana@customer.example")
	known, new = book(salon), book(salon, at="12:00", email="new@customer.example")
	assert known.keys() == new.keys()
	assert {len(told["visit"]) for told in (known, new)} == {len(known["visit"])}


def test_a_number_matches_alone_but_not_beside_another_address(salon):
	known = make.customer(
		customer_name="Dana Q. Frost", email="dana@customer.example", mobile_no="(559) 555-0101"
	)
	alone = book(salon, email="", phone="559 555 0101")
	assert frappe.db.get_value("Service Booking", alone["number"], "customer") == known.name
	other = book(salon, at="12:00", email="thief@customer.example", phone="+1 559 555 0101")
	booking = frappe.get_doc("Service Booking", other["number"])
	assert booking.customer != known.name
	assert known.name in booking.notes


def test_an_unknown_person_becomes_a_customer_with_a_contact(salon):
	told = book(salon, name="محمد علي", email="m@customer.example", phone="+1 559 555 0122")
	booking = frappe.get_doc("Service Booking", told["number"])
	customer = frappe.get_doc("Customer", booking.customer)
	assert (customer.customer_name, customer.email_id) == ("محمد علي", "m@customer.example")
	assert booking.contact == customer.customer_primary_contact


def test_nothing_is_told_about_staff_or_other_records(salon):
	visit = good(public.visit, {"token": book(salon)["visit"]})
	assert set(visit) == {
		"number", "status", "services", "starts_at", "ends_at", "zone", "with", "seats", "address", "amount", "currency", "company",
		"contact", "policy", "token", "move", "cancel", "over", "deposit",
	}  # fmt: skip


def test_what_staff_change_shows_on_the_page(salon):
	told = book(salon)
	change_booking.cancel_booking(told["number"], "closed")
	visit = good(public.visit, {"token": told["visit"]})
	assert visit["status"] == "Cancelled"
	assert not visit["move"]["allowed"]
