"""A day at the front desk: book, confirm, read the trail, move, answer an exception, check out."""

import frappe
from frappe.utils import get_datetime
from tests import factories

from runbook_ops.workflows.pump import pump


def committed(doc):
	frappe.db.commit()
	return doc


def state_of(booking: str, code: str) -> str:
	run = frappe.db.get_value("Chain Run", {"booking": booking, "chain": "service_visit"})
	frappe.db.rollback()
	return frappe.db.get_value("Chain Step Run", {"run": run, "step_code": code}, "state")


def field_of(booking: str, field: str):
	frappe.db.rollback()
	return frappe.db.get_value("Service Booking", booking, field)


def test_a_booking_is_made_in_an_open_slot_confirmed_and_its_trail_read(desk, mail_server):
	person = factories.person()
	service = factories.bookable_service(minutes=60, price=80)
	customer = committed(factories.customer())

	desk.new("Service Booking")
	desk.choose("customer", customer.name)
	desk.choose("service", service.name)
	desk.press("Find a slot")
	desk.take_slot(1)
	desk.page.wait_for_selector(".modal.show", state="detached")
	desk.press("Save")
	desk.wait_for_state("Requested")

	desk.press("Confirm")
	desk.wait_for_state("Confirmed")
	booking = desk.page.evaluate("frappe.get_route()[2]")
	assert frappe.db.get_value("Service Booking Resource", {"parent": booking}, "resource") == person.name
	pump()
	desk.page.reload()
	desk.page.wait_for_selector(".rb-strip:visible")

	trail = dict(desk.see_trail())
	assert trail["create_job"] == "done"
	assert trail["confirmation"] == "done"
	assert trail["move_opportunity"] == "skipped"
	assert trail["reminder_48_hours"] in ("planned", "skipped")
	assert trail["thank_you"] == "waiting"

	desk.page.click("[data-step='confirmation'] .rb-read")
	desk.page.wait_for_selector(".rb-letter:visible")
	mail = next(mail for mail in mail_server.mails() if mail.to == customer.email_id)
	assert desk.page.inner_text(".rb-letter").strip()[:40] in mail.body.replace("\r\n", "\n")


def test_an_exception_is_found_in_the_review_queue_and_answered(desk):
	customer = factories.customer(email=None)
	booking = committed(factories.booking(customer=customer))
	pump()
	task = frappe.db.get_value("Follow-up Task", {"booking": booking.name, "status": "Open"})

	desk.go("List", "Follow-up Task")
	desk.press("Review queue")
	desk.page.click(f".list-row:visible a:text('{customer.customer_name}')")
	desk.page.wait_for_selector(".rb-review:visible")
	assert "no e-mail address" in desk.page.inner_text(".rb-review")

	desk.page.click("[data-choice='Skip']")
	desk.answer("Skip")
	desk.wait_for("Missing Values Required")
	desk.close_dialogs()
	desk.page.click("[data-choice='Done by hand']")
	desk.answer("Done by hand", reason="Told them by phone")
	desk.page.wait_for_selector(".rb-review.rb-answered:visible")
	desk.wait_for_state("Done")
	assert state_of(booking.name, "confirmation") == "Done"
	assert "Told them by phone" in frappe.db.get_value("Follow-up Task", task, "outcome")


def test_a_booking_is_moved_to_another_slot_of_the_same_person(desk):
	booking = committed(factories.booking())
	pump()

	desk.form("Service Booking", booking.name)
	desk.press("Reschedule")
	desk.take_slot(2, "Move the booking")
	desk.wait_for("Moved to")
	desk.page.wait_for_selector(".rb-strip:visible")
	assert field_of(booking.name, "starts_at") != get_datetime(booking.starts_at)
	assert field_of(booking.name, "revision") == 1
	desk.see_trail()
	assert "Before the booking was moved" in desk.page.inner_text(".rb-earlier summary")


def test_a_cancellation_asks_for_the_reason_and_shows_it(desk):
	booking = committed(factories.booking())

	desk.form("Service Booking", booking.name)
	desk.press_in_menu("Change", "Cancel booking")
	desk.answer("Cancel booking", reason="The customer is ill")
	desk.wait_for("The customer is ill")
	desk.wait_for_state("Cancelled")
	assert field_of(booking.name, "cancel_reason") == "The customer is ill"


def test_a_completed_booking_is_checked_out_in_three_clicks_and_its_receipt_shown(desk):
	booking = factories.booking(service=factories.bookable_service(price=80))
	booking.status = "Completed"
	committed(booking.save())

	desk.form("Service Booking", booking.name)
	desk.press("Check out")
	desk.page.click(".rb-modes button:text-is('Cash')")
	desk.page.wait_for_selector(".rb-tender")
	desk.page.click(".rb-post:enabled:text-is('Check out')")
	desk.wait_for("Print the receipt")
	checkout, invoice = field_of(booking.name, "checkout"), field_of(booking.name, "sales_invoice")
	assert frappe.db.get_value("Sales Invoice", invoice, ["docstatus", "outstanding_amount"]) == (1, 0)

	desk.page.goto(f"/printview?doctype=Checkout&name={checkout}&format=Checkout%20Receipt&no_letterhead=0")
	receipt = desk.page.inner_text(".receipt")
	for text in (booking.customer_name, invoice, booking.name, "80.00", "Cash"):
		assert text in receipt


def test_a_refused_move_says_what_is_taken(desk):
	person = factories.person()
	service = factories.bookable_service()
	taken = factories.booking(resources=[person], service=service, starts_at=factories.day(3, "10:00"))
	booking = committed(
		factories.booking(resources=[person], service=service, starts_at=factories.day(3, "14:00"))
	)

	desk.form("Service Booking", booking.name)
	desk.expects_refusal = True
	desk.page.evaluate(
		"([field, value]) => cur_frm.set_value(field, value)", ["starts_at", str(taken.starts_at)]
	)
	desk.press("Save")
	desk.wait_for("is already taken at that time")
	assert field_of(booking.name, "starts_at") == get_datetime(booking.starts_at)
