"""Holds: whom a held time keeps out and for how long, what limits them, and what can be held at all."""

from datetime import timedelta

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.support.guests import FORM, as_guest, good, moment, one_window, online, refused, salon, wish

from runbook_ops.api import public
from runbook_ops.api.guests import LIMITS
from runbook_ops.site_time import site_zone, utc_now
from runbook_ops.store import holds

__all__ = ["one_window", "online", "salon"]


def test_what_is_held_is_nobody_elses(salon):
	held = good(public.hold, wish(salon, resource=salon.ann))
	error = refused(public.hold, wish(salon, resource=salon.ann), "slot_gone", 409)
	assert error["next_open"]
	good(public.hold, wish(salon, resource=salon.bea))
	with pytest.raises(frappe.ValidationError, match="taken"):
		make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(3, "10:00"))
	assert good(public.hold, {"release": held["hold"]}) == {"released": True}
	make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(3, "10:00"))
	refused(public.book, {**FORM, "hold": held["hold"]}, "hold_expired", 410)


def test_the_same_wish_again_is_the_same_hold(salon):
	data = wish(salon)
	first, again = good(public.hold, data), good(public.hold, data)
	assert again["hold"] == first["hold"]
	refused(public.hold, {**data, "starts_at": moment(3, "12:00")}, "hold_of_other")
	assert frappe.db.count("Slot Hold", {"service": salon.service}) == 1


def test_another_choice_gives_the_first_one_back(salon):
	first = good(public.hold, wish(salon, resource=salon.ann))
	good(public.hold, wish(salon, at="12:00", resource=salon.ann, instead=first["hold"]))
	good(public.hold, wish(salon, resource=salon.ann))


def test_an_expired_hold_blocks_nobody_before_any_sweep(salon):
	held = good(public.hold, wish(salon, resource=salon.ann))
	name = frappe.get_last_doc("Slot Hold").name
	with freeze_time(utc_now() + timedelta(minutes=11)):
		make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(3, "10:00"))
		refused(public.book, {**FORM, "hold": held["hold"]}, "hold_expired", 410)
	assert not frappe.db.exists("Resource Claim", {"holder": name})


def test_an_expired_hold_does_not_keep_anyone_from_being_chosen(salon):
	good(public.hold, wish(salon, resource=salon.ann))
	good(public.hold, wish(salon, resource=salon.bea))
	with freeze_time(utc_now() + timedelta(minutes=11)):
		booking = make.booking(service=salon.service, resources=[], starts_at=make.day(3, "10:00"))
	assert booking.resources[0].resource in (salon.ann, salon.bea)


def test_expired_holds_are_swept(salon):
	good(public.hold, wish(salon))
	hold = frappe.get_last_doc("Slot Hold")
	assert holds.end_expired(utc_now()) == 0
	assert holds.end_expired(utc_now() + timedelta(minutes=11)) == 1
	assert frappe.db.get_value("Slot Hold", hold.name, "status") == "Expired"
	assert not frappe.db.exists("Slot Bucket", {"holder": hold.name})


def test_one_address_cannot_block_a_day(salon):
	for hour in ("08:00", "09:00", "10:00", "11:00"):
		good(public.hold, wish(salon, at=hour))
	error = refused(public.hold, wish(salon, at="12:00"), "too_many_holds", 429)
	assert "10 minutes" in error["text"]


def test_a_slot_cannot_be_held_over_and_over(salon):
	for _ in range(3):
		held = good(public.hold, wish(salon, resource=salon.ann))
		good(public.hold, {"release": held["hold"]})
	refused(public.hold, wish(salon, resource=salon.ann), "slot_held_often", 429)


def test_a_crowd_of_addresses_cannot_block_a_day(salon, monkeypatch):
	from runbook_ops.core.guest_input import read_hold
	from runbook_ops.operations.hold_slot import MOST_ON_A_DAY, hold_slot

	starts = [make.day(3, "08:00") + timedelta(minutes=60 * n) for n in range(MOST_ON_A_DAY + 1)]
	data = [wish(salon, at=f"{start:%H:%M}", resource=salon.ann) for start in starts]
	for number, one in enumerate(data[:-1]):
		hold_slot(read_hold(one), f"client {number}")
	refused(public.hold, data[-1], "day_is_busy", 429)


def test_requests_of_an_address_are_limited(salon, one_window):
	for _ in range(LIMITS["hold"].times):
		as_guest(public.hold, {})
	assert refused(public.hold, {}, "too_many_requests", 429)["text"].startswith("That was a lot")


# -- what can be held


def test_only_what_is_online_on_the_grid_and_in_its_window(salon):
	hidden = make.bookable_service(online=0).name
	titles = {row["service"] for row in good(public.catalogue)["services"]}
	assert salon.service in titles
	assert hidden not in titles
	data = wish(salon)
	refused(public.hold, {**data, "services": [{"service": hidden}]}, "not_online", 404)
	refused(public.hold, {**data, "services": [{"service": "Nothing"}]}, "not_online", 404)
	refused(
		public.hold,
		{**data, "services": [{"service": salon.service, "resource": make.person().name}]},
		"person_not_offered",
	)
	refused(public.hold, wish(salon, at="10:07"), "slot_gone", 409)
	refused(public.hold, wish(salon, ahead=-1), "slot_gone", 409)
	frappe.db.set_value(
		"Bookable Service", salon.service, {"min_notice_minutes": 60 * 24 * 5, "booking_horizon_days": 10}
	)
	frappe.clear_document_cache("Bookable Service", salon.service)
	refused(public.hold, wish(salon, ahead=3), "slot_gone", 409)
	refused(public.hold, wish(salon, ahead=12), "slot_gone", 409)
	good(public.hold, wish(salon, ahead=7))


def test_a_slot_held_in_time_can_be_booked_when_the_notice_has_passed(salon):
	frappe.db.set_value("Bookable Service", salon.service, "min_notice_minutes", 60)
	frappe.clear_document_cache("Bookable Service", salon.service)
	start = make.day(1, "09:00").replace(tzinfo=site_zone())
	with freeze_time(start - timedelta(minutes=61)):
		held = good(public.hold, {**wish(salon), "starts_at": start.isoformat()})
	with freeze_time(start - timedelta(minutes=55)):
		good(public.book, {**FORM, "hold": held["hold"]})


def test_seats_of_a_class(salon):
	yoga = make.bookable_service(minutes=60, capacity=3, online=1).name
	session = make.insert(
		"Class Session",
		service=yoga,
		starts_at=make.day(3, "16:00"),
		resources=[{"resource": salon.ann, "kind": "Person"}],
	)
	data = {
		"services": [{"service": yoga}],
		"seats": 2,
		"starts_at": moment(3, "16:00"),
		"key": frappe.generate_hash(length=24),
	}
	held = good(public.hold, data)
	assert held["slot"]["session"] == session.name
	refused(public.hold, {**data, "key": frappe.generate_hash(length=24)}, "slot_gone", 409)
	told = good(public.book, {**FORM, "hold": held["hold"]})
	booking = frappe.get_doc("Service Booking", told["number"])
	assert (booking.class_session, booking.seats) == (session.name, 2)
	assert frappe.db.get_value("Class Session", session.name, "seats_taken") == 2
