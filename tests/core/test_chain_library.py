"""The chains that ship: complete, checked, and with texts that work for the barest and the fullest booking."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from runbook_ops.chain_library import library_off, read_library, read_library_data
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.answers import answer_facts
from runbook_ops.core.chains.condition import rows_of
from runbook_ops.core.chains.decide import decide_step
from runbook_ops.core.chains.decision import Act, Skip
from runbook_ops.core.chains.facts import BookingPicture, build_facts
from runbook_ops.core.chains.parse import chain_to_data, parse_chain
from runbook_ops.core.chains.plan import plan_run
from runbook_ops.core.chains.spec import Anchor, Event, OnReschedule, StepState

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
BARE = dict(
	booking="SB-1",
	status="Confirmed",
	customer="C",
	customer_name="Ada Byron",
	service="CUT",
	service_name="Cut",
	start=NOW + timedelta(days=3),
	end=NOW + timedelta(days=3, hours=1),
	customer_email="ada@example.com",
	technician_email="ana@example.com",
	previous_technician_email="ben@example.com",
	resource="R",
	job="JOB-1",
	offer_link="https://salon.example/offer/1",
	offer_until=NOW,
)
RECORDS = {
	"Quotation": {
		"name": "QTN-1",
		"runbook_estimate_state": "Sent",
		"runbook_estimate_link": "https://salon.example/estimate/1",
		"valid_till": date(2026, 7, 1),
	},
	"Sales Invoice": {
		"name": "INV-1",
		"docstatus": 1,
		"due_date": date(2026, 5, 31),
		"outstanding_amount": 80.0,
		"currency": "USD",
	},
}
"""What the fields of a chain's record may hold."""
CLOSED = {
	Event.BOOKING_CANCELLED: "Cancelled",
	Event.BOOKING_NO_SHOW: "No-show",
	Event.WAITLIST_OFFERED: "Open",
}
LIBRARY = {spec.code: spec for spec in read_library()}
MESSAGES = [
	pytest.param(spec, step, id=f"{spec.code}.{step.code}")
	for spec in LIBRARY.values()
	for step in spec.steps
	if step.action in ("send_message", "create_follow_up")
]


def full(**changes):
	"""A picture with every text known."""
	texts = {
		field.name: f"<{field.name}>"
		for field in fields(BookingPicture)
		if field.type in ("str | None", str | None)
	}
	more = {"price": Decimal(5), "rebook_after_days": 30, "job_completed_at": NOW, "checklist": ("a",)}
	more |= {
		"fee": Decimal(9),
		"fee_from_deposit": Decimal(5),
		"fee_owed": Decimal(4),
		"deposit_left": Decimal(1),
	}
	return BookingPicture(**{**texts, **more, **BARE, **changes})


def test_the_standard_chain_has_its_fourteen_steps_in_order():
	assert [step.code for step in LIBRARY["service_visit"].steps] == [
		"update_customer",
		"move_opportunity",
		"create_job",
		"assign_job",
		"check_materials",
		"notify_technician",
		"confirmation",
		"reminder_48_hours",
		"reminder_day_of",
		"prep_checklist",
		"completion",
		"thank_you",
		"review_request",
		"rebooking",
	]


def test_what_is_on_from_the_start_runs_once_for_every_booking():
	on = {code: spec.trigger for code, spec in LIBRARY.items() if code not in library_off()}
	assert on == {
		"service_visit": Event.BOOKING_CONFIRMED,
		"booking_cancelled": Event.BOOKING_CANCELLED,
		"booking_reassigned": Event.BOOKING_REASSIGNED,
		"no_show": Event.BOOKING_NO_SHOW,
		"waitlist_offer": Event.WAITLIST_OFFERED,
	}
	assert library_off() == {
		"salon_visit",
		"home_service",
		"renovation",
		"class_visit",
		"estimate_sent",
		"job_completed",
		"invoice_unpaid",
	}
	for data in read_library_data():
		if data["trigger"] == "booking_confirmed" and data["code"] != "service_visit":
			assert data["for_every_booking"] is False, "it would run beside the standard chain"


def test_what_is_read_can_be_written_and_read_again():
	for data in read_library_data():
		spec = parse_chain(data)
		assert parse_chain(chain_to_data(spec)) == spec


@pytest.mark.parametrize(("spec", "step"), MESSAGES)
@pytest.mark.parametrize("moved", [0, 1])
@pytest.mark.parametrize("whole", [False, True])
def test_every_text_can_be_written_for_the_barest_and_the_fullest_booking(spec, step, moved, whole):
	status = CLOSED.get(spec.trigger, "Confirmed")
	picture = (
		full(status=status, moves=moved)
		if whole
		else BookingPicture(**{**BARE, "status": status, "moves": moved})
	)
	given = {row.fact.removeprefix("answer."): row.value for row in rows_of(step.condition)}
	record = RECORDS.get(spec.trigger_doctype, {})
	picture = replace(picture, record=record, previous_technician_lost=True, technician_told=True)
	if step.code == "access":
		picture = replace(picture, address=None, needs_address=True)
	facts = {**build_facts(picture, NOW, UTC), **answer_facts(spec, given)}
	decision = decide_step(step, facts, NOW, NOW, spec.trigger)
	if isinstance(decision, Skip) and (not whole or step.code in ("quality_call", "afterwards")):
		assert decision.code == "condition_not_met"
		return
	assert isinstance(decision, Act)
	text = (
		f"{decision.arguments['subject']}\n{decision.arguments.get('body') or decision.arguments.get('note')}"
	)
	assert "\n\n\n" not in text
	assert "None" not in text and "{" not in text and " ." not in text and "  " not in text


@pytest.mark.parametrize("code", ["confirmation", "notify_technician"])
def test_a_moved_booking_is_told_as_moved(code):
	step = LIBRARY["service_visit"].step(code)
	assert step.on_reschedule is OnReschedule.REDO
	for revision, said in ((0, False), (2, True)):
		facts = build_facts(full(moves=revision), NOW, UTC)
		arguments = ACTIONS[step.action].decide(step.settings, facts).arguments
		assert ("moved" in str(arguments["body"])) == said
		assert ("moved" in str(arguments["subject"]).lower()) == said


def test_a_confirmation_without_the_address_asks_for_it():
	step = LIBRARY["service_visit"].step("confirmation")
	facts = build_facts(BookingPicture(**BARE, needs_address=True), NOW, UTC)
	assert "still need the address" in str(
		ACTIONS["send_message"].decide(step.settings, facts).arguments["body"]
	)


def states(booked_before):
	anchors = {
		Anchor.RUN_START: NOW,
		Anchor.BOOKING_START: NOW + booked_before,
		Anchor.BOOKING_END: NOW + booked_before + timedelta(hours=1),
	}
	return {plan.code: plan.state for plan in plan_run(LIBRARY["service_visit"], anchors, UTC, NOW)}


def test_reminders_whose_time_has_passed_are_not_sent_and_the_checklist_still_is():
	early, day_before, same_day = (states(timedelta(hours=hours)) for hours in (96, 30, 5))
	assert early["reminder_48_hours"] is early["reminder_day_of"] is StepState.PLANNED
	assert day_before["reminder_48_hours"] is StepState.SKIPPED
	assert day_before["reminder_day_of"] is StepState.PLANNED
	assert same_day["reminder_day_of"] is StepState.SKIPPED
	assert same_day["prep_checklist"] is StepState.WAITING
	assert same_day["confirmation"] is StepState.PLANNED


def test_nothing_is_thanked_or_asked_before_the_job_is_done():
	planned = states(timedelta(days=4))
	for code in ("thank_you", "review_request", "rebooking"):
		assert planned[code] is StepState.WAITING
		assert LIBRARY["service_visit"].step(code).after == ("completion",)


def test_the_optional_steps_ask_once_and_go_on_by_the_answer():
	spec = LIBRARY["renovation"]
	questions = [step.code for step in spec.steps if step.action == "ask_person"]
	assert questions == ["permit", "permit_granted", "subcontractors", "subcontractors_agreed", "financing"]
	facts = build_facts(full(), NOW, UTC)
	for answer, kind in (("Needed", Act), ("Not needed", Skip), (None, Skip)):
		given = answer_facts(spec, {"permit": answer})
		assert isinstance(decide_step(spec.step("permit_request"), {**facts, **given}, NOW, NOW), kind)


@pytest.mark.parametrize(("owed", "kind"), [(80.0, Act), (0.0, Skip)])
def test_reminders_of_an_invoice_stop_when_it_is_paid(owed, kind):
	spec = LIBRARY["invoice_unpaid"]
	record = {**RECORDS["Sales Invoice"], "outstanding_amount": owed}
	facts = build_facts(replace(full(status=""), record=record, invoice_paid=owed <= 0), NOW, UTC)
	for step in spec.steps:
		assert isinstance(decide_step(step, facts, NOW, NOW, spec.trigger), kind)


@pytest.mark.parametrize(
	("state", "kind"),
	[("Sent", Act), ("Viewed", Act), ("Approved", Skip), ("Declined", Skip), ("Expired", Skip)],
)
def test_reminders_of_an_estimate_stop_when_it_is_answered(state, kind):
	spec = LIBRARY["estimate_sent"]
	record = {**RECORDS["Quotation"], "runbook_estimate_state": state}
	facts = build_facts(replace(full(status=""), record=record), NOW, UTC)
	for step in spec.steps:
		assert isinstance(decide_step(step, facts, NOW, NOW, spec.trigger), kind)


def test_texts_for_telephones_are_short():
	for spec in LIBRARY.values():
		for step in spec.steps:
			if step.settings.get("text"):
				facts = build_facts(full(channels=("sms",), customer_mobile="+15595550101"), NOW, UTC)
				arguments = ACTIONS["send_message"].decide(step.settings, facts).arguments
				assert arguments["channel"] == "sms" and arguments["subject"] == ""
				assert len(arguments["body"]) <= 160
