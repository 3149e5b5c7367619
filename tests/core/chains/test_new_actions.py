"""Messages by several channels and in several languages, questions, waits, fields, webhooks: what they decide and what can't be published."""

from datetime import date
from decimal import Decimal

import pytest

from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.answers import answer_facts
from runbook_ops.core.chains.decide import decide_step
from runbook_ops.core.chains.decision import Act, Ask, Skip
from runbook_ops.core.chains.facts import Material
from runbook_ops.core.chains.parse import ChainProblems, parse_chain
from runbook_ops.core.reasons import REASONS, reason_text

WORDS = {"subject": "Hello", "body": "A long letter", "text": "Short"}
REACHED = {"channels": ("email", "sms"), "customer_mobile": "+15595550101"}


def decide(action, facts, **settings):
	return ACTIONS[action].decide(settings, facts)


def message(facts, **settings):
	return decide("send_message", facts, **{**WORDS, **settings})


def problems_of(*steps, trigger="booking_confirmed", **more):
	try:
		parse_chain({"code": "c", "title": "C", "trigger": trigger, "steps": list(steps), **more})
	except ChainProblems as found:
		for problem in found.problems:
			assert problem.code in REASONS and reason_text(
				problem.code, {"field": problem.field, **problem.values}
			)
		return [problem.code for problem in found.problems]
	return []


def step(code, action, **more):
	settings = more.pop("settings", {})
	return {"code": code, "action": action, "settings": settings, **more}


# -- channels


@pytest.mark.parametrize(
	("wanted", "preferred", "changes", "way"),
	[
		("email", "sms", {}, "email"),
		("sms", None, {}, "sms"),
		("best", None, {}, "email"),
		("best", "sms", {}, "sms"),
		("best", "whatsapp", {}, "email"),
		("best", "sms", {"customer_mobile": None}, "email"),
		("best", None, {"customer_email": None}, "sms"),
		("best", None, {"channels": ("sms", "email")}, "sms"),
	],
)
def test_the_way_a_message_goes(wanted, preferred, changes, way, make_facts):
	facts = make_facts(**{**REACHED, "customer_channel": preferred, **changes})
	arguments = message(facts, channel=wanted).arguments
	assert arguments["channel"] == way
	expected = ("Hello", "A long letter") if way == "email" else ("", "Short")
	assert (arguments["subject"], arguments["body"]) == expected


@pytest.mark.parametrize(
	("wanted", "changes", "code", "missing"),
	[
		("sms", {"customer_mobile": None}, "customer_has_no_mobile", ("customer_mobile",)),
		("whatsapp", {}, "channel_not_set_up", ()),
		(
			"best",
			{"customer_mobile": None, "customer_email": ""},
			"customer_unreachable",
			("customer_email", "customer_mobile"),
		),
	],
)
def test_a_way_that_is_missing_is_asked(wanted, changes, code, missing, make_facts):
	decision = message(make_facts(**{**REACHED, **changes}), channel=wanted)
	assert isinstance(decision, Ask) and (decision.code, decision.missing) == (code, missing)
	assert code in REASONS


@pytest.mark.parametrize("reader", ["customer", "technician", "previous_technician"])
def test_every_reader_who_cannot_be_reached_is_told_of_in_words(reader, make_facts):
	gone = {f"{reader}_email": None, f"{reader}_mobile": None, "channels": ("email", "sms")}
	for way in ("email", "sms", "best"):
		decision = message(make_facts(**gone), to=reader, channel=way)
		assert isinstance(decision, Ask) and decision.code in REASONS


@pytest.mark.parametrize(
	("language", "way", "body"),
	[
		("es", "email", "Una carta"),
		("es-MX", "email", "Una carta"),
		("es_MX", "sms", "Corto"),
		("pt-BR", "email", "Uma carta"),
		("pt", "email", "A long letter"),
		("de", "sms", "Ein Brief"),
		("fr", "sms", "Short"),
		(None, "email", "A long letter"),
	],
)
def test_words_in_the_readers_language(language, way, body, make_facts):
	templates = {
		"es": {"subject": "Hola", "body": "Una carta", "text": "Corto"},
		"pt-BR": {"body": "Uma carta"},
		"de": {"body": "Ein Brief"},
	}
	facts = make_facts(**REACHED, customer_language=language)
	arguments = message(facts, channel=way, templates=templates).arguments
	assert arguments["body"] == body
	assert arguments["subject"] == ("" if way == "sms" else "Hola" if str(language)[:2] == "es" else "Hello")


def test_a_text_too_long_for_a_telephone_goes_to_a_person(make_facts):
	facts = make_facts(**REACHED)
	assert message(facts, channel="sms", text="x" * 1600).arguments["body"] == "x" * 1600
	assert message(facts, channel="sms", text="x" * 1601).code == "text_too_long"
	assert isinstance(message(facts, body="x" * 1601), Act)


def test_an_approved_whatsapp_text_gets_its_values(make_facts):
	facts = make_facts(channels=("email", "whatsapp"), customer_mobile="+15595550101")
	values = {
		"whatsapp_template": "HX1",
		"whatsapp_values": ["{{ customer_first_name }}", "{{ visit_time }}"],
	}
	arguments = message(facts, channel="whatsapp", **values).arguments
	assert (arguments["template"], arguments["values"]) == ("HX1", ("Ada", "2:30 PM"))
	assert "template" not in message(facts, channel="email", **values).arguments


@pytest.mark.parametrize(
	("settings", "code"),
	[
		({"body": "b"}, "setting_missing"),
		({"body": "b", "channel": "best"}, "setting_missing"),
		({"body": "b", "channel": "pigeon"}, "setting_choice"),
		({**WORDS, "templates": []}, "message_templates_shape"),
		({**WORDS, "templates": {"es": "x"}}, "message_templates_shape"),
		({**WORDS, "templates": {"es": {"title": "x"}}}, "message_templates_shape"),
		({**WORDS, "templates": {"es": {"body": "{{ no_such }}"}}}, "template_fact"),
		({**WORDS, "templates": {"es": {"body": "{{ customer.__class__ }}"}}}, "template_construct"),
		({**WORDS, "whatsapp_values": "x"}, "setting_not_a_list"),
		({**WORDS, "whatsapp_values": ["{{ no_such }}"]}, "template_fact"),
		({**WORDS, "text": {"a": 1}}, "setting_not_a_value"),
	],
)
def test_messages_that_cannot_be_published(settings, code, make_facts):
	assert code in problems_of(step("m", "send_message", settings=settings))


def test_a_text_message_needs_no_subject():
	assert problems_of(step("m", "send_message", settings={"channel": "sms", "body": "b"})) == []


# -- questions

QUESTION = {"question": "Permit for {{ customer_name }}?", "answers": ["Needed", "Not needed"], "body": "n"}


def test_a_question_offers_its_answers_and_to_be_left(make_facts):
	decision = decide("ask_person", make_facts(), **QUESTION, role="Runbook Manager")
	assert decision.choices == ("Needed", "Not needed", "Skip")
	assert decision.values == {"question": "Permit for Ada Byron?", "note": "n", "role": "Runbook Manager"}
	assert reason_text(decision.code, dict(decision.values)) == "Permit for Ada Byron?"


def branch(value="Needed", **more):
	condition = {"all": [["answer.permit", "=", value]]}
	return step("apply", "create_follow_up", settings={"subject": "s"}, condition=condition, **more)


def test_an_answer_opens_a_branch_and_ends_the_others(make_facts, now):
	data = {
		"code": "c",
		"title": "C",
		"trigger": "booking_confirmed",
		"steps": [step("permit", "ask_person", settings=QUESTION), branch(after=["permit"])],
	}
	spec = parse_chain(data)
	for answer, kind in (("Needed", Act), ("Not needed", Skip), (None, Skip)):
		facts = {**make_facts(), **answer_facts(spec, {"permit": answer})}
		assert isinstance(decide_step(spec.step("apply"), facts, now, now), kind)


@pytest.mark.parametrize(
	("steps", "code"),
	[
		([branch()], "answer_unknown"),
		([step("permit", "create_job"), branch(after=["permit"])], "answer_unknown"),
		([step("permit", "ask_person", settings=QUESTION), branch()], "answer_not_yet"),
		(
			[step("permit", "ask_person", settings=QUESTION), branch("Maybe", after=["permit"])],
			"answer_not_offered",
		),
		([step("permit", "ask_person", settings={**QUESTION, "answers": "yes"})], "setting_not_a_list"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["One"]})], "answers_count"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["A", "A"]})], "answers_shape"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["A", "Skip"]})], "answers_shape"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["A", "B\nC"]})], "answers_shape"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["A", 3]})], "answers_shape"),
		([step("permit", "ask_person", settings={**QUESTION, "answers": ["A", "x" * 61]})], "answers_shape"),
	],
)
def test_questions_and_answers_that_cannot_be_published(steps, code):
	assert code in problems_of(*steps)


def test_an_answer_can_be_far_back():
	steps = [step("permit", "ask_person", settings=QUESTION), step("job", "create_job", after=["permit"])]
	assert problems_of(*steps, branch(after=["job"])) == []


# -- waits


@pytest.mark.parametrize(
	("settings", "changes", "met"),
	[
		({"for": "booking_confirmed"}, {"status": "Requested"}, False),
		({"for": "booking_confirmed"}, {"status": "Held"}, False),
		({"for": "booking_confirmed"}, {}, True),
		({"for": "job_completed"}, {}, False),
		({"for": "invoice_paid"}, {"invoice_paid": True}, True),
		({"for": "invoice_paid"}, {}, False),
		({"for": "field", "field": "status", "value": "Ordered"}, {"record": {"status": "Ordered"}}, True),
		({"for": "field", "field": "status", "value": "Ordered"}, {"record": {"status": "Open"}}, False),
		({"for": "field", "field": "status", "value": "Ordered"}, {"record": {"status": None}}, False),
		({"for": "time"}, {}, True),
	],
)
def test_a_wait_ends_when_it_has_happened_and_asks_at_its_limit(settings, changes, met, make_facts):
	decision = decide("wait", make_facts(**changes), **settings)
	assert isinstance(decision, Act if met else Ask)
	assert met or decision.code == "not_happened"


def test_a_wait_for_a_field_names_field_and_value():
	assert problems_of(step("w", "wait", settings={"for": "field"})) == ["setting_missing", "setting_missing"]
	assert problems_of(step("w", "wait", settings={"for": "rain"})) == ["setting_choice"]


# -- fields


def test_a_field_gets_a_composed_value(make_facts):
	facts = make_facts(scope="Tiles")
	decision = decide("update_field", facts, of="customer", field="customer_details", value="{{ scope }} ")
	assert decision == Act(
		{
			"of": "customer",
			"doctype": "Customer",
			"name": "CUST-1",
			"field": "customer_details",
			"value": "Tiles",
		}
	)
	assert decide("update_field", facts, of="opportunity", field="f", value=1) == Skip(
		"no_record_to_update", {"record": "opportunity"}
	)
	assert decide("update_field", facts, of="record", field="f", value=0).arguments["value"] == 0
	assert (
		decide("update_field", facts, of="job", field="f", value="{{ address }}").code == "message_lacks_fact"
	)


def test_a_value_is_single_and_a_template_that_can_be_used():
	settings = {"of": "job", "field": "scope"}
	assert problems_of(step("f", "update_field", settings={**settings, "value": ["x"]})) == [
		"setting_not_a_value"
	]
	assert problems_of(step("f", "update_field", settings={**settings, "value": "{{ nope }}"})) == [
		"template_fact"
	]


# -- webhooks


def test_a_webhook_is_told_plain_values(make_facts):
	facts = make_facts()
	names = ["customer", "materials", "price", "hours_to_visit", "visit_day", "returning_customer"]
	settings = {"webhook": "CRM", "facts": names, "event": "e"}
	data = ACTIONS["call_webhook"].decide(settings, facts).arguments["data"]
	assert data["materials"][0] == {"item": "DYE", "qty": "3", "available": "1", "uom": "Nos"}
	assert data["visit_day"] == date(2026, 6, 3).isoformat()
	assert (data["price"], data["returning_customer"], data["customer"]) == (None, False, "CUST-1")
	assert Material("DYE", "Dye", Decimal(3), Decimal(1)) in facts["materials"]


@pytest.mark.parametrize(
	("facts", "code"),
	[
		("customer", "setting_not_a_list"),
		(["no_such"], "webhook_fact"),
		([["customer"]], "webhook_fact"),
		(["visit_link"], "webhook_fact_secret"),
	],
)
def test_what_no_webhook_is_told(facts, code):
	assert problems_of(step("w", "call_webhook", settings={"webhook": "CRM", "facts": facts})) == [code]
