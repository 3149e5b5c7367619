"""How an offer of the waitlist ends: taken, declined, run out, lost; its message; and the entries themselves."""

from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.support.trail import pump
from tests.support.waitlist import DAY, ask, entry, free, offers, run_out, salon, status, to_all

from runbook_ops.api import waitlist as api
from runbook_ops.errors import BookingRefused
from runbook_ops.jobs.waitlist import close_past_entries
from runbook_ops.operations.answer_offer import decline_offer, take_offer, withdraw_entry
from runbook_ops.operations.change_booking import cancel_booking
from runbook_ops.operations.join_waitlist import WaitlistWish, join_waitlist
from runbook_ops.site_time import to_site, utc_now
from runbook_ops.store import claims

__all__ = ["salon", "to_all"]

# -- the answers


def test_a_taken_offer_is_a_confirmed_booking_and_the_entry_is_used_up(salon):
	waiting = entry(salon.service)
	free(salon)
	(offer,) = offers()
	booking = frappe.get_doc("Service Booking", take_offer(offer.name).booking)
	assert (booking.status, booking.customer, booking.source) == ("Confirmed", waiting.customer, "Waitlist")
	assert booking.starts_at == salon.visit.starts_at
	assert [row.resource for row in booking.resources] == [salon.ann.name]
	assert claims.held_by(offer.hold) == () and claims.held_by(booking.name) == (salon.ann.name,)
	waiting.reload()
	offer.reload()
	assert (waiting.status, waiting.booking) == ("Booked", booking.name)
	assert (offer.status, offer.booking) == ("Taken", booking.name)
	assert frappe.db.get_value("Slot Hold", offer.hold, "status") == "Booked"
	assert ask().status == "Taken"


def test_taking_twice_gives_the_same_booking(salon):
	entry(salon.service)
	free(salon)
	(offer,) = offers()
	assert take_offer(offer.name) == take_offer(offer.name)


def test_somebody_new_becomes_a_customer_when_they_take_it(salon):
	name = make.unique("Noor")
	wish = WaitlistWish(
		salon.service.name, name, make.day(DAY).date(), make.day(DAY).date(), email="noor@customer.example"
	)
	waiting = join_waitlist(wish)
	assert join_waitlist(wish) == waiting
	free(salon)
	booking = take_offer(offers()[0].name).booking
	customer = frappe.db.get_value("Service Booking", booking, "customer")
	assert frappe.db.get_value("Customer", customer, "email_id") == "noor@customer.example"


def test_a_declined_offer_goes_to_the_next_and_its_customer_keeps_waiting(salon):
	first, second = entry(salon.service), entry(salon.service)
	free(salon)
	(offer,) = offers()
	decline_offer(offer.name)
	assert claims.held_by(offer.hold) == ()
	ask()
	(following,) = offers(status="Open")
	assert (following.entry, status(first), status(second)) == (second.name, "Waiting", "Offered")
	decline_offer(following.name)
	assert ask().status == "Over"
	assert offers(status="Open") == []


def test_an_offer_that_runs_out_goes_to_the_next(salon):
	first, second = entry(salon.service), entry(salon.service)
	free(salon)
	(offer,) = offers()
	run_out(offer)
	assert take_offer(offer.name).refusal.code == "offer_expired"
	ask()
	(following,) = offers(status="Open")
	offer.reload()
	assert (offer.status, following.entry, status(first)) == ("Expired", second.name, "Waiting")
	assert take_offer(offer.name).refusal.code == "offer_expired"
	assert status(second) == "Offered"


def test_of_all_who_were_asked_the_first_has_it_and_the_others_wait_on(salon, to_all):
	first, second = entry(salon.service), entry(salon.service)
	free(salon)
	one, other = offers()
	assert take_offer(one.name).booking
	assert take_offer(other.name).refusal.code == "offer_lost"
	assert (status(first), status(second)) == ("Booked", "Waiting")


def test_a_time_that_was_booked_meanwhile_is_lost_kindly(salon, to_all):
	waiting = entry(salon.service)
	free(salon)
	make.booking(service=salon.service, resources=[salon.ann])
	(offer,) = offers()
	assert take_offer(offer.name).refusal.code == "offer_lost"
	offer.reload()
	assert (offer.status, status(waiting)) == ("Lost", "Waiting")


def test_an_entry_is_used_once_and_its_other_offers_go_on(salon, to_all):
	later = make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(DAY, "14:00"))
	waiting, second = entry(salon.service), entry(salon.service)
	free(salon)
	cancel_booking(later.name, "Ill")
	ask()
	mine = offers(entry=waiting.name)
	assert len(mine) == 2
	take_offer(mine[0].name)
	assert take_offer(mine[1].name).refusal.code == "offer_withdrawn"
	(left,) = offers(entry=second.name, status="Open")
	assert left.slot == mine[1].slot


def test_what_is_left_of_a_freed_time_is_offered_on(salon):
	long = make.bookable_service(minutes=120, needs=[{"kind": "Person", "skill": salon.skill.name}])
	visit = make.booking(service=long, resources=[salon.ann], starts_at=make.day(4))
	wish = {
		"first_day": make.day(4).date(),
		"last_day": make.day(4).date(),
		"earliest": "10:00",
		"latest": "11:00",
	}
	first, second = entry(salon.service, **wish), entry(salon.service, **wish)
	cancel_booking(visit.name, "Ill")
	ask()
	take_offer(offers()[0].name)
	ask()
	((offer),) = offers(status="Open")
	assert (offer.entry, offer.starts_at) == (second.name, make.day(4, "11:00"))
	assert status(first) == "Booked"


def test_who_no_longer_waits_is_offered_nothing(salon):
	waiting = entry(salon.service)
	free(salon)
	(offer,) = offers()
	withdraw_entry(waiting.name)
	offer.reload()
	assert (status(waiting), offer.status) == ("Withdrawn", "Withdrawn")
	assert claims.held_by(offer.hold) == ()
	assert take_offer(offer.name).refusal.code == "offer_withdrawn"


# -- the message


def test_the_offer_is_sent_once_with_its_link(salon, mail_server):
	entry(salon.service)
	free(salon)
	pump()
	pump()
	mails = [mail for mail in mail_server.mails() if "/offer/" in mail.body]
	assert len(mails) == 1 and salon.service.name in mails[0].subject


def test_an_offer_that_is_over_is_not_sent(salon, mail_server):
	entry(salon.service)
	free(salon)
	decline_offer(offers()[0].name)
	pump()
	assert not [mail for mail in mail_server.mails() if "/offer/" in mail.body]
	assert frappe.get_last_doc("Chain Run", {"reference_doctype": "Waitlist Offer"}).status == "Cancelled"


def test_somebody_without_an_address_is_called_by_a_person(salon, mail_server):
	waiting = entry(salon.service, customer=make.customer(email=None).name)
	free(salon)
	pump()
	about = {"reference_doctype": "Waitlist Offer", "reference_name": offers()[0].name}
	task = frappe.get_last_doc("Follow-up Task", about)
	assert (task.status, task.reason_code) == ("Open", "customer_has_no_email")
	api.answer_for(waiting.name, "decline")
	task.reload()
	assert task.status == "Dismissed"


def test_without_a_chain_a_person_makes_the_offer(salon):
	frappe.db.set_value("Trigger Chain", "waitlist_offer", "enabled", 0)
	entry(salon.service)
	free(salon)
	assert frappe.db.exists("Follow-up Task", {"reference_name": offers()[0].name, "status": "Open"})


# -- entries


@pytest.mark.parametrize(
	("wrong", "field"),
	[
		({"last_day": "2020-01-01", "first_day": "2020-01-01"}, "Last day"),
		({"first_day": "2100-01-02", "last_day": "2100-01-01"}, "Last day"),
		({"weekdays": "someday"}, "Weekdays"),
		({"earliest": "25:00"}, "Earliest"),
		({"earliest": "12:00", "latest": "11:00"}, "Latest"),
		({"customer": None, "customer_name": "Ada"}, "E-mail"),
		({"service": "No such service"}, "Service"),
	],
)
def test_an_entry_that_nothing_could_match_is_refused(salon, wrong, field):
	with pytest.raises((BookingRefused, frappe.LinkValidationError), match=field):
		entry(wrong.pop("service", salon.service), **wrong)


def test_nobody_writes_an_entrys_state_by_hand(salon):
	waiting = entry(salon.service)
	waiting.status = "Booked"
	waiting.save()
	assert waiting.status == "Waiting"


def test_entries_whose_days_are_over_end(salon):
	waiting = entry(salon.service)
	frappe.db.set_value(
		"Waitlist Entry", waiting.name, "last_day", to_site(utc_now()).date() - timedelta(days=1)
	)
	close_past_entries()
	assert status(waiting) == "Expired"


def test_only_who_may_write_an_entry_answers_for_its_customer(salon):
	waiting = entry(salon.service)
	free(salon)
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		api.answer_for(waiting.name, "take")
	frappe.set_user("Administrator")
	desk = make.user("Runbook Front Desk", "Sales User")
	frappe.set_user(desk.name)
	assert api.answer_for(waiting.name, "take")["taken"]
