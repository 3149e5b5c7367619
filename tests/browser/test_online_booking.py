"""The public page in Chromium, on a desk and on a phone: book, hold expires, move, cancel, and nobody is shut out."""

import os
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import frappe
import pytest
from tests import factories as make
from tests.browser.guest import Guest, accessible, picture

from runbook_ops.operations.book_online import LEAST_SECONDS

SIZES = ["desktop", "phone"]
POLICY = """Plans change, and that is fine. You can move or cancel a visit yourself until 24 hours before it starts.
Later than that, please call us, and we will see what can be done. If you are more than 15 minutes late, we may have to shorten the visit."""


@pytest.fixture
def salon(db):
	"""A small salon with a policy."""
	settings = frappe.get_doc("Runbook Settings")
	settings.update(
		{
			"company": make.company(),
			"online_booking": "Confirmed",
			"hold_minutes": 10,
			"company_phone": "+1 559 555 0134",
		}
	)
	settings.save()
	frappe.db.set_value("Bookable Service", {"online": 1}, "online", 0)
	policy = make.insert("Booking Policy", policy_name=make.unique("House"), policy_text=POLICY, active=1)
	cut, colour = make.skill(), make.skill()
	people = [
		make.person(resource_name="Mara Winter", skills=[cut, colour]),
		make.person(resource_name="Jonas Falk", skills=[cut]),
	]

	def service(name, minutes, price, skill, about, **values):
		return make.bookable_service(
			minutes=minutes,
			price=price,
			service_name=name,
			needs=[{"kind": "Person", "skill": skill.name}],
			public_description=about,
			booking_policy=policy.name,
			online=values.pop("online", 1),
			**values,
		).name

	mask = service("Hair mask", 15, 18, cut, "", online=0)
	names = {
		"cut": service(
			"Haircut", 45, 52, cut, "Wash, cut and styling.", add_ons=[{"service": mask, "note": "Deep care"}]
		),
		"colour": service("Colour", 90, 110, colour, "Full colour with a gloss to finish."),
		"beard": service("Beard trim", 20, 24, cut, "Hot towel, shape and oil."),
	}
	frappe.db.commit()
	return frappe._dict(names, people=[one.name for one in people], day=make.day(6).date().isoformat())


@pytest.fixture
def guest_of(chromium, tmp_path):
	"""`guest_of(size)`: a visitor's tab; at the end nothing may be wrong on its console."""
	guests = []

	def open_tab(size="desktop", **context):
		guests.append(Guest(chromium, size, **context))
		return guests[-1]

	yield open_tab
	for number, guest in enumerate(guests):
		guest.page.screenshot(path=tmp_path / f"guest-{number}.png", full_page=True)
		guest.close()
	assert [error for guest in guests for error in guest.errors] == []


def to_the_form(guest, salon, at="10:00 AM", service="cut"):
	guest.open("/book")
	guest.choose_service(salon[service])
	guest.press("Choose a time")
	guest.choose_day(salon.day)
	guest.choose_time(at)
	guest.page.wait_for_selector(".rb-form")


def book(guest, salon, **values):
	to_the_form(guest, salon, **values)
	guest.fill(name="Dana Frost", email="dana@customer.example", notes="Blue door")
	guest.page.check("[name=accepted]")
	guest.page.wait_for_timeout(LEAST_SECONDS * 1000)
	guest.press("Book now")
	guest.see("You are booked")
	return guest.page.get_attribute("a:text-is('See, move or cancel your visit')", "href").partition(
		"/visit/"
	)[2]


def the_booking():
	frappe.db.rollback()
	return frappe.get_last_doc("Service Booking", {"email": "dana@customer.example"})


@pytest.mark.parametrize("size", SIZES)
def test_book(guest_of, salon, size):
	guest = guest_of(size)
	guest.open("/book")
	guest.see("What can we do for you?")
	accessible(guest, "services")
	guest.choose_service(salon.cut)
	guest.page.check(".rb-extra input")
	guest.page.select_option("select >> nth=0", salon.people[0])
	accessible(guest, "services chosen")
	picture(guest, f"book-services-{size}")
	guest.press("Choose a time")
	guest.choose_day(salon.day)
	accessible(guest, "times")
	picture(guest, f"book-times-{size}")
	guest.choose_time("10:00 AM")
	guest.see("Held for you until")
	accessible(guest, "details")
	guest.press("Book now")
	guest.see("Please tell us your name.")
	accessible(guest, "details with mistakes")
	guest.fill(name="Dana Frost", email="dana@customer.example", phone="+1 559 555 0101", notes="Blue door")
	guest.page.check("[name=accepted]")
	picture(guest, f"book-details-{size}")
	guest.page.dblclick("button:text-is('Book now')")
	guest.see("You are booked")
	accessible(guest, "done")
	picture(guest, f"book-done-{size}")
	booking = the_booking()
	assert booking.status == "Confirmed"
	assert next(row.service for row in booking.services) == salon.cut
	assert booking.resources[0].resource == salon.people[0]
	assert booking.policy_version
	assert frappe.db.count("Service Booking", {"email": "dana@customer.example"}) == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_hold_expires_and_is_taken_again(guest_of, salon, size):
	guest = guest_of(size)
	guest.page.clock.install()
	guest.page.clock.resume()
	to_the_form(guest, salon)
	guest.fill(name="Dana Frost", email="dana@customer.example")
	frappe.db.sql("update `tabSlot Hold` set expires_at = '2020-01-01' where status = 'Held'")
	frappe.db.commit()
	guest.page.clock.fast_forward(11 * 60 * 1000)
	guest.see("The time is no longer held for you")
	accessible(guest, "expired")
	guest.press("Hold it again")
	guest.see("Held for you until")
	assert guest.page.input_value("[name=name]") == "Dana Frost"
	guest.page.check("[name=accepted]")
	guest.press("Book now")
	guest.see("You are booked")
	assert the_booking().status == "Confirmed"


def test_a_time_that_was_taken_meanwhile_offers_others(guest_of, salon):
	first, second = guest_of(), guest_of()
	for guest in (first, second):
		guest.open(f"/book?service={salon.colour}")
		guest.press("Choose a time")
		guest.choose_day(salon.day)
	first.choose_time("10:00 AM")
	first.see("Held for you until")
	second.choose_time("10:00 AM")
	second.see("That time has just been taken.")
	second.page.click(".rb-note .rb-time >> nth=0")
	second.see("Held for you until")


@pytest.mark.parametrize("size", SIZES)
def test_move_and_cancel(guest_of, salon, size):
	guest = guest_of(size)
	token = book(guest, salon)
	guest.open(f"/visit/{token}")
	guest.see("Confirmed")
	accessible(guest, "visit")
	picture(guest, f"visit-{size}")
	guest.press("Move")
	guest.see("Which time suits you better?")
	guest.choose_day(salon.day)
	guest.choose_time("2:00 PM")
	guest.see("Your visit was moved to")
	assert f"{the_booking().starts_at:%H:%M}" == "14:00"
	guest.press("Cancel the visit")
	guest.see("Cancel this visit?")
	accessible(guest, "cancel")
	guest.page.fill("#rb-reason", "ill")
	guest.press("Cancel the visit")
	guest.see("Your visit is cancelled.")
	accessible(guest, "cancelled")
	booking = the_booking()
	assert (booking.status, booking.cancel_reason, booking.cancelled_by) == ("Cancelled", "ill", "Customer")


def test_cancelling_late_names_its_price(guest_of, salon):
	guest = guest_of("phone")
	token = book(guest, salon)
	booking = the_booking()
	policy = frappe.get_doc("Booking Policy", {"policy_text": POLICY})
	late = {"cause": "Late cancellation", "kind": "Fixed amount", "value": 15, "less_than_hours": 24 * 30}
	policy.append("fees", late)
	policy.save()
	booking.db_set("policy_version", policy.reload().current_version)
	frappe.db.commit()
	guest.open(f"/visit/{token}")
	guest.press("Cancel the visit")
	guest.see("the policy that you accepted asks for $ 15.00")
	accessible(guest, "cancel-late")
	picture(guest, "cancel-late")
	guest.press("Cancel for $15.00")
	guest.see("Your visit is cancelled.")


@pytest.mark.parametrize("size", SIZES)
def test_whom_no_time_suits_goes_on_the_waitlist(guest_of, salon, size):
	guest = guest_of(size)
	guest.open("/book")
	guest.choose_service(salon.cut)
	guest.press("Choose a time")
	guest.page.click("summary:text-is('None of these suits you?')")
	accessible(guest, "waitlist")
	guest.fill(name="Dana Frost", email="dana@customer.example")
	guest.press("Put me on the waitlist")
	guest.see("You are on the waitlist.")
	frappe.db.rollback()
	assert frappe.db.exists("Waitlist Entry", {"email": "dana@customer.example", "service": salon.cut})


def test_a_broken_link_says_what_to_do(guest_of):
	guest = guest_of()
	answer = guest.open("/visit/BK-7F3K9QA.kb5.forged")
	assert answer.status == 403
	guest.see("This link does not open a visit")
	accessible(guest, "broken link")
	assert "Traceback" not in guest.page.content()


def test_by_keyboard_alone(guest_of, salon):
	guest = guest_of()
	keys = guest.page.keyboard
	guest.open("/book")
	guest.see("What can we do for you?")
	guest.page.focus(f"[data-service='{salon.beard}']")
	keys.press("Space")
	guest.page.wait_for_selector(f"[data-service='{salon.beard}'][aria-pressed=true]:focus")
	guest.page.focus("button:text-is('Choose a time')")
	keys.press("Enter")
	guest.page.wait_for_selector(".rb-times .rb-time")
	first = guest.page.get_attribute(".rb-day[tabindex='0']", "data-day")
	guest.page.focus(".rb-day[tabindex='0']")
	keys.press("ArrowRight")
	assert guest.page.evaluate("document.activeElement.dataset.day") != first
	keys.press("Enter")
	guest.page.wait_for_selector(".rb-day[aria-pressed=true]:focus")
	guest.page.wait_for_selector(".rb-times .rb-time")
	guest.page.focus(".rb-times .rb-time")
	keys.press("Enter")
	guest.page.wait_for_selector(".rb-form")
	assert guest.page.evaluate("document.activeElement.tagName") == "H1"
	guest.page.wait_for_selector("#rb-live:has-text('Held for you until')", state="attached")


@pytest.fixture
def shop():
	"""The address of another site's page that shows the booking page in a frame, as the documents tell."""
	page = f"""<iframe id=rb src="{os.environ["RUNBOOK_WEB"]}/book?embed=1&accent=7a3e65" style="width:100%;border:0"></iframe>
	<script>addEventListener("message", (event) => {{
		if (event.data.runbook === "height") rb.style.height = event.data.height + "px";
	}});</script>"""

	class Page(BaseHTTPRequestHandler):
		def do_GET(self):
			self.send_response(200)
			self.send_header("Content-Type", "text/html")
			self.end_headers()
			self.wfile.write(page.encode())

		def log_message(self, *words):
			"""Nothing."""

	server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
	Thread(target=server.serve_forever, daemon=True).start()
	yield f"http://127.0.0.1:{server.server_port}/"
	server.shutdown()


def test_in_a_frame_of_another_site(guest_of, salon, shop):
	guest = guest_of()
	guest.open(shop)
	inner = guest.page.frame_locator("#rb")
	inner.locator(f"[data-service='{salon.cut}']").click()
	guest.page.wait_for_function("document.getElementById('rb').clientHeight > 400")
	inner.locator("button:text-is('Choose a time')").click()
	inner.locator(".rb-times .rb-time").first.click()
	inner.locator(".rb-form").wait_for()


def test_another_zone_and_a_language_from_right_to_left(guest_of, salon):
	guest = guest_of("phone", locale="ar", timezone_id="Asia/Tokyo")
	guest.open(f"/book?service={salon.cut}")
	assert guest.page.get_attribute("html", "dir") == "rtl"
	guest.page.click(".rb-main")
	guest.page.wait_for_selector(".rb-times .rb-time small")
	assert guest.wide() <= 0
	accessible(guest, "rtl")
	picture(guest, "book-rtl-phone")


def test_a_form_that_is_sent_while_the_line_fails_books_once(guest_of, salon):
	guest = guest_of()
	to_the_form(guest, salon)
	guest.fill(name="Dana Frost", email="dana@customer.example")
	guest.page.check("[name=accepted]")
	lost = []

	def lose_the_answer(route):
		if not lost:
			lost.append(route.fetch().status)
			return route.abort()
		return route.continue_()

	guest.page.route("**/runbook_ops.api.public.book", lose_the_answer)
	guest.page.wait_for_timeout(LEAST_SECONDS * 1000)
	guest.press("Book now")
	guest.see("You are booked")
	guest.errors = [error for error in guest.errors if "ERR_FAILED" not in error]
	assert lost == [200]
	assert frappe.db.count("Service Booking", {"email": "dana@customer.example"}) == 1


def test_page_texts_are_found_for_translation():
	from runbook_ops.www.online_page import _texts_of_scripts

	found = _texts_of_scripts()
	assert "Choose a time" in found
	assert len(found) > 80
	assert not [text for text in found if re.search(r"\$\{", text)]
