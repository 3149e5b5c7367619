"""The Day Board in a browser: look, drag, refuse, carry by keys, fill, block, live news, paper, phone, and other directions."""

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from frappe.utils import get_datetime, getdate
from tests import factories
from tests.browser.salon_day import make_salon_day
from tests.browser.sockets import listen, socket_server

from runbook_ops.site_time import from_site

DAY = 3


@pytest.fixture
def two():
	"""Two people who can do a service of an hour, and a visit of the one at ten."""
	one, other = factories.person(resource_name="Board Ada"), factories.person(resource_name="Board Ben")
	service = factories.bookable_service(minutes=60)
	visit = factories.booking(service=service, resources=[one], starts_at=factories.day(DAY, "10:00"))
	return visit, one, other, service


def open_board(desk, ahead: int = DAY) -> None:
	frappe.db.commit()
	desk.go("day-board", str(getdate(factories.day(ahead))))
	desk.page.wait_for_selector(".rb-col, .rb-person")
	desk.page.wait_for_load_state("networkidle")


def card(desk, booking, column=None):
	where = f".rb-col[data-column='{column.name}'] " if column else ""
	return desk.page.locator(f"{where}.rb-card[data-id='{booking.name}']:not(.rb-ghost)")


def stands(booking) -> tuple[str, list[str]]:
	"""Where the server says that it is: the time of day, and with whom."""
	frappe.db.rollback()
	doc = frappe.get_doc("Service Booking", booking.name)
	return f"{get_datetime(doc.starts_at):%H:%M}", [row.resource for row in doc.resources]


def height_of_minutes(desk, minutes: int) -> float:
	return minutes * desk.page.evaluate(
		"document.querySelector('.rb-page').closest('.page-container').board.minute_height()"
	)


def drag(desk, booking, minutes: int = 0, onto=None, release: bool = True) -> None:
	"""Drag a card so many minutes down, and over to another column."""
	thing = card(desk, booking).first
	thing.scroll_into_view_if_needed()
	box = thing.bounding_box()
	x, y = box["x"] + 30, box["y"] + 6
	target = x
	if onto:
		column = desk.page.locator(f".rb-col[data-column='{onto.name}']").bounding_box()
		target = column["x"] + 30
	mouse = desk.page.mouse
	mouse.move(x, y)
	mouse.down()
	mouse.move((x + target) / 2, y + 8, steps=3)
	mouse.move(target, y + height_of_minutes(desk, minutes) + 1, steps=6)
	if release:
		mouse.up()


def wait_moved(desk) -> None:
	desk.page.wait_for_function("document.querySelector('.rb-says').textContent.startsWith('Moved.')")


def test_a_card_is_dragged_to_another_time_and_to_another_person(desk, two):
	visit, one, other, _ = two
	open_board(desk)
	assert "10:00" in card(desk, visit, one).inner_text()
	drag(desk, visit, minutes=90)
	wait_moved(desk)
	assert stands(visit) == ("11:30", [one.name])
	drag(desk, visit, minutes=60, onto=other)
	desk.page.wait_for_selector(
		f".rb-col[data-column='{other.name}'] [data-id='{visit.name}']:not(.rb-pending)"
	)
	assert stands(visit) == ("12:30", [other.name])
	assert card(desk, visit, one).count() == 0


def test_a_move_can_be_taken_back(desk, two):
	visit, one, other, _ = two
	open_board(desk)
	drag(desk, visit, minutes=60, onto=other)
	desk.page.click(".rb-undo")
	desk.page.wait_for_selector(
		f".rb-col[data-column='{one.name}'] [data-id='{visit.name}']:not(.rb-pending)"
	)
	desk.page.wait_for_load_state("networkidle")
	assert stands(visit) == ("10:00", [one.name])


def test_a_refused_drop_goes_back_and_offers_what_is_open_next(desk, two):
	visit, one, other, service = two
	factories.booking(service=service, resources=[other], starts_at=factories.day(DAY, "12:00"))
	open_board(desk)
	desk.expects_refusal = True
	drag(desk, visit, minutes=120, onto=other)
	desk.page.wait_for_selector(".rb-panel.rb-refused:visible")
	assert f"{other.name} is already taken" in desk.page.inner_text(".rb-panel")
	assert "10:00" in card(desk, visit, one).inner_text()
	assert stands(visit) == ("10:00", [one.name])
	offer = desk.page.locator(".rb-panel [data-do='0']")
	assert other.name in offer.inner_text()
	offer.click()
	wait_moved(desk)
	assert stands(visit) == ("13:00", [other.name])


def test_escape_leaves_a_dragged_card_where_it_was(desk, two):
	visit, one, other, _ = two
	open_board(desk)
	drag(desk, visit, minutes=60, onto=other, release=False)
	assert desk.page.locator(".rb-ghost").is_visible()
	desk.page.keyboard.press("Escape")
	desk.page.mouse.up()
	assert desk.page.locator(".rb-ghost").count() == 0
	assert stands(visit) == ("10:00", [one.name])


def test_everything_is_done_with_the_keyboard(desk, two):
	visit, one, other, service = two
	second = factories.booking(service=service, resources=[one], starts_at=factories.day(DAY, "14:00"))
	open_board(desk)
	card(desk, visit, one).focus()
	keys = desk.page.keyboard
	keys.press("ArrowDown")
	assert desk.page.evaluate("document.activeElement.dataset.id") == second.name
	keys.press("ArrowUp")
	keys.press("m")
	for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
		keys.press(key)
	assert desk.page.inner_text(".rb-says") == f"10:30, {other.name}"
	keys.press("Enter")
	wait_moved(desk)
	assert stands(visit) == ("10:30", [other.name])
	card(desk, visit, other).focus()
	keys.press("m")
	keys.press("ArrowDown")
	keys.press("Escape")
	assert stands(visit) == ("10:30", [other.name])
	keys.press("Enter")
	desk.page.wait_for_selector(".rb-panel:visible")
	assert desk.page.evaluate("document.activeElement.textContent") == "Open"
	keys.press("Escape")
	assert desk.page.evaluate("document.activeElement.dataset.id") == visit.name
	keys.press("Enter")
	keys.press("Enter")
	desk.page.wait_for_selector(".form-layout:visible")
	assert desk.page.evaluate("frappe.get_route()[2]") == visit.name


def test_a_request_is_dragged_onto_a_person_and_confirmed(desk, two):
	_, one, _, service = two
	request = factories.booking(
		"Requested", service=service, resources=[], starts_at=factories.day(DAY, "13:00")
	)
	open_board(desk)
	assert desk.page.inner_text(".rb-tray-count") == "1"
	column = desk.page.locator(f".rb-col[data-column='{one.name}']").bounding_box()
	box = card(desk, request).bounding_box()
	mouse = desk.page.mouse
	mouse.move(box["x"] + 40, box["y"] + 10)
	mouse.down()
	mouse.move(column["x"] + 30, column["y"] + height_of_minutes(desk, 7 * 60) + 10, steps=8)
	mouse.up()
	desk.page.click(".rb-panel button:has-text('Confirm the booking')")
	wait_moved(desk)
	assert stands(request) == ("15:00", [one.name])
	assert frappe.db.get_value("Service Booking", request.name, "status") == "Confirmed"


def test_a_click_on_an_empty_place_books_there(desk, two):
	_, _, other, service = two
	customer = factories.customer()
	open_board(desk)
	column = desk.page.locator(f".rb-col[data-column='{other.name}']")
	column.click(position={"x": 40, "y": height_of_minutes(desk, 5 * 60 + 5)})
	dialog = desk.page.locator(".modal.show")
	dialog.wait_for()
	assert dialog.locator("[data-fieldname='resource'] input").input_value() == other.name
	for field, value in (("customer", customer.name), ("service", service.name)):
		desk.pick(field, value)
	dialog.locator("button:visible:text-is('Book')").click()
	desk.page.wait_for_selector(".modal.show", state="detached")
	desk.page.wait_for_selector(f".rb-col[data-column='{other.name}'] .rb-card:has-text('13:00')")
	frappe.db.rollback()
	booking = frappe.get_last_doc("Service Booking", {"customer": customer.name})
	assert (booking.status, stands(booking)) == ("Confirmed", ("13:00", [other.name]))


def test_time_is_blocked_by_drawing_it_and_opened_again(desk, two):
	_, _, other, _ = two
	open_board(desk)
	box = desk.page.locator(f".rb-col[data-column='{other.name}']").bounding_box()
	mouse = desk.page.mouse
	mouse.move(box["x"] + 40, box["y"] + height_of_minutes(desk, 240) + 2)
	mouse.down()
	mouse.move(box["x"] + 40, box["y"] + height_of_minutes(desk, 300) + 2, steps=6)
	mouse.up()
	desk.page.click(".rb-panel button:has-text('Block this time')")
	desk.answer("Block", reason="Stock count")
	block = desk.page.locator(f".rb-col[data-column='{other.name}'] .rb-away:has-text('Stock count')")
	block.wait_for()
	frappe.db.rollback()
	(off,) = frappe.get_all("Resource Time Off", {"resource": other.name}, ["starts_at", "ends_at"])
	assert (off.starts_at, off.ends_at) == (factories.day(DAY, "12:00"), factories.day(DAY, "13:00"))
	block.click()
	desk.page.click(".rb-panel button:has-text('Remove')")
	block.wait_for(state="detached")


def test_somebody_is_assigned_from_the_reasoned_list(desk, two):
	visit, one, other, _ = two
	open_board(desk)
	card(desk, visit, one).click()
	desk.page.click(".rb-panel button:has-text('Assign')")
	row = desk.page.locator(f".rb-candidate:has-text('{other.name}')")
	row.wait_for()
	assert "Free then" in row.inner_text()
	row.locator("button").click()
	desk.page.wait_for_selector(f".rb-col[data-column='{other.name}'] [data-id='{visit.name}']")
	assert stands(visit) == ("10:00", [other.name])


# -- news


def test_what_another_session_changes_appears_by_itself(desk_of, two):
	visit, _, other, _ = two
	frappe.db.commit()
	first, second = (desk_of("Runbook Front Desk", "Sales User") for _ in range(2))
	with socket_server() as port:
		listen(first, port)
		open_board(first)
		first.page.wait_for_timeout(1000)
		open_board(second)
		drag(second, visit, minutes=60, onto=other)
		first.page.wait_for_selector(
			f".rb-col[data-column='{other.name}'] [data-id='{visit.name}']", timeout=8000
		)
		assert "11:00" in card(first, visit, other).inner_text()
		first.page.evaluate("frappe.realtime.socket.close()")


def test_without_a_socket_it_looks_again_each_minute(desk, two):
	visit, _, other, _ = two
	desk.clock.install()
	open_board(desk)
	doc = frappe.get_doc("Service Booking", visit.name)
	doc.set("resources", [{"resource": other.name}])
	doc.save()
	frappe.db.commit()
	desk.clock.fast_forward(61_000)
	desk.page.wait_for_selector(f".rb-col[data-column='{other.name}'] [data-id='{visit.name}']")


# -- how it looks


def test_it_is_read_from_the_right_on_a_phone_and_on_paper(desk, tmp_path):
	booked = make_salon_day()
	open_board(desk)
	page = desk.page
	page.evaluate("document.documentElement.dir = 'rtl'")
	first, second = (
		page.locator(f".rb-col[data-column='{name}']").bounding_box()["x"]
		for name in ("Amara Osei", "Bruno Keller")
	)
	assert first > second
	page.evaluate("document.documentElement.dir = 'ltr'")

	sheets = page.evaluate(
		"""() => {
			window.dispatchEvent(new Event('beforeprint'));
			const found = [...document.querySelectorAll('.rb-sheet')].map((one) => one.querySelectorAll('.rb-col').length);
			window.dispatchEvent(new Event('afterprint'));
			return [found, document.querySelectorAll('.rb-sheet').length];
		}"""
	)
	assert sheets == [[6], 0]
	page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
	pdf = (tmp_path / "board.pdf").read_bytes()
	assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1

	page.set_viewport_size({"width": 390, "height": 844})
	page.wait_for_selector(".rb-person:visible")
	assert page.locator(".rb-scroll").is_hidden()
	assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 1
	page.click(f".rb-person [data-id='{booked['Victor Chen']}']")
	page.wait_for_selector(".rb-panel:visible")
	assert page.locator(".rb-panel button:has-text('Move')").is_visible()


def test_fifty_people_scroll_under_their_names(desk):
	people = [factories.person(resource_name=f"Board {number:02}") for number in range(50)]
	factories.booking(resources=[people[-1]])
	open_board(desk)
	page = desk.page
	assert page.locator(".rb-col").count() >= 50
	page.evaluate(
		"() => { const box = document.querySelector('.rb-scroll'); box.scrollTo(box.scrollWidth, 200); }"
	)
	page.wait_for_timeout(200)
	board = page.locator(".rb-scroll").bounding_box()
	hours, head = page.locator(".rb-hours").bounding_box(), page.locator(".rb-head").last.bounding_box()
	assert abs(hours["x"] - board["x"]) < 3
	assert abs(head["y"] - board["y"]) < 3


def test_the_now_line_stands_at_the_present_minute(desk, two):
	desk.clock.set_fixed_time(from_site(factories.day(DAY, "10:30")))
	visit, one, _, _ = two
	open_board(desk)
	line = desk.page.locator(".rb-now").bounding_box()
	box = card(desk, visit, one).bounding_box()
	assert abs(line["y"] - (box["y"] + box["height"] / 2)) < 4


def test_a_technician_sees_the_own_column_and_moves_nothing(desk_of, two):
	visit, one, _, _ = two
	desk = desk_of("Runbook Technician")
	desk.page.wait_for_load_state("networkidle")  # the desk's start page fails when it is left while it loads
	one.user = desk.user
	one.save()
	open_board(desk)
	assert [box.get_attribute("data-column") for box in desk.page.query_selector_all(".rb-col")] == [one.name]
	card(desk, visit, one).click()
	assert desk.page.locator(".rb-panel button").all_inner_texts() == ["Open"]


def test_no_serious_fault_for_those_who_do_not_see_it(desk):
	make_salon_day()
	open_board(desk)
	desk.page.evaluate("document.querySelector('.rb-col .rb-card').click()")
	desk.page.wait_for_selector(".rb-panel:visible")
	found = Axe().run(desk.page, context=".rb-page").response["violations"]
	serious = [
		(rule["id"], [node["html"][:160] for node in rule["nodes"]])
		for rule in found
		if rule["impact"] in ("serious", "critical")
	]
	assert serious == []
