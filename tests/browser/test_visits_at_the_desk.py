"""The booking form with several services, classes at the desk, and rules that are set aside with a reason."""

import frappe
from tests import factories


def committed(doc):
	frappe.db.commit()
	return doc


def field_of(doctype: str, name: str, field: str):
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, field)


def shown(desk, fieldname: str) -> bool:
	return desk.page.locator(f".form-layout:visible [data-fieldname='{fieldname}']").first.is_visible()


def test_a_simple_booking_shows_nothing_of_several_services(desk):
	visit = committed(factories.booking())
	desk.form("Service Booking", visit.name)
	desk.page.wait_for_selector(".rb-strip:visible")
	assert not shown(desk, "services")
	assert not shown(desk, "class_session")
	assert not desk.page.locator(
		"[data-fieldname='resources'] .grid-heading-row [data-fieldname='part']"
	).is_visible()


def test_several_services_are_seen_with_their_times_people_and_prices(desk):
	cut = factories.bookable_service(minutes=45, price=50, service_name=factories.unique("Cut"))
	colour = factories.bookable_service(minutes=60, price=70, service_name=factories.unique("Colour"))
	for _ in range(2):
		factories.person()
	visit = committed(factories.visit(cut, colour))
	desk.form("Service Booking", visit.name)
	desk.page.wait_for_selector(".rb-strip:visible")
	rows = desk.page.inner_text("[data-fieldname='services'] .grid-body")
	for text in (cut.name, colour.name, "50.00", "70.00"):
		assert text in rows
	assert desk.page.locator(
		"[data-fieldname='resources'] .grid-heading-row [data-fieldname='part']"
	).is_visible()


def test_an_add_on_is_put_into_a_booking(desk):
	cut = factories.bookable_service(minutes=45, price=50)
	wash = factories.bookable_service(minutes=15, price=10, service_name=factories.unique("Wash"))
	visit = committed(factories.booking(service=cut))
	desk.form("Service Booking", visit.name)
	desk.page.wait_for_selector(".rb-strip:visible")
	desk.page.click(".form-section:visible .section-head:has-text('Several services')")
	add = "[data-fieldname='services'] .grid-add-row:visible"
	desk.page.click(add)
	desk.page.wait_for_function("() => cur_frm.doc.services.length === 1 && cur_frm.doc.services[0].service")
	desk.page.wait_for_load_state("networkidle")
	desk.page.click(add)
	desk.page.wait_for_function("() => cur_frm.doc.services.length === 2")
	desk.page.evaluate(
		"service => { const row = cur_frm.doc.services[1]; return frappe.model.set_value(row.doctype, row.name, 'service', service); }",
		wash.name,
	)
	desk.press("Save")
	desk.page.wait_for_function("() => !cur_frm.is_dirty() && cur_frm.doc.services.length === 2")
	assert field_of("Service Booking", visit.name, "price") == 60
	assert [row.service for row in frappe.get_doc("Service Booking", visit.name).services] == [
		cut.name,
		wash.name,
	]


def test_a_seat_is_booked_in_a_class_and_moved_to_another(desk):
	service = factories.bookable_service(capacity=6, price=15, service_name=factories.unique("Yoga"))
	leader = factories.person()
	first = factories.class_session(service=service, resources=[leader])
	second = factories.class_session(service=service, resources=[leader], starts_at=factories.day(5))
	customer = committed(factories.customer())

	desk.form("Class Session", first.name)
	desk.wait_for("Nobody yet")
	desk.press("Book seats")
	desk.page.wait_for_function("() => cur_frm.doctype === 'Service Booking' && cur_frm.doc.__is_class")
	desk.choose("customer", customer.name)
	desk.press("Save")
	desk.wait_for_state("Requested")
	desk.press("Confirm")
	desk.wait_for_state("Confirmed")
	booking = desk.page.evaluate("frappe.get_route()[2]")
	assert field_of("Class Session", first.name, "seats_taken") == 1

	desk.press("Reschedule")
	desk.page.click(".rb-session:visible >> nth=1 >> button")
	desk.wait_for("Moved to")
	assert field_of("Service Booking", booking, "class_session") == second.name
	assert field_of("Class Session", first.name, "seats_taken") == 0
	desk.form("Class Session", second.name)
	desk.wait_for(customer.customer_name)
	desk.go("List", "Class Session")
	desk.wait_for("5 free")


def test_a_class_is_cancelled_with_a_reason(desk):
	session = factories.class_session()
	visit = committed(
		factories.booking(
			service=session.service, class_session=session.name, starts_at=session.starts_at, resources=[]
		)
	)
	desk.form("Class Session", session.name)
	desk.press("Cancel class")
	desk.answer("Cancel class", reason="The teacher is ill")
	desk.wait_for_state("Cancelled")
	assert field_of("Service Booking", visit.name, "status") == "Cancelled"


def test_what_a_rule_refuses_is_booked_all_the_same_with_a_reason(desk):
	service = factories.bookable_service(min_notice_minutes=5 * 24 * 60)
	person = factories.person()
	visit = committed(factories.booking(service=service, resources=[person], starts_at=factories.day(8)))
	desk.form("Service Booking", visit.name)
	desk.page.wait_for_selector(".rb-strip:visible")
	desk.expects_refusal = True
	starts_at = str(factories.day(3, "14:00"))
	desk.page.evaluate("value => cur_frm.set_value('starts_at', value)", starts_at)
	desk.press("Save")
	desk.wait_for("needs more notice")
	desk.answer("Book it all the same")
	desk.page.wait_for_selector(".modal.show [data-fieldname='reason']")
	desk.answer("Book it", reason="An old customer")
	desk.page.wait_for_function("() => !cur_frm.is_dirty()")
	desk.wait_for("An old customer")
	assert str(field_of("Service Booking", visit.name, "starts_at")) == starts_at


def test_a_time_is_held_and_released(desk):
	visit = committed(factories.booking(status="Requested"))
	desk.form("Service Booking", visit.name)
	desk.press_in_menu("Change", "Hold the time")
	desk.wait_for_state("Held")
	assert frappe.db.count("Resource Claim", {"holder": visit.name}) == 1
	desk.press_in_menu("Change", "Release the time")
	desk.wait_for_state("Requested")
	frappe.db.rollback()
	assert frappe.db.count("Resource Claim", {"holder": visit.name}) == 0
