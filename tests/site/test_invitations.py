"""Invitations that go with messages, read back by Python's mail parser and by vobject."""

import json

import frappe
import vobject
from tests import factories as make
from tests.support.trail import effect_of, step_of, visit, work

from runbook_ops.chain_library import read_library_data
from runbook_ops.operations.change_booking import cancel_booking, reschedule_booking
from runbook_ops.operations.invite_customer import invitation_of
from runbook_ops.site_time import from_site, from_utc


def inviting(to: str = "customer", **values) -> dict:
	"""A message with the invitation."""
	settings = {"to": to, "subject": "Your visit", "body": "Hello", "invitation": True}
	return {"code": "message", "action": "send_message", "settings": settings, **values}


def invitation_in(mail):
	"""The calendar of a mail, which its text and its attachment show alike."""
	shown, attached = mail.parts("text/calendar")
	assert shown.get_content_disposition() is None
	assert attached.get_filename() == "invite.ics"
	assert shown.get_content().split() == attached.get_payload(decode=True).decode().split()
	calendar = vobject.readOne(attached.get_payload(decode=True).decode())
	for part in (shown, attached):
		assert part["Content-Type"].params["method"] == calendar.method.value
	return calendar


def test_the_confirmation_carries_the_visit(mail_server):
	service = {"prep_instructions": "Come with dry hair", "scope": "Cut and dry"}
	booking = visit(inviting(), service=service, access_notes="Gate code 4711")
	work()
	(mail,) = mail_server.mails()
	calendar = invitation_in(mail)
	event = calendar.vevent
	assert calendar.method.value == "REQUEST" and event.status.value == "CONFIRMED"
	assert event.uid.value == f"{booking.name}@{frappe.local.site}"
	assert event.dtstart.value == from_site(booking.starts_at)
	assert event.dtend.value == from_site(booking.ends_at)
	assert event.attendee.value == f"mailto:{mail.to}"
	assert event.organizer.value == "mailto:studio@runbook.example"
	assert "Come with dry hair" in event.description.value
	assert "4711" not in mail.source and "Cut and dry" not in mail.source


def test_the_effect_keeps_what_was_sent(mail_server):
	booking = visit(inviting())
	work()
	(mail,) = mail_server.mails()
	(attachment,) = json.loads(effect_of(step_of(booking)).payload)["attachments"]
	assert attachment["text"].split() == mail.parts("text/calendar")[0].get_content().split()


def test_a_technician_gets_what_it_takes(mail_server):
	visit(inviting("technician"), access_notes="Gate code 4711")
	work()
	event = invitation_in(mail_server.mails()[0]).vevent
	assert "4711" in event.description.value


def test_a_moved_visit_keeps_its_name_and_counts_up(mail_server):
	later = {"code": "later", "action": "create_job", "anchor": "booking_start"}
	booking = visit(inviting(on_reschedule="redo"), later)
	work("message")
	reschedule_booking(booking.name, from_site(make.day(4, "15:00")))
	work("message")
	first, second = (invitation_in(mail).vevent for mail in mail_server.mails())
	assert first.uid.value == second.uid.value
	assert int(second.sequence.value) > int(first.sequence.value)
	assert second.dtstart.value == from_site(make.day(4, "15:00"))


def test_the_cancellation_takes_it_out(mail_server):
	told = make.chain([inviting()], trigger="booking_cancelled", for_every_booking=1)
	booking = make.booking()
	before = booking.invite_sequence or 0
	cancel_booking(booking.name, "Ill")
	work()
	mail = next(mail for mail in mail_server.mails() if mail.subject == "Your visit")
	calendar = invitation_in(mail)
	assert calendar.method.value == "CANCEL" and calendar.vevent.status.value == "CANCELLED"
	assert int(calendar.vevent.sequence.value) > before
	assert calendar.vevent.uid.value == f"{booking.name}@{frappe.local.site}"
	assert told.enabled


def test_a_message_without_one_stays_as_it_was(mail_server):
	visit(make.message())
	work()
	assert mail_server.mails()[0].parts("text/calendar") == []


def test_what_an_entry_shows_is_counted_and_nothing_else():
	booking = make.booking()
	for changed, values in (
		(0, {"notes": "Tea, no milk"}),
		(1, {"access_notes": "Side door"}),
		(1, {"starts_at": make.day(5)}),
		(1, {"resources": [{"resource": make.person().name}]}),
		(1, {"status": "Cancelled", "cancel_reason": "Ill"}),
	):
		before = booking.invite_sequence or 0
		booking.update(values)
		booking.save()
		assert (booking.invite_sequence or 0) == before + changed, values


def test_the_download_is_the_visit_as_it_stands():
	booking = make.booking(service=make.bookable_service(needs_address=1), access_notes="Gate code 4711")
	event = vobject.readOne(invitation_of(booking.name)).vevent
	assert event.dtstart.value == from_utc(booking.starts_at_utc)
	assert "4711" not in event.serialize()
	assert invitation_of("BK-0000000") is None


def test_the_library_invites_and_withdraws():
	inviting_steps = {
		(chain["code"], step["code"])
		for chain in read_library_data()
		for step in chain["steps"]
		if (step.get("settings") or {}).get("invitation")
	}
	assert inviting_steps == {
		("service_visit", "confirmation"),
		("home_service", "confirmation"),
		("renovation", "confirmation"),
		("booking_cancelled", "tell_customer"),
	}
