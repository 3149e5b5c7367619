"""Recurring visits at the front desk: fill the plain form, see the days, answer a conflict, change from a visit on."""

import os

import frappe
from tests import factories


def committed(doc):
	frappe.db.commit()
	return doc


def keep(page, name, height=900):
	"""Keep a picture of the page for the docs, when a folder for it is named."""
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		page.set_viewport_size({"width": 1400, "height": height})
		page.wait_for_timeout(600)
		page.screenshot(path=f"{folder}/{name}.png")
		page.set_viewport_size({"width": 1400, "height": 900})


def test_a_plan_is_made_seen_and_changed(desk):
	person = factories.person(resource_name="Maria Lopez")
	holiday = factories.day(16).date()
	person.db_set("holiday_list", factories.holiday_list(holiday).name)
	service = factories.bookable_service(service_name="Colour and cut")
	factories.booking(resources=[person], service=service, starts_at=factories.day(9))
	customer = committed(factories.customer(customer_name="Ada Vance"))
	page = desk.page

	desk.new("Service Plan")
	desk.choose("customer", customer.name)
	desk.choose("service", service.name)
	page.evaluate(
		"""([who, first]) => {
			cur_frm.add_child("resources", { resource: who });
			cur_frm.refresh_field("resources");
			return cur_frm.set_value({ starts_on: first, start_time: "10:00:00" });
		}""",
		[person.name, str(factories.day(2).date())],
	)
	page.wait_for_selector(".rb-plan-words:has-text('Every week on')")
	page.wait_for_selector(".rb-plan-day:visible >> nth=9")
	page.wait_for_selector(".rb-plan-day:visible:has-text('Taken or closed')")
	page.wait_for_selector(".rb-plan-day.rb-gone:visible:has-text('Holiday')")
	second = factories.day(4)
	page.click(f".rb-weekday[aria-label='{second:%A}']")
	page.wait_for_selector(f".rb-plan-words:has-text('and'):has-text('{second:%A}')")
	page.click(f".rb-weekday[aria-label='{second:%A}']")
	page.wait_for_selector(f".rb-plan-words:has-text('Every week on {factories.day(2):%A}, 10:00')")
	desk.press("Save")
	page.wait_for_selector(".rb-plan-day[data-state='Needs a person']:visible")
	page.wait_for_selector(".rb-strip:has-text('needs a person')")
	keep(page, "service_plan", height=1560)

	page.click(".rb-plan-day[data-state='Needs a person'] a:has-text('Answer')")
	page.wait_for_selector(".rb-review:visible b:has-text('with')")
	page.click("[data-choice='Take the next open slot']")
	page.wait_for_selector(".modal.show")
	desk.answer("Take the next open slot", reason="She agrees")
	page.wait_for_selector(".rb-review.rb-answered:visible")

	plan = frappe.db.get_value("Service Plan", {"customer": customer.name})
	desk.form("Service Plan", plan)
	page.wait_for_selector(f".rb-plan-day[data-planned='{factories.day(9).date()}']:has-text('Confirmed')")
	desk.press("Change from a visit on")
	page.wait_for_selector(".modal.show .rb-plan-words")
	page.select_option(".modal.show [data-fieldname='day'] select", str(factories.day(23).date()))
	page.wait_for_timeout(600)
	page.click(f".modal.show .rb-weekday[aria-label='{second:%A}']")
	page.click(f".modal.show .rb-weekday[aria-label='{factories.day(2):%A}']")
	page.wait_for_selector(f".modal.show .rb-plan-words:has-text('Every week on {second:%A}')")
	keep(page, "plan_change")
	desk.answer("Change")
	page.wait_for_function("plan => frappe.get_route()[2] !== plan", arg=plan)
	page.wait_for_selector(f".rb-plan-words:visible:has-text('{second:%A}')")
	frappe.db.rollback()
	assert frappe.db.get_value("Service Plan", {"follows": plan}, "weekdays")


def test_one_visit_of_a_plan_is_cancelled_with_all_that_follow(desk):
	plan = committed(factories.service_plan())
	visits = frappe.get_all("Service Booking", {"plan": plan.name}, pluck="name", order_by="starts_at asc")
	desk.form("Service Booking", visits[1])
	desk.press_in_menu("Change", "Cancel booking")
	desk.page.wait_for_selector(".modal.show [data-fieldname='scope'] select")
	desk.page.select_option(".modal.show [data-fieldname='scope'] select", "following")
	desk.answer("Cancel booking", reason="They move away")
	desk.wait_for_state("Cancelled")
	frappe.db.rollback()
	states = [frappe.db.get_value("Service Booking", visit, "status") for visit in visits]
	assert states == ["Confirmed", "Cancelled", "Cancelled"]
