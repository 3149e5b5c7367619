"""A chain is built in the desk: steps added, moved, edited with their problems and a preview, published, rehearsed, taken out and in."""

import json

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests import factories


@pytest.fixture
def chain():
	made = factories.chain(
		[
			{"code": "job", "action": "create_job", "title": "Make the job", "priority": 10},
			factories.message("welcome", priority=20, title="Welcome the customer"),
			factories.message(
				"reminder", anchor="booking_start", offset_minutes=-2880, title="Remind the customer"
			),
		],
		title="My own chain",
	)
	frappe.db.commit()
	return made


def open_chain(desk, chain):
	desk.form("Trigger Chain", chain.name)
	desk.page.wait_for_selector(".rbc-card:visible")


def saved(desk, chain):
	"""Save the form, and give the chain as it then is."""
	desk.press("Save")
	desk.page.wait_for_function("!cur_frm.is_dirty() && !cur_frm.is_new()")
	frappe.db.rollback()
	return frappe.get_doc("Trigger Chain", chain.name)


def open_step(desk, code):
	desk.page.click(f".rbc-card[data-code='{code}'] .rbc-open")
	desk.page.wait_for_selector(".rbc-dialog.show .rbc-verdict, .rbc-dialog.show .rbc-preview-body p")


def field(desk, name):
	place = desk.page.locator(f".rbc-dialog.show .rbc-form [data-fieldname='{name}']")
	return place.locator("input:visible, textarea, select:not(.rbc-insert)").first


def keep(desk, label="Done"):
	desk.page.click(f".rbc-dialog.show button:visible:text-is('{label}')")
	desk.page.wait_for_selector(".rbc-dialog", state="detached")


def codes(desk):
	return desk.page.eval_on_selector_all(".rbc-card", "cards => cards.map(card => card.dataset.code)")


def test_the_steps_stand_as_a_timeline_in_words(manager, chain):
	open_chain(manager, chain)
	text = manager.page.inner_text(".rbc-timeline")
	assert "At once" in text and "48 hours before the visit" in text
	assert codes(manager) == ["job", "welcome", "reminder"]
	assert manager.page.inner_text(".rbc-phase[data-phase='before'] h4") == "Before the visit"


def test_a_step_is_added_with_its_time_and_its_text_previewed(manager, chain):
	customer = factories.customer(customer_name="Grace Hopper")
	booking = factories.booking(customer=customer)
	frappe.db.set_value("Service Booking", booking.name, "creation", "2100-01-01")
	frappe.db.commit()
	open_chain(manager, chain)
	manager.page.click(".rbc-tools [data-do='add']")
	manager.page.click(".rbc-kind[data-code='send_message']")
	field(manager, "title").fill("Say thanks")
	field(manager, "when").select_option("booking_end|+")
	field(manager, "offset__count").fill("3")
	field(manager, "offset__unit").select_option("hours")
	field(manager, "subject").fill("Thank you, {{ customer_first_name }}")
	field(manager, "body").fill("It was good to see ")
	manager.page.select_option(".rbc-dialog.show [data-fieldname='body'] .rbc-insert", "{{ customer_name }}")
	manager.page.wait_for_selector(".rbc-letter-body:text('It was good to see Grace Hopper')")
	assert "3 hours after the visit ends" in manager.page.inner_text(".rbc-when-words")
	assert manager.page.inner_text(".rbc-letter-subject") == "Thank you, Grace"
	keep(manager, "Add")

	step = saved(manager, chain).steps[-1]
	assert (step.code, step.action, step.anchor, step.offset_minutes) == (
		"say_thanks",
		"send_message",
		"booking_end",
		180,
	)
	assert step.body == "It was good to see {{ customer_name }}"


def test_a_problem_is_marked_at_its_field_and_its_step(manager, chain):
	factories.booking()
	frappe.db.commit()
	open_chain(manager, chain)
	open_step(manager, "welcome")
	field(manager, "body").fill("Hello {{ customer_nme }}")
	manager.page.wait_for_selector(".rbc-problem:has-text('customer_nme')")
	assert field(manager, "body").get_attribute("aria-invalid") == "true"
	keep(manager)
	manager.page.wait_for_selector(".rbc-card[data-code='welcome'].rbc-wrong .rbc-problems")
	assert "One step has a problem" in manager.page.inner_text(".rbc-general")
	open_step(manager, "welcome")
	field(manager, "body").fill("Hello {{ customer_name }}")
	manager.page.wait_for_selector(".rbc-letter-body")
	keep(manager)
	manager.page.wait_for_selector(".rbc-wrong", state="detached")


def test_steps_are_moved_by_keys_and_by_hand(manager, chain):
	open_chain(manager, chain)
	manager.page.focus(".rbc-card[data-code='welcome'] .rbc-open")
	manager.page.keyboard.press("Alt+ArrowUp")
	assert codes(manager) == ["welcome", "job", "reminder"]
	assert manager.page.evaluate("document.activeElement.closest('.rbc-card').dataset.code") == "welcome"
	assert "number 1" in manager.page.inner_text(".rbc-says")
	manager.page.focus(".rbc-card[data-code='job'] .rbc-open")
	manager.page.keyboard.press("Alt+ArrowDown")
	assert "48 hours before the visit" in manager.page.inner_text(".rbc-says")
	steps = {step.code: step for step in saved(manager, chain).steps}
	assert (steps["job"].anchor, steps["job"].offset_minutes) == ("booking_start", -2880)
	assert steps["job"].priority < steps["reminder"].priority
	assert steps["welcome"].anchor == "run_start"

	manager.page.drag_and_drop(
		".rbc-card[data-code='job'] .rbc-icon",
		".rbc-card[data-code='welcome']",
		target_position={"x": 80, "y": 60},
	)
	manager.page.wait_for_function("document.querySelectorAll('[data-phase=start] .rbc-card').length === 2")
	assert {step.code: step.anchor for step in saved(manager, chain).steps}["job"] == "run_start"


def test_a_step_is_copied_and_one_that_others_wait_for_is_deleted(manager, chain):
	chain.steps[1].after = "job"
	chain.save()
	frappe.db.commit()
	open_chain(manager, chain)
	assert "after: Make the job" in manager.page.inner_text(".rbc-card[data-code='welcome']")
	in_menu(manager, "welcome", "Duplicate")
	manager.page.wait_for_selector(".rbc-card[data-code='welcome_the_customer_copy']")
	in_menu(manager, "job", "Delete")
	assert "no longer wait" in manager.page.inner_text(".modal.show .modal-body")
	manager.page.click(".modal.show button:visible:text-is('Yes')")
	manager.page.wait_for_selector(".rbc-card[data-code='job']", state="detached")
	rows = saved(manager, chain).steps
	assert {row.code: row.after or "" for row in rows} == {
		"welcome": "",
		"welcome_the_customer_copy": "",
		"reminder": "",
	}


def in_menu(desk, code, label):
	desk.page.click(f".rbc-card[data-code='{code}'] .rbc-menu button")
	desk.page.click(f".rbc-card[data-code='{code}'] .dropdown-item:text-is('{label}')")


def test_a_condition_is_made_of_rows_and_groups_and_what_is_deeper_stays_as_text(manager, chain):
	open_chain(manager, chain)
	open_step(manager, "welcome")
	manager.page.click(".rbc-condition-feet [data-do='row']")
	row = manager.page.locator(".rbc-row").nth(0)
	row.locator("[data-set='fact']").select_option("customer_visits")
	row.locator("[data-set='operator']").select_option(">=")
	row.locator("[data-set='value']").fill("3")
	manager.page.click(".rbc-condition-feet [data-do='group']")
	manager.page.locator(".rbc-group [data-do='row']").click()
	second = manager.page.locator(".rbc-group .rbc-row").nth(1)
	second.locator("[data-set='fact']").select_option("status")
	second.locator("[data-set='value']").select_option("Confirmed")
	keep(manager)
	branch = manager.page.inner_text(".rbc-card[data-code='welcome'] .rbc-branch")
	assert "is at least 3" in branch and "or Status is Confirmed" in branch
	step = saved(manager, chain).steps[1]
	assert json.loads(step.condition) == {
		"all": [
			["customer_visits", ">=", 3],
			{"any": [["returning_customer", "=", True], ["status", "=", "Confirmed"]]},
		]
	}

	deep = '{"all": [{"any": [{"all": [["outdoor", "=", true]]}]}]}'
	frappe.db.set_value("Trigger Chain Step", step.name, "condition", deep)
	frappe.db.commit()
	manager.page.evaluate("cur_frm.reload_doc()")
	manager.page.wait_for_function("cur_frm.doc.steps[1].condition.includes('outdoor')")
	manager.page.wait_for_selector(".rbc-card[data-code='welcome'] .rbc-branch:has-text('Outdoor')")
	open_step(manager, "welcome")
	assert json.loads(manager.page.input_value(".rbc-condition-text")) == json.loads(deep)
	field(manager, "title").fill("Greet")
	keep(manager)
	assert json.loads(saved(manager, chain).steps[1].condition) == json.loads(deep)


def test_publishing_tells_first_what_changes(manager, chain):
	open_chain(manager, chain)
	open_step(manager, "welcome")
	field(manager, "subject").fill("Welcome!")
	keep(manager)
	manager.press("Publish")
	manager.page.wait_for_selector(".rbc-changes")
	assert "Welcome the customer" in manager.page.inner_text(".rbc-changes")
	assert "subject" in manager.page.inner_text(".rbc-changes")
	manager.answer("Publish")
	manager.wait_for("Version 2 runs now")
	frappe.db.rollback()
	assert frappe.db.get_value("Trigger Chain", chain.name, "current_version") != chain.current_version


def test_a_chain_is_switched_off_and_on(manager, chain):
	open_chain(manager, chain)
	manager.page.click(".page-head:visible .menu-btn-group button")
	manager.page.click(".page-head:visible .menu-btn-group .dropdown-item:has-text('Switch off')")
	manager.page.click(".modal.show button:visible:text-is('Yes')")
	manager.wait_for_state("Switched off")
	frappe.db.rollback()
	assert not frappe.db.get_value("Trigger Chain", chain.name, "enabled")


def test_a_chain_goes_out_as_a_file_and_comes_back(manager, chain, tmp_path):
	open_chain(manager, chain)
	with manager.page.expect_download() as download:
		manager.page.click(".page-head:visible .menu-btn-group button")
		manager.page.click(".page-head:visible .menu-btn-group .dropdown-item:has-text('Export as YAML')")
	path = tmp_path / "chain.yaml"
	download.value.save_as(path)
	text = path.read_text()
	assert "title: Remind the customer" in text
	path.write_text(text.replace(chain.name, "brought_in").replace("My own chain", "Brought in"))

	manager.go("List", "Trigger Chain")
	manager.press("Import from YAML")
	manager.page.fill(".rbc-import textarea", "title: x\nsteps: [{code: a, action: nothing}, {action: b}]")
	manager.page.wait_for_selector(".rbc-import .rbc-warning")
	assert manager.page.locator(".rbc-import .rbc-warning li").count() >= 3
	assert manager.page.locator(".rbc-import .btn-modal-primary.disabled").count() == 1
	manager.page.set_input_files("#rbc-file", str(path))
	manager.page.wait_for_selector(".rbc-found:has-text('Brought in')")
	manager.answer("Import")
	manager.page.wait_for_function("frappe.get_route()[2] === 'brought_in'")
	manager.page.wait_for_selector(".rbc-card[data-code='reminder']:visible")
	frappe.db.rollback()
	assert [step.code for step in frappe.get_doc("Trigger Chain", "brought_in").steps] == [
		"job",
		"welcome",
		"reminder",
	]


def test_a_new_chain_starts_from_a_ready_made_one(manager):
	manager.new("Trigger Chain")
	manager.page.click(".rbc-ready[data-code='no_show']")
	manager.page.wait_for_selector(".rbc-card:visible")
	title = manager.page.locator(".form-layout:visible [data-fieldname='title'] input").first
	title.fill("When nobody came")
	title.blur()
	manager.press("Save")
	manager.page.wait_for_function("!cur_frm.is_new()")
	frappe.db.rollback()
	made = frappe.get_doc("Trigger Chain", manager.page.evaluate("cur_frm.doc.name"))
	assert (made.title, made.trigger_event) == ("When nobody came", "booking_no_show")
	assert made.steps and not made.current_version


def test_a_rehearsal_with_a_chosen_booking_shows_its_trail(manager, chain):
	booking = factories.booking(customer=factories.customer(customer_name="Grace Hopper"))
	frappe.db.commit()
	open_chain(manager, chain)
	manager.press("Rehearse")
	dialog = manager.page.locator(".modal.show").last
	dialog.locator("select").first.select_option("booking")
	manager.pick("booking", booking.name)
	dialog.locator("button:visible:text-is('Rehearse')").click()
	frame = manager.page.frame_locator(".rb-rehearsal")
	frame.locator("text=Grace Hopper").first.wait_for()
	assert frame.locator("h2#messages").count() == 1


@pytest.mark.parametrize("width", [1280, 360])
def test_it_fits_the_screen_and_reads_well_to_everybody(desk_of, chain, width):
	chain.steps[1].body = "{{ nobody }}"
	chain.save()
	factories.booking()
	frappe.db.commit()
	desk = desk_of("Runbook Manager", "Sales Manager", width=width)
	open_chain(desk, chain)
	desk.page.wait_for_selector(".rbc-wrong")
	looks_well(desk, ".rbc-editor")
	open_step(desk, "welcome")
	desk.page.click(".rbc-condition-feet [data-do='row']")
	desk.page.wait_for_selector(".rbc-problem:has-text('nobody')")
	looks_well(desk, ".rbc-dialog .modal-body")


WIDE = """selector => {
	const part = document.querySelector(selector);
	const edge = part.getBoundingClientRect().right + 1;
	const scrolls = part.scrollWidth - part.clientWidth > 1;
	const wide = [...part.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > edge);
	return scrolls ? wide.map((each) => each.outerHTML.slice(0, 120)) : [];
}"""
"""What sticks out of a part of the page that would have to be scrolled sideways."""


def looks_well(desk, selector):
	"""No serious finding of axe-core, and nothing wider than the screen."""
	found = Axe().run(desk.page, context=selector, options={"resultTypes": ["violations"]})
	serious = [
		(each["id"], [node["html"][:160] for node in each["nodes"][:3]])
		for each in found.response["violations"]
		if each["impact"] in ("serious", "critical")
	]
	assert serious == []
	assert desk.page.evaluate(WIDE, selector) == []


def test_the_front_desk_reads_a_chain_and_changes_nothing(desk, chain):
	open_chain(desk, chain)
	assert desk.page.locator(".rbc-menu").count() == 0
	assert desk.page.locator(".rbc-add").count() == 0
	desk.page.click(".rbc-card[data-code='welcome'] .rbc-open")
	desk.page.wait_for_timeout(300)
	assert desk.page.locator(".rbc-dialog").count() == 0


def test_a_chain_about_another_record_offers_its_fields_and_says_when_it_starts(manager):
	made = factories.chain(
		[{"code": "call", "action": "create_follow_up", "settings": {"subject": "Call"}}],
		trigger="date_reached",
		trigger_doctype="Sales Invoice",
		trigger_field="due_date",
		title="Invoice due",
	)
	frappe.db.commit()
	open_chain(manager, made)
	manager.page.click("[data-do='start_time']")
	dialog = manager.page.locator(".modal.show").last
	dialog.locator("[data-fieldname='side'] select").select_option("after")
	dialog.locator("[data-fieldname='count'] input").fill("3")
	manager.answer("Done")
	manager.page.wait_for_selector(".rbc-phase h4 small:has-text('3 days after')")
	manager.page.click("[data-do='start_condition']")
	manager.page.click(".modal.show .rbc-condition-feet [data-do='row']")
	row = manager.page.locator(".modal.show .rbc-row")
	row.locator("[data-set='fact']").select_option("doc.outstanding_amount")
	row.locator("[data-set='operator']").select_option(">")
	row.locator("[data-set='value']").fill("100")
	manager.answer("Done")
	manager.page.wait_for_selector(".rbc-start-condition:has-text('Outstanding Amount is more than 100')")
	doc = saved(manager, made)
	assert doc.trigger_offset_minutes == 3 * 24 * 60
	assert json.loads(doc.condition) == {"all": [["doc.outstanding_amount", ">", 100]]}
