"""A chain that is being built: what it can be made of, what is wrong with it, what it would do, and in and out as YAML."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.api import chain_drafts, chains
from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.parse import parse_chain
from runbook_ops.errors import ChainRefused
from runbook_ops.operations.publish_chain import form_to_data, publish_chain


def draft(**step):
	"""A form's values, not saved, with a message to the customer."""
	row = {
		"code": "letter",
		"title": "Letter",
		"action": "send_message",
		"anchor": "run_start",
		"to": "customer",
		"subject": "See you on {{ visit_date }}",
		"body": "Hello {{ customer_name }}",
	}
	return {"code": "c", "title": "C", "trigger_event": "booking_confirmed", "steps": [{**row, **step}]}


def test_the_catalogue_has_every_action_with_its_settings_and_every_fact():
	known = chain_drafts.catalogue()
	assert {action["code"] for action in known["actions"]} == set(ACTIONS)
	assert {fact["name"] for fact in known["facts"]} == set(FACTS)
	(message,) = [action for action in known["actions"] if action["code"] == "send_message"]
	settings = {setting["name"]: setting for setting in message["settings"]}
	assert set(settings) == set(ACTIONS["send_message"].settings)
	assert settings["body"]["kind"] == "template" and settings["body"]["required"]
	assert settings["to"]["kind"] == "choice" and ["customer", "Customer"] in settings["to"]["choices"]
	kinds = {fact["name"]: fact["kind"] for fact in known["facts"]}
	assert kinds["returning_customer"] == "yes_no"
	assert kinds["hours_to_visit"] == "number"
	assert kinds["materials"] == "list"
	assert kinds["customer_name"] == "text"
	assert {chain["code"] for chain in known["ready_made"]} == {spec.code for spec in read_library()}


@pytest.mark.parametrize(
	("step", "field", "text"),
	[
		({"body": "Dear {{ customer_nme }}"}, "body", "customer_nme"),
		({"subject": ""}, "subject", "missing"),
		({"at": "25:99"}, "at", "not a time"),
		({"after": "nothing"}, "after", "no such step"),
		({"condition": '{"all": [["custmer", "=", 1]]}'}, "condition", "custmer"),
		({"condition": "{"}, "condition", "not valid JSON"),
		({"more_settings": "[1]"}, "settings", "mapping"),
		({"offset_minutes": "soon"}, "offset_minutes", "whole number"),
	],
)
def test_a_problem_names_its_step_and_field_and_nothing_is_saved(step, field, text):
	(problem,) = chain_drafts.check(draft(**step))
	assert (problem["step"], problem["field"]) == ("letter", field)
	assert text in problem["message"]
	assert not problem["message"].startswith("Step letter")
	assert not frappe.db.exists("Trigger Chain", "c")


def test_a_chain_without_problems_has_none():
	assert chain_drafts.check(draft()) == []


@pytest.mark.parametrize("given", ["[]", '{"steps": "x"}', '{"steps": [1]}', "1"])
def test_what_is_no_chain_is_refused(given):
	with pytest.raises(ChainRefused):
		chain_drafts.check(given)


def test_a_step_is_previewed_with_the_newest_booking_or_the_one_that_is_named():
	first = make.booking(customer=make.customer(customer_name="Grace Hopper"))
	newest = make.booking(customer=make.customer(customer_name="Mary Keller"))
	frappe.db.set_value("Service Booking", newest.name, "creation", "2100-01-01")
	seen = chain_drafts.preview(draft(), 0)
	assert (seen["doctype"], seen["record"], seen["problems"]) == ("Service Booking", newest.name, [])
	assert seen["outcome"]["texts"]["body"] == "Hello Mary Keller"
	assert seen["outcome"]["outcome"] == "act"
	assert seen["outcome"]["recipient"] == newest.email or frappe.db.get_value(
		"Customer", newest.customer, "email_id"
	)
	named = chain_drafts.preview(draft(), 0, first.name)["outcome"]
	assert named["texts"]["body"] == "Hello Grace Hopper"


def test_the_preview_tells_the_time_for_that_booking():
	booking = make.booking(starts_at=make.day(5, "14:00"))
	step = draft(anchor="booking_start", offset_minutes=-1440, at="09:30")
	assert chain_drafts.preview(step, 0, booking.name)["outcome"]["due_at"] == make.day(4, "09:30")


def test_the_preview_says_what_is_missing_and_what_a_condition_leaves_out():
	booking = make.booking()
	missing = chain_drafts.preview(draft(body="At {{ access_notes }}"), 0, booking.name)["outcome"]
	assert missing["outcome"] == "ask"
	assert missing["missing"] == {"body": FACTS["access_notes"]}
	left_out = draft(condition='{"all": [["returning_customer", "=", true]]}')
	skipped = chain_drafts.preview(left_out, 0, booking.name)["outcome"]
	assert skipped["outcome"] == "skip" and skipped["reason"]
	assert skipped["texts"]["body"].startswith("Hello")


def test_the_problems_of_other_steps_do_not_hide_a_preview_but_its_own_do():
	booking = make.booking()
	values = draft()
	values["steps"].append({"code": "broken", "action": "send_message", "anchor": "run_start"})
	seen = chain_drafts.preview(values, 0, booking.name)
	assert seen["outcome"] and seen["problems"]
	assert chain_drafts.preview(values, 1, booking.name)["outcome"] is None


def test_a_cancelled_booking_lends_its_data():
	booking = make.booking()
	frappe.db.set_value("Service Booking", booking.name, "status", "Cancelled")
	assert chain_drafts.preview(draft(), 0, booking.name)["outcome"]["outcome"] == "act"


def test_changes_against_what_runs():
	chain = make.chain([make.message(), {"code": "job", "action": "create_job"}])
	assert chain_drafts.changes(chain.name) == []
	chain.steps[0].subject = "New"
	chain.append("steps", {"code": "more", "title": "More", "action": "create_job"})
	chain.save()
	told = {change["code"]: (change["kind"], change["fields"]) for change in chain_drafts.changes(chain.name)}
	assert told == {"message": ("changed", ["subject"]), "more": ("added", [])}


@pytest.mark.parametrize("spec", read_library(), ids=lambda spec: spec.code)
def test_a_ready_made_chain_goes_through_form_yaml_and_back(spec):
	values = chain_drafts.ready_made(spec.code)
	values["code"] = f"{spec.code}_again"
	chain = make.insert("Trigger Chain", **values)
	text = chain_drafts.export(chain.name)
	assert chain_drafts.read(text)["replaces"] == chain.title
	frappe.delete_doc("Trigger Chain", chain.name)
	assert chain_drafts.read(text)["replaces"] is None
	name = chain_drafts.bring_in(text)
	again = parse_chain(form_to_data(frappe.get_doc("Trigger Chain", name)))
	assert again == parse_chain({**form_to_data(chain)})
	assert chain_drafts.export(name) == text
	assert frappe.db.get_value("Trigger Chain", name, "current_version") is None


def test_an_import_names_every_problem_and_saves_nothing():
	text = """
code: from_text
title: From text
trigger: booking_confirmed
steps:
  - {code: one, action: send_message, settings: {subject: Hi, body: "{{ nobody }}"}}
  - {code: two, action: create_job, after: [nowhere]}
"""
	found = chain_drafts.read(text)
	assert len(found["problems"]) == 2
	with pytest.raises(ChainRefused) as refused:
		chain_drafts.bring_in(text)
	assert "nobody" in str(refused.value) and "nowhere" in str(refused.value)
	assert not frappe.db.exists("Trigger Chain", "from_text")


def test_an_import_replaces_only_when_told_to_and_what_runs_stays():
	chain = make.chain([make.message()])
	version = chain.current_version
	text = chain_drafts.export(chain.name).replace("Hello", "Good day")
	with pytest.raises(ChainRefused, match="already"):
		chain_drafts.bring_in(text)
	assert chain_drafts.bring_in(text, replace=True) == chain.name
	after = frappe.get_doc("Trigger Chain", chain.name)
	assert after.steps[0].body.startswith("Good day")
	assert after.current_version == version
	assert len(after.steps) == 1


@pytest.mark.parametrize(
	"text",
	[
		"",
		"just words",
		"- a\n- b",
		"code: x",
		'code: "a\tb"\ntitle: T\ntrigger: booking_confirmed\nsteps:\n- {code: s, action: create_job}',
	],
)
def test_text_that_is_no_chain_is_refused_with_a_reason(text):
	assert chain_drafts.read(text)["problems"]
	with pytest.raises(ChainRefused):
		chain_drafts.bring_in(text)


def test_the_story_tells_version_time_tries_and_the_persons_answer(pump_once):
	from runbook_ops.workflows.resolve import resolve_task

	chain = make.chain([make.message()])
	service = make.bookable_service(chain=chain.name)
	booking = make.booking(service=service, customer=make.customer(email=None))
	pump_once()
	(row,) = chains.story(booking=booking.name)
	assert (row.version_number, row.trigger, row.state) == (1, "booking_confirmed", "Human")
	assert row.timing == {"anchor": "run_start", "offset_minutes": 0, "at": None}
	resolve_task(row.task, "Done by hand", "Told them by phone")
	(row,) = chains.story(booking=booking.name)
	(event,) = row.events
	assert event["what"] == "asked" and "e-mail" in event["text"]
	assert event["person"] and "Told them by phone" in event["answer"] and event["answered_at"]


@pytest.fixture
def pump_once():
	from tests.support.trail import pump

	return pump


def test_nobody_builds_chains_without_the_right_to():
	frappe.set_user(make.user("Runbook Technician").name)
	calls = (
		lambda: chain_drafts.catalogue(),
		lambda: chain_drafts.ready_made("service_visit"),
		lambda: chain_drafts.check(draft()),
		lambda: chain_drafts.preview(draft(), 0),
		lambda: chain_drafts.changes("service_visit"),
		lambda: chain_drafts.export("service_visit"),
		lambda: chain_drafts.read("a: 1"),
		lambda: chain_drafts.bring_in("a: 1"),
	)
	for call in calls:
		with pytest.raises(frappe.PermissionError):
			call()


def test_a_preview_shows_no_record_that_the_user_may_not_read():
	booking = make.booking()
	other = make.insert("Role", role_name=make.unique("Builder"))
	make.insert(
		"Custom DocPerm", parent="Trigger Chain", role=other.name, read=1, write=1, create=1, permlevel=0
	)
	frappe.clear_cache(doctype="Trigger Chain")
	frappe.set_user(make.user(other.name).name)
	with pytest.raises(frappe.PermissionError):
		chain_drafts.preview(draft(), 0, booking.name)


def test_publishing_after_an_import_makes_a_version():
	chain = make.chain([make.message()])
	chain_drafts.bring_in(chain_drafts.export(chain.name).replace("Hello", "Good day"), replace=True)
	assert publish_chain(chain.name) != chain.current_version
