"""Estimates that end otherwise: declined, expired, a link or request that is wrong; and what chains make of an answer."""

import json

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from tests import factories as make
from tests.support.estimates import (
	approve,
	as_guest,
	form,
	good,
	house,
	in_the_past,
	png,
	quotation,
	reckon,
	service,
	signatures,
	tasks,
	token,
	visits,
)
from tests.support.guests import refused
from tests.support.trail import mail_server, pump, server

from runbook_ops import links
from runbook_ops.api import estimates as api
from runbook_ops.errors import EstimateRefused
from runbook_ops.jobs.estimates import end_overdue
from runbook_ops.operations.publish_chain import publish_chain

__all__ = ["house", "mail_server", "server"]
pytestmark = pytest.mark.usefixtures("house")
STATE = "runbook_estimate_state"


# -- declining and expiry


def test_a_declined_estimate_is_lost_with_its_reason_and_followed_up():
	customer = make.customer()
	deal = make.opportunity(customer)
	doc = quotation(customer=customer.name, opportunity=deal.name)
	told = good(api.decline, {"token": token(doc), "reason": "Too dear\nfor us"})
	assert told["state"] == "Declined"
	doc.reload()
	assert (doc.docstatus, doc.status, doc.order_lost_reason) == (1, "Lost", "Too dear\nfor us")
	assert frappe.db.get_value("Opportunity", deal.name, "status") == "Lost"
	(task,) = tasks(doc)
	assert task.notes == "Too dear\nfor us" and task.allocated_to
	assert good(api.decline, {"token": token(doc), "reason": "Again"})["state"] == "Declined"
	assert doc.reload().order_lost_reason == "Too dear\nfor us" and len(tasks(doc)) == 1
	refused(api.approve, {**form(doc), "name": "Ada"}, "estimate_declined", 409)


def test_what_staff_have_lost_can_not_be_approved_any_more():
	doc = quotation([{"item_code": make.item(30).name, "qty": 1, "rate": 30}])
	wish = form(doc)
	doc.reload().submit()
	doc.declare_enquiry_lost([], [], "Chose somebody else")
	assert doc.reload().get(STATE) == "Superseded"
	refused(api.approve, wish, "estimate_superseded", 409)
	assert signatures(doc) == []


def test_an_expired_one_says_whom_to_call_and_can_be_renewed():
	doc = quotation()
	wish = form(doc, doc.items[1])
	in_the_past(doc)
	error = refused(api.approve, wish, "estimate_expired", 410)
	assert "+1 559 555 0134" in error["text"]
	end_overdue()
	assert doc.reload().get(STATE) == "Expired"
	with pytest.raises(EstimateRefused, match="Valid Till"):
		api.send(doc.name)
	doc.valid_till = add_days(nowdate(), 20)
	doc.save()
	api.send(doc.name)
	approve(doc.reload(), doc.items[1])


def test_the_last_day_counts_and_the_night_ends_only_what_is_over():
	last, over, answered = quotation(), quotation(), quotation()
	approve(answered, answered.items[1])
	in_the_past(last, days=0)
	in_the_past(over)
	in_the_past(answered)
	end_overdue()
	end_overdue()
	assert [doc.reload().get(STATE) for doc in (last, over, answered)] == ["Sent", "Expired", "Approved"]


def test_a_link_is_good_for_weeks_after_its_last_day_and_follows_it():
	doc = quotation()
	first = doc.runbook_estimate_link
	doc.valid_till = add_days(doc.valid_till, 90)
	doc.save()
	assert doc.reload().runbook_estimate_link != first
	reckon(doc, doc.items[1])
	code = doc.runbook_estimate_code
	old = links.sign("estimate", code, getdate(add_days(nowdate(), -1)))
	refused(api.total, {"token": old, "choice": []}, "estimate_link_expired", 410)
	other = links.sign("visit", code, getdate(add_days(nowdate(), 1)))
	refused(api.total, {"token": other, "choice": []}, "link_forged", 403)
	gone = links.sign("estimate", "EST-0000000", getdate(add_days(nowdate(), 1)))
	refused(api.total, {"token": gone, "choice": []}, "estimate_gone", 410)


# -- bad input


WRONG = [
	({"name": ""}, "input_missing", "name"),
	({"name": "..."}, "input_missing", "name"),
	({"name": "<b>Ada</b>"}, "input_bad_sign", "name"),
	({"name": 7}, "input_not_text", "name"),
	({"name": "x" * 65}, "input_too_long", "name"),
	({"signature": "x" * 1_000_000}, "signature_too_large", "signature"),
	({"signature": "data:image/png;base64,AAAA"}, "signature_not_png", "signature"),
	({"signature": "data:image/svg+xml;base64,AAAA"}, "signature_not_png", "signature"),
	({"signature": png()[:-8]}, "signature_not_png", "signature"),
	({"signature": png(4000, 1)}, "signature_not_png", "signature"),
	({"signature": 7}, "input_not_text", "signature"),
	({"choice": "all"}, "input_not_a_list", "choice"),
	({"choice": [7]}, "input_not_text", "choice"),
	({"choice": ["x"] * 201}, "input_too_many", "choice"),
	({"choice": ["' or 1=1 --"]}, "estimate_unknown_option", "choice"),
	({"seen": ""}, "estimate_seen_missing", "seen"),
	({"seen": "0" * 64}, "estimate_changed", "seen"),
	({"token": ""}, "input_missing", "token"),
	({"token": "EST-1.x.y"}, "link_forged", "token"),
	({"token": "é" * 30}, "link_forged", "token"),
]


def test_what_is_wrong_is_named():
	doc = quotation([{"item_code": make.item(30).name, "qty": 1, "rate": 30}])
	wish = form(doc)
	for more, code, field in WRONG:
		frappe.db.delete("Guest Counter")
		error = refused(api.approve, {**wish, **more}, code)
		assert error["field"] == field and error["text"]
	assert doc.reload().docstatus == 0


def test_senseless_requests_are_refused():
	for method in (api.total, api.approve, api.decline):
		for data in (None, "", "[", 7, [], {"token": None}, {"token": {}}):
			told, status = as_guest(method, data)
			assert 400 <= status < 500 and told["error"]["text"]


def test_a_reason_has_to_be_said():
	doc = quotation()
	refused(api.decline, {"token": token(doc), "reason": " "}, "estimate_reason_missing", 400)


@pytest.mark.parametrize(
	("values", "text"),
	[({"valid_till": None}, "Valid Till"), ({"status": "Lost"}, "lost"), ({"docstatus": 2}, "cancelled")],
)
def test_what_can_not_be_sent_says_why(values, text):
	doc = quotation(send=False)
	frappe.db.set_value("Quotation", doc.name, values)
	with pytest.raises(EstimateRefused, match=text):
		api.send(doc.name)


def test_who_may_not_write_quotations_sends_none():
	doc = quotation(send=False)
	frappe.set_user(make.user("Runbook Technician").name)
	try:
		with pytest.raises(frappe.PermissionError):
			api.send(doc.name)
	finally:
		frappe.set_user("Administrator")


# -- chains


def listening(state):
	"""A chain that starts when an estimate enters a state."""
	step = {
		"code": "note",
		"action": "create_follow_up",
		"settings": {"subject": "{{ doc.name }}", "body": "x"},
	}
	return make.chain(
		[step],
		"record_changed",
		trigger_doctype="Quotation",
		trigger_field=STATE,
		trigger_to=state,
	)


def runs_of(chain, doc):
	return frappe.get_all(
		"Chain Run", {"chain": chain, "reference_name": doc.name}, pluck="status", order_by="creation"
	)


def test_the_estimate_chain_mails_the_link_and_stops_with_the_answer(mail_server):
	frappe.db.set_value("Trigger Chain", "estimate_sent", "enabled", 1)
	publish_chain("estimate_sent")
	doc = quotation(send=False)
	assert api.send(doc.name)["mailed"]
	doc.reload()
	assert not api.send(doc.name)["mailed"], "what is open is not mailed twice"
	reckon(doc, doc.items[1])
	pump()
	(mail,) = mail_server.mails()
	assert doc.runbook_estimate_link in mail.body
	assert runs_of("estimate_sent", doc) == ["Running"]
	approve(doc, doc.items[1])
	assert runs_of("estimate_sent", doc) == ["Cancelled"]
	other = quotation()
	good(api.decline, {"token": token(other), "reason": "No"})
	assert runs_of("estimate_sent", other) == ["Cancelled"]


def test_chains_start_when_an_estimate_is_answered_or_over():
	approved, declined, expired = (listening(state).name for state in ("Approved", "Declined", "Expired"))
	doc = quotation()
	approve(doc, doc.items[1])
	assert len(runs_of(approved, doc)) == 1
	doc = quotation()
	good(api.decline, {"token": token(doc), "reason": "No"})
	assert (len(runs_of(declined, doc)), runs_of(approved, doc)) == (1, [])
	doc = quotation()
	in_the_past(doc)
	end_overdue()
	assert len(runs_of(expired, doc)) == 1


def test_services_of_an_estimate_bring_their_policy_into_what_is_signed():
	policy = make.insert(
		"Booking Policy", policy_name=make.unique("House"), policy_text="Be on time.", active=1
	)
	cut = service()
	frappe.db.set_value("Bookable Service", cut.name, "booking_policy", policy.name)
	frappe.clear_document_cache("Bookable Service", cut.name)
	doc = quotation([{"item_code": cut.item, "qty": 1, "rate": 100}])
	_told, doc = approve(doc)
	version = frappe.db.get_value("Booking Policy", policy.name, "current_version")
	assert json.loads(signatures(doc)[0].document)["policies"] == [version]
	assert visits(doc)[0].policy_version == version
