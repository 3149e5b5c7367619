"""SMS and WhatsApp by Twilio and signed webhooks, against a real server on loopback that also misbehaves."""

import base64
import hashlib
import hmac
import json

import frappe
import pytest
from tests import factories as make
from tests.support.trail import effect_of, pump, run_of, seconds_from_now, step_of, task_of, visit, work
from tests.support.web_server import OutsideServer

from runbook_ops.channels import http
from runbook_ops.channels.http import AddressRefused, call, check_address
from runbook_ops.channels.message import ChannelUnavailable
from runbook_ops.core.webhook_signature import read_secret, sign
from runbook_ops.errors import ChainRefused
from runbook_ops.workflows.resolve import resolve_task

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
MOBILE = "+15595550101"


@pytest.fixture
def outside(db):
	with OutsideServer() as server:
		settings = frappe.get_doc("Runbook Settings")
		settings.update(
			{
				"twilio_account_sid": "AC1",
				"twilio_auth_token": "secret",
				"twilio_url": server.url,
				"sms_from": "+15595550199",
				"whatsapp_from": "+15595550198",
				"allow_private_addresses": 1,
			}
		)
		settings.set("webhooks", [{"webhook_name": "CRM", "url": f"{server.url}/hook", "secret": SECRET}])
		settings.save()
		yield server


def sms(code="message", **settings):
	return {
		"code": code,
		"action": "send_message",
		"settings": {
			"to": "customer",
			"channel": "sms",
			"body": "Hello {{ customer_first_name }}",
			**settings,
		},
	}


def visit_by_sms(*steps, **values):
	return visit(*(steps or (sms(),)), mobile=MOBILE, **values)


def webhook(**more):
	return {
		"code": "message",
		"action": "call_webhook",
		"settings": {
			"webhook": "CRM",
			"event": "visit.booked",
			"facts": ["booking", "customer_name", "materials"],
		},
		**more,
	}


# -- SMS and WhatsApp


def test_an_sms_goes_out_once_and_is_on_the_timeline(outside):
	booking = visit_by_sms()
	work()
	(sent,) = outside.messages
	assert sent["form"] == {"To": MOBILE, "From": "+15595550199", "Body": sent["body"]}
	assert sent["body"].startswith("Hello ")
	(path, headers, _body), *_rest = outside.requests
	assert path == "/2010-04-01/Accounts/AC1/Messages.json"
	assert base64.b64decode(headers["authorization"].split()[1]) == b"AC1:secret"
	effect = effect_of(step_of(booking))
	assert (effect.state, effect.answer) == ("Sent", f"{sent['sid']} queued")
	assert (
		frappe.db.get_value("Communication", {"reference_name": booking.name}, "communication_medium")
		== "SMS"
	)


def test_an_approved_whatsapp_text(outside):
	settings = {
		"channel": "whatsapp",
		"whatsapp_template": "HX7",
		"whatsapp_values": ["{{ customer_first_name }}"],
	}
	booking = visit_by_sms(sms(**settings))
	work()
	form = outside.messages[0]["form"]
	assert (form["To"], form["From"]) == (f"whatsapp:{MOBILE}", "whatsapp:+15595550198")
	assert form["ContentSid"] == "HX7" and json.loads(form["ContentVariables"])["1"] and "Body" not in form
	assert step_of(booking).state == "Done"


def test_the_way_that_the_customer_prefers(outside):
	customer = make.customer(mobile_no=MOBILE, runbook_channel="sms")
	booking = visit(sms(channel="best", subject="s"), customer=customer)
	work()
	assert len(outside.messages) == 1 and step_of(booking).state == "Done"


@pytest.mark.parametrize(
	("mode", "code"),
	[("refuse", "number_refused"), ("denied", "provider_refused"), ("redirect", "provider_refused")],
)
def test_what_twilio_refuses_goes_to_a_person(outside, mode, code):
	outside.behave(mode)
	booking = visit_by_sms()
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Human", code), step.reason
	assert len(outside.requests) == 1 and outside.messages == []


def test_a_number_that_is_none_is_not_even_tried(outside):
	booking = visit(sms(), mobile="12")
	work()
	assert step_of(booking).reason_code == "number_refused" and outside.requests == []


def test_a_busy_twilio_is_left_alone_as_long_as_it_asks(outside):
	outside.behave("busy")
	booking = visit_by_sms()
	work()
	step = step_of(booking)
	assert step.state == "Retry" and 110 < seconds_from_now(step.due_at) < 160
	outside.behave("accept")
	work()
	assert step_of(booking).state == "Done" and len(outside.messages) == 1


@pytest.mark.parametrize("mode", ["drop", "error_kept", "garbage", "slow"])
def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(outside, monkeypatch, mode):
	monkeypatch.setattr(http, "TIMEOUT_SECONDS", 1)
	outside.behave(mode)
	booking = visit_by_sms()
	work()
	step = step_of(booking)
	assert (step.state, effect_of(step).state) == ("Retry", "Sending") and seconds_from_now(step.due_at) > 50
	outside.behave("accept")
	work()
	effect = effect_of(step)
	assert (step_of(booking).state, effect.state) == ("Done", "Sent")
	assert len(outside.messages) == 1 and effect.answer.startswith(outside.messages[0]["sid"])


@pytest.mark.parametrize("mode", ["cut", "error"])
def test_what_twilio_does_not_have_is_sent_again(outside, mode):
	outside.behave(mode)
	booking = visit_by_sms()
	work()
	assert step_of(booking).state == "Retry" and outside.messages == []
	outside.behave("accept")
	work()
	assert step_of(booking).state == "Done" and len(outside.messages) == 1 and outside.looked_up == 1


def test_the_same_text_of_another_effect_is_not_taken_for_ours(outside):
	settings = {"body": "The same words"}
	first, second = visit_by_sms(sms(**settings)), visit_by_sms(sms(**settings))
	work()
	assert len(outside.messages) == 2
	effect = effect_of(step_of(second))
	outside.messages[:] = [one for one in outside.messages if not effect.answer.startswith(one["sid"])]
	frappe.db.set_value("Chain Effect", effect.name, {"state": "Sending", "answer": None})
	frappe.db.set_value("Chain Step Run", step_of(second).name, "state", "Planned")
	work()
	assert len(outside.messages) == 2, "the first one's message was taken for the second's"
	assert step_of(first).state == step_of(second).state == "Done"


def test_when_the_look_up_fails_too_it_is_tried_later_and_then_a_person_decides(outside):
	outside.behave("cut")
	booking = visit_by_sms()
	for _ in range(7):
		work()
	step = step_of(booking)
	assert step.state == "Human" and outside.messages == []
	outside.behave("accept")
	resolve_task(task_of(step).name, "Retry")
	work()
	assert step_of(booking).state == "Done" and len(outside.messages) == 1


# -- webhooks


def test_a_webhook_is_signed_and_names_its_effect(outside):
	booking = visit(webhook())
	work()
	((path, headers, body),) = outside.requests
	effect = effect_of(step_of(booking))
	assert path == "/hook" and headers["webhook-id"] == effect.name
	signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
	expected = hmac.new(read_secret(SECRET), signed, hashlib.sha256).digest()
	assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
	told = json.loads(body)
	assert told["type"] == "visit.booked" and told["data"]["booking"] == booking.name
	assert (step_of(booking).state, effect.state) == ("Done", "Sent")
	assert not frappe.db.exists("Communication", {"reference_name": booking.name})


def test_the_signature_is_that_of_the_standard():
	"""The known answer of the standard's own libraries."""
	secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	found = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
	assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("mode", ["drop", "cut", "error", "slow"])
def test_a_lost_answer_of_a_webhook_goes_to_a_person_and_is_never_sent_blindly(outside, monkeypatch, mode):
	monkeypatch.setattr(http, "TIMEOUT_SECONDS", 1)
	outside.behave(mode)
	booking = visit(webhook())
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code, effect_of(step).state) == ("Human", "outcome_unknown", "Unknown")
	outside.behave("accept")
	assert pump() == 0 and len(outside.requests) == 1
	resolve_task(task_of(step).name, "Retry")
	work()
	first, second = (request[1]["webhook-id"] for request in outside.requests)
	assert first == second and step_of(booking).state == "Done"


@pytest.mark.parametrize(("mode", "code"), [("refuse", "webhook_refused"), ("redirect", "webhook_refused")])
def test_a_webhook_that_refuses_goes_to_a_person(outside, mode, code):
	outside.behave(mode)
	booking = visit(webhook())
	work()
	assert step_of(booking).reason_code == code and len(outside.requests) == 1


def test_a_busy_webhook_is_called_later(outside):
	outside.behave("busy")
	booking = visit(webhook())
	work()
	step = step_of(booking)
	assert step.state == "Retry" and seconds_from_now(step.due_at) > 110


def test_a_private_address_is_not_called(outside):
	frappe.db.set_single_value("Runbook Settings", "allow_private_addresses", 0)
	booking = visit(webhook())
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Human", "webhook_address") and outside.requests == []


@pytest.mark.parametrize(
	"url",
	[
		"http://example.com/",
		"https://127.0.0.1/",
		"https://10.0.0.8/",
		"https://169.254.169.254/latest/meta-data",
		"https://[::1]/",
		"https://[::ffff:127.0.0.1]/",
		"https://[64:ff9b::7f00:1]/",
		"https://0.0.0.0/",
		"https://2130706433/",
		"https://user@example.com/",
		"ftp://example.com/",
		"https:///x",
		"https://exa mple.com/",
		"https://example.com:99999/",
	],
)
def test_addresses_that_nothing_is_sent_to(url):
	with pytest.raises((AddressRefused, ChannelUnavailable)):
		check_address(url)
		call("POST", url, {}, b"")


def test_what_is_not_in_the_settings_cannot_be_published(outside):
	with pytest.raises(ChainRefused, match="no webhook"):
		make.chain([{**webhook(), "settings": {"webhook": "Other", "facts": ["booking"]}}])


@pytest.mark.parametrize(
	("row", "match"),
	[
		({"url": "http://example.com"}, "address"),
		({"url": "https://10.0.0.1/"}, "address"),
		({"secret": "x"}, "secret"),
	],
)
def test_settings_refuse_webhooks_that_could_never_be_called(db, row, match):
	settings = frappe.get_doc("Runbook Settings")
	settings.allow_private_addresses = 0
	good = {"webhook_name": "A", "url": "https://example.com/hook", "secret": SECRET}
	settings.set("webhooks", [good])
	settings.save()
	settings.reload().save()
	settings.set("webhooks", [{**good, **row}])
	with pytest.raises(ChainRefused, match=match):
		settings.save()


def test_a_run_that_only_calls_out_ends(outside):
	booking = visit(webhook())
	work()
	assert run_of(booking).status == "Done"
