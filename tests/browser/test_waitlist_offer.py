"""A place that came free, offered by a link and taken on a phone."""

import os

import frappe
from tests import factories as make

from runbook_ops.operations.change_booking import cancel_booking
from runbook_ops.site_time import from_utc
from runbook_ops.store.waitlist import offer_token
from runbook_ops.workflows.waitlist import work_waitlist

PHONE = {"width": 390, "height": 844}


def offered():
	"""The offer that a cancelled visit makes to who waits for its day."""
	skill = make.skill()
	service = make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}])
	visit = make.booking(service=service, resources=[make.person(skills=[skill])], starts_at=make.day(4))
	day = make.day(4).date()
	whom = make.customer().name
	make.insert("Waitlist Entry", customer=whom, service=service.name, first_day=day, last_day=day)
	cancel_booking(visit.name, "Ill")
	frappe.db.commit()
	work_waitlist()
	return frappe.get_last_doc("Waitlist Offer", {"service": service.name})


def test_an_offer_is_taken_on_a_phone(chromium, mail_server):
	offer = offered()
	token = offer_token(offer.name, from_utc(offer.expires_at_utc))
	context = chromium.new_context(base_url=os.environ["RUNBOOK_WEB"], viewport=PHONE)
	page = context.new_page()
	troubles = []
	page.on("pageerror", lambda error: troubles.append(str(error)))
	try:
		page.goto(f"/offer/{token}")
		page.wait_for_selector("h1:has-text('A place has come free')")
		assert offer.service in page.inner_text("main")
		assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
		offer.reload()
		assert offer.status == "Open"
		page.get_by_role("button", name="Take it").press("Enter")
		page.wait_for_selector("h1:has-text('It is yours')")
		frappe.db.rollback()
		offer.reload()
		assert offer.status == "Taken"
		page.get_by_role("link", name="Show the visit").click()
		page.wait_for_selector("text=We look forward to seeing you.")
		assert page.get_by_role("link", name="Add to calendar").get_attribute("href").endswith(".ics")
		page.goto(f"/offer/{token}")
		page.wait_for_selector("text=You have taken this offer already.")
	finally:
		context.close()
	assert troubles == []


def test_a_forged_link_says_what_to_do(chromium):
	context = chromium.new_context(base_url=os.environ["RUNBOOK_WEB"], viewport=PHONE)
	page = context.new_page()
	try:
		answer = page.goto("/offer/forged")
		assert answer.status == 403
		assert "This link does not open an offer" in page.inner_text("h1")
	finally:
		context.close()
