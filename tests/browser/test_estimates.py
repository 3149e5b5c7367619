"""An estimate on a customer's phone: choose, sign by drawing or by typing, approve; decline; and the desk that sends it."""

import frappe
import pytest
from tests import factories as make
from tests.browser.guest import Guest, accessible, picture
from tests.support.estimates import quotation, service, token

TERMS = "<p>Half of it is due on the day of the visit, the rest within 14 days.</p><p>Paint and brushes are included.</p>"


@pytest.fixture
def guest_of(chromium, db, tmp_path):
	"""`guest_of(size)`: somebody's tab; at the end nothing may be wrong on its console."""
	frappe.db.delete("Guest Counter")
	frappe.db.set_single_value("Runbook Settings", "company_phone", "+1 559 555 0134")
	guests = []

	def open_tab(size="phone", **context):
		guests.append(Guest(chromium, size, **context))
		return guests[-1]

	yield open_tab
	for number, guest in enumerate(guests):
		guest.page.screenshot(path=tmp_path / f"guest-{number}.png", full_page=True)
		guest.close()
	assert [error for guest in guests for error in guest.errors] == []


def kitchen(**values):
	"""An estimate as a painter sends it, committed."""
	visit = service()
	frappe.db.set_value("Bookable Service", visit.name, "booking_policy", None)

	def item(name, price):
		return make.item(price, item_name=name).name

	rows = [
		{
			"item_code": visit.item,
			"item_name": "Painting the kitchen",
			"description": "Walls and ceiling, furniture covered",
			"qty": 1,
			"rate": 640,
		},
		{"item_code": item("Everyday paint", 90), "qty": 1, "rate": 90, "runbook_option_group": "Paint"},
		{
			"item_code": item("Washable paint", 140),
			"description": "Stands up to steam and small hands",
			"qty": 1,
			"rate": 140,
			"runbook_option_group": "Paint",
		},
		{"item_code": item("Second coat on the ceiling", 60), "qty": 2, "rate": 30, "runbook_add_on": 1},
		{"item_code": item("Cleaning afterwards", 75), "qty": 1, "rate": 75, "runbook_add_on": 1},
	]
	customer = make.customer(customer_name="Noor Haddad").name
	doc = quotation(rows, customer=customer, terms=TERMS, **values)
	frappe.db.commit()
	return doc


def draw(guest):
	"""A few strokes across the field."""
	canvas = guest.page.locator(".rb-sign canvas")
	canvas.scroll_into_view_if_needed()
	box = canvas.bounding_box()
	mouse = guest.page.mouse
	mouse.move(box["x"] + 30, box["y"] + 100)
	mouse.down()
	for step in range(12):
		mouse.move(box["x"] + 30 + step * 18, box["y"] + (60 if step % 2 else 110), steps=3)
	mouse.up()


def now(doc):
	frappe.db.rollback()
	return doc.reload()


def the_total(guest, text):
	guest.page.wait_for_selector(f".rb-sums .rb-total:has-text('{text}')")


def test_sent_by_the_desk_chosen_signed_and_approved_on_a_phone(desk_of, guest_of):
	desk = desk_of("Sales User", "Sales Manager", "Runbook Manager", "Inbox User")
	doc = kitchen(send=False, runbook_deposit_percent=30)
	desk.form("Quotation", doc.name)
	desk.page.click("button:visible:has-text('Send estimate')")
	desk.page.wait_for_selector(".modal.show:has-text('Your estimate')")
	assert now(doc).runbook_estimate_state == "Sent"
	guest = guest_of("phone")
	guest.open(f"/estimate/{token(doc)}")
	the_total(guest, "$803.00")
	accessible(guest, "the estimate")
	guest.page.check("text=Washable paint")
	the_total(guest, "$858.00")
	guest.page.check("text=Cleaning afterwards")
	the_total(guest, "$940.50")
	guest.see("With your approval we ask for a deposit of $282.15.")
	guest.press("Approve $940.50")
	guest.see("Please type your name.")
	guest.page.fill("[name=name]", "Noor Haddad")
	draw(guest)
	guest.page.wait_for_selector("form:not([aria-busy])")
	picture(guest, "estimate_phone")
	assert now(doc).runbook_estimate_state == "Viewed"
	guest.press("Approve $940.50")
	guest.see("Thank you")
	accessible(guest, "approved")
	assert now(doc).runbook_estimate_state == "Approved"
	assert (doc.docstatus, doc.grand_total, len(doc.items)) == (1, 940.5, 3)
	signature = frappe.get_doc("Estimate Signature", doc.runbook_estimate_signature)
	assert signature.signature.startswith("data:image/png;base64,") and len(signature.signature) > 1500
	assert signature.ip_address and "Chrome" in signature.user_agent
	assert frappe.db.count("Service Booking", {"quotation": doc.name, "status": "Requested"}) == 1
	guest.open(f"/estimate/{token(doc)}")
	guest.see("Signed by Noor Haddad")
	desk.page.reload()
	desk.form("Quotation", doc.name)
	desk.page.wait_for_selector(".runbook-estimate:visible:has-text('Estimate: Approved')")
	desk.page.wait_for_selector(".runbook-estimate :text('Signed by Noor Haddad')")
	desk.page.wait_for_selector(".runbook-estimate img[src^='data:image/png']")
	picture(desk, "estimate_signed")


def test_by_keyboard_with_a_typed_signature_while_staff_change_it(guest_of):
	doc = kitchen()
	guest = guest_of("desktop")
	guest.open(f"/estimate/{token(doc)}")
	the_total(guest, "$803.00")
	guest.page.wait_for_selector("form:not([aria-busy])")
	guest.page.focus("input[type=radio]:checked")
	guest.page.keyboard.press("ArrowDown")
	the_total(guest, "$858.00")
	guest.page.keyboard.press("Tab")
	guest.page.keyboard.press("Space")
	the_total(guest, "$924.00")
	guest.page.wait_for_selector("form:not([aria-busy])")
	picture(guest, "estimate_desktop")
	now(doc).items[0].rate = 600
	doc.save()
	frappe.db.commit()
	guest.page.focus("[name=name]")
	guest.page.keyboard.type("Noor Haddad")
	guest.page.keyboard.press("Enter")
	guest.see("The estimate has changed meanwhile")
	guest.press("Show the estimate")
	the_total(guest, "$759.00")
	guest.page.wait_for_selector("form:not([aria-busy])")
	guest.page.fill("[name=name]", "Noor Haddad")
	guest.page.keyboard.press("Enter")
	guest.see("Thank you")
	assert (now(doc).runbook_estimate_state, doc.grand_total) == ("Approved", 759)
	assert not frappe.db.get_value("Estimate Signature", doc.runbook_estimate_signature, "signature")


def test_decline_and_links_that_open_nothing(guest_of):
	doc = kitchen()
	guest = guest_of("phone")
	guest.open(f"/estimate/{token(doc)}")
	guest.press("Decline")
	guest.see("Decline this estimate?")
	accessible(guest, "declining")
	guest.press("Decline")
	guest.see("Please tell us in a few words")
	guest.page.fill("textarea", "We paint it ourselves")
	guest.press("Decline")
	guest.see("The estimate is declined")
	assert (now(doc).status, doc.order_lost_reason) == ("Lost", "We paint it ourselves")
	assert guest.open("/estimate/forged").status == 403
	guest.see("This link does not open an estimate")
	over = kitchen(transaction_date=make.day(-9).date())
	frappe.db.set_value("Quotation", over.name, "valid_till", make.day(-1).date())
	frappe.db.commit()
	guest.open(f"/estimate/{token(over)}")
	guest.see("Please contact +1 559 555 0134")
	assert not guest.page.locator("form").count()
