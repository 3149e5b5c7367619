"""What a manager sets up: chains with their problems, people with their hours; and that every page opens cleanly."""

import frappe
import pytest
from tests import factories

PAGES = (
	("List", "Service Booking"),
	("List", "Service Booking", "Calendar", "default"),
	("List", "Service Job"),
	("List", "Follow-up Task"),
	("List", "Chain Run"),
	("List", "Chain Step Run"),
	("List", "Trigger Chain"),
	("List", "Service Resource"),
	("List", "Bookable Service"),
	("Form", "Runbook Settings"),
	("Form", "Trigger Chain", "service_visit"),
	("query-report", "Bookings"),
	("query-report", "Chain Health"),
)


def test_every_page_opens_without_an_error(manager):
	factories.booking()
	frappe.db.commit()
	manager.go("Workspaces", "Runbook")
	manager.page.wait_for_selector(".number-widget-box:visible")
	manager.page.wait_for_selector(".dashboard-widget-box svg:visible")
	for route in PAGES:
		manager.go(*route)
		manager.page.wait_for_timeout(800)
		assert not manager.page.is_visible(".modal.show"), (
			f"{route}: {manager.page.inner_text('.modal.show')}"
		)
	assert sorted(set(manager.errors)) == []


def test_a_broken_chain_is_refused_with_all_its_problems(manager):
	chain = factories.chain([{"code": "job", "action": "create_job"}])
	chain.append(
		"steps",
		{
			"code": "letter",
			"title": "Letter",
			"action": "send_message",
			"subject": "{{ nobody }}",
			"body": "Hi",
		},
	)
	chain.append("steps", {"code": "late", "title": "Late", "action": "create_job", "after": "nothing"})
	chain.save()
	version = chain.current_version
	frappe.db.commit()

	manager.form("Trigger Chain", chain.name)
	manager.expects_refusal = True
	manager.press("Publish")
	manager.wait_for("This chain can't be published".replace("'", "\\'"))
	problems = manager.page.inner_text(".modal.show .modal-body")
	assert "there is no field nobody" in problems
	assert "it waits for nothing" in problems
	frappe.db.rollback()
	assert frappe.db.get_value("Trigger Chain", chain.name, "current_version") == version


def test_a_chain_that_is_whole_is_published(manager):
	chain = factories.chain([{"code": "job", "action": "create_job"}])
	chain.append("steps", {"code": "more", "title": "More", "action": "create_job"})
	chain.save()
	frappe.db.commit()

	manager.form("Trigger Chain", chain.name)
	manager.page.wait_for_selector(".rbc-timeline:visible")
	assert "At once" in manager.page.inner_text(".rbc-timeline")
	manager.press("Publish")
	manager.page.wait_for_selector(".rbc-changes")
	manager.answer("Publish")
	manager.wait_for("Version 2 runs now")


def test_working_hours_are_filled_from_monday_to_friday(manager):
	person = factories.person(hours=[])
	frappe.db.commit()

	manager.form("Service Resource", person.name)
	manager.press("Fill Monday to Friday")
	manager.answer("Fill in")
	manager.page.wait_for_selector(".modal.show", state="detached")
	manager.press("Save")
	manager.wait_for_state("Active")
	frappe.db.rollback()
	rows = frappe.get_all("Service Resource Hours", {"parent": person.name}, ["weekday"], order_by="idx asc")
	assert [row.weekday for row in rows] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


@pytest.mark.parametrize("width", [390])
def test_the_booking_form_fits_a_phone(desk_of, width):
	booking = factories.booking()
	frappe.db.commit()
	desk = desk_of("Runbook Front Desk", "Sales User", "Accounts User", width=width)
	desk.form("Service Booking", booking.name)
	desk.page.wait_for_selector(".rb-strip:visible")
	desk.see_trail()
	wide = desk.page.evaluate(
		"document.querySelector('.rb-trail').scrollWidth - document.querySelector('.rb-trail').clientWidth"
	)
	assert wide <= 1
