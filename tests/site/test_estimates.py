"""Estimates on a real site: what is chosen, reckoned, signed and booked, and what a later change means."""

import hashlib
import json

import frappe
import pytest
from frappe.utils import flt
from tests import factories as make
from tests.support.estimates import (
	approve,
	as_guest,
	form,
	good,
	house,
	png,
	quotation,
	reckon,
	signatures,
	tasks,
	tax_row,
	token,
	visits,
)
from tests.support.guests import refused

from runbook_ops.api import estimates as api
from runbook_ops.errors import EstimateRefused
from runbook_ops.operations.read_estimate import tell_estimate

__all__ = ["house"]
pytestmark = pytest.mark.usefixtures("house")
STATE = "runbook_estimate_state"


# -- choosing and reckoning


def test_totals_hold_what_is_chosen_and_are_erpnexts():
	doc = quotation()
	_cut, basic, fine, cleaning = doc.items
	assert [row.runbook_chosen for row in doc.items] == [0, 1, 0, 0]
	assert [row.is_alternative for row in doc.items] == [0, 0, 1, 1]
	assert (doc.net_total, doc.grand_total) == (150, 165)
	told = reckon(doc, fine, cleaning)
	assert (told["net"], told["total"]) == (280, 308)
	assert told["taxes"] == [{"name": "Tax 10 %", "amount": 28}]
	assert reckon(doc, basic)["total"] == 165
	doc.reload()
	assert doc.grand_total == 165, "looking at a choice changes nothing"
	page = frappe._dict(tell_estimate(doc))
	assert page.terms == "Half on the day,\nthe rest in 14 days."
	assert page.seen == reckon(doc, basic)["seen"], "the page and its sums speak of the same estimate"
	assert [line["amount"] for line in page.lines] == [100, 50, 160, 20]


def test_the_first_look_is_noted_and_leaves_an_open_form_saveable():
	doc = quotation()
	stale = frappe.get_doc("Quotation", doc.name)
	reckon(doc, doc.items[1])
	doc.reload()
	assert (doc.get(STATE), bool(doc.runbook_estimate_viewed_at)) == ("Viewed", True)
	stale.terms = "Other terms"
	stale.save()
	assert stale.reload().get(STATE) == "Viewed"


@pytest.mark.parametrize(
	("rows", "code"),
	[((), "estimate_none_of_group"), ((1, 2), "estimate_two_of_group"), ((0, 1), "estimate_unknown_option")],
)
def test_a_choice_that_can_not_be_is_refused(rows, code):
	doc = quotation()
	choice = [doc.items[row].name for row in rows]
	wish = {"token": token(doc), "choice": choice}
	assert refused(api.total, wish, code, 400)["field"] == "choice"
	refused(api.approve, {**wish, "seen": "0" * 64, "name": "Ada"}, code, 400)
	assert signatures(doc) == []


def test_staff_write_options_that_can_be_chosen():
	item = make.item(10).name
	for row, text in (
		({"runbook_option_group": "Paint"}, "one option only"),
		({"runbook_option_group": "Paint", "runbook_add_on": 1}, "not both"),
	):
		with pytest.raises(EstimateRefused, match=text):
			quotation([{"item_code": item, "qty": 1, "rate": 10, **row}], send=False)


# -- approving


def test_an_approval_signs_submits_and_requests_the_visit():
	customer = make.customer()
	deal = make.opportunity(customer)
	doc = quotation(customer=customer.name, opportunity=deal.name)
	doc.items[0].runbook_starts_at = make.day(4, "11:00")
	doc.save()
	_cut, _basic, fine, cleaning = doc.items
	told, doc = approve(doc, fine, cleaning, signature=png())
	assert (told["state"], told["total"], told["signed"]["name"]) == ("Approved", 308, "Ada Vance")
	assert (doc.docstatus, doc.status, doc.get(STATE), doc.grand_total) == (1, "Open", "Approved", 308)
	assert [flt(row.amount) for row in doc.items] == [100, 160, 20], "what was not chosen is not in it"
	(signature,) = signatures(doc)
	assert doc.runbook_estimate_signature == signature.name
	assert signature.signature == png() and signature.signed_at_utc
	assert signature.document_hash == hashlib.sha256(signature.document.encode()).hexdigest()
	text = json.loads(signature.document)
	assert (text["total"], len(text["lines"]), text["customer"]) == ("308", 3, customer.customer_name)
	(visit,) = visits(doc)
	assert (visit.status, visit.customer, visit.price) == ("Requested", customer.name, 100)
	assert (visit.starts_at, visit.source, visit.opportunity) == (make.day(4, "11:00"), "Estimate", deal.name)
	assert frappe.db.get_value("Opportunity", deal.name, "sales_stage") == "Estimate Approved"
	(task,) = tasks(doc)
	assert visit.name in task.notes and task.allocated_to


def test_an_order_of_an_approved_estimate_is_what_was_agreed():
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	doc = quotation()
	_told, doc = approve(doc, doc.items[2])
	order = make_sales_order(doc.name)
	assert [(row.item_code, row.amount) for row in order.items] == [
		(row.item_code, row.amount) for row in doc.items
	]
	assert order.grand_total == doc.grand_total == 286


def test_the_same_approval_twice_counts_once():
	doc = quotation()
	wish = form(doc, doc.items[1])
	first, second = good(api.approve, wish), good(api.approve, wish)
	assert first == second
	assert (len(signatures(doc)), len(visits(doc)), len(tasks(doc))) == (1, 1, 1)
	refused(api.approve, {**wish, "seen": "0" * 64}, "estimate_approved", 409)
	refused(api.decline, {"token": token(doc), "reason": "Too late"}, "estimate_approved", 409)


def test_who_signs_something_else_than_they_saw_has_to_look_again():
	doc = quotation()
	wish = form(doc, doc.items[1])
	doc.reload()
	doc.items[0].rate = 120
	doc.save()
	refused(api.approve, wish, "estimate_changed", 409)
	assert (signatures(doc), visits(doc), doc.reload().docstatus) == ([], [], 0)
	approve(doc, doc.items[1])
	assert doc.grand_total == 187


def test_a_quotation_that_was_submitted_before_is_signed_as_it_stands():
	doc = quotation([{"item_code": make.item(30).name, "qty": 1, "rate": 30}], send=False)
	doc.submit()
	api.send(doc.name)
	_told, doc = approve(doc.reload())
	assert (doc.get(STATE), doc.grand_total, len(signatures(doc)), visits(doc)) == ("Approved", 33, 1, [])


def test_a_lead_becomes_a_customer():
	lead = make.insert("Lead", lead_name=make.unique("Kit Lowe"), email_id="kit@customer.example")
	doc = quotation(quotation_to="Lead", customer=lead.name)
	_told, doc = approve(doc, doc.items[1])
	(visit,) = visits(doc)
	assert frappe.db.get_value("Customer", visit.customer, "lead_name") == lead.name


def test_the_visit_costs_what_was_agreed_after_the_discount():
	doc = quotation(apply_discount_on="Net Total", additional_discount_percentage=10)
	_told, doc = approve(doc, doc.items[1])
	assert (doc.net_total, visits(doc)[0].price) == (135, 90)


def test_taxes_inside_the_price_and_another_currency():
	inside = {**tax_row(25), "included_in_print_rate": 1}
	doc = quotation(taxes=[inside], currency="EUR", conversion_rate=2, plc_conversion_rate=2)
	told = reckon(doc, doc.items[1])
	assert (told["net"], told["taxes"][0]["amount"], told["total"]) == (120, 30, 150)
	_told, doc = approve(doc, doc.items[1])
	assert (doc.grand_total, doc.base_grand_total, visits(doc)[0].price) == (150, 300, 200)
	signed = json.loads(signatures(doc)[0].document)
	assert (signed["currency"], signed["total"]) == ("EUR", "150")


def test_words_are_shown_as_text():
	terms = "<p>Paint &amp; brushes<br>are &lt;included&gt;</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>"
	doc = quotation([{"item_code": make.item(30).name, "qty": 1, "rate": 30}], terms=terms)
	shown = tell_estimate(doc)["terms"]
	assert shown.startswith("Paint & brushes\nare <included>") and shown.endswith("one\ntwo")


def test_what_can_not_be_requested_is_a_task_and_the_approval_stands():
	skill = make.skill()
	nobody = make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}])
	doc = quotation([{"item_code": nobody.item, "qty": 1, "rate": 40}])
	_told, doc = approve(doc)
	assert (doc.get(STATE), visits(doc)) == ("Approved", [])
	assert nobody.name in tasks(doc)[0].notes


# -- after signing


def test_a_change_after_signing_needs_a_new_signature_and_no_second_visit():
	from erpnext.controllers.accounts_controller import update_child_qty_rate

	doc = quotation()
	_told, doc = approve(doc, doc.items[1])
	rows = [
		{"docname": row.name, "item_code": row.item_code, "qty": row.qty + (row.idx == 2), "rate": row.rate}
		for row in doc.items
	]
	update_child_qty_rate("Quotation", json.dumps(rows), doc.name)
	doc.reload()
	assert (doc.grand_total, doc.get(STATE)) == (220, "Draft")
	refused(api.total, {"token": "x", "choice": []}, "link_forged", 403)
	told, _status = as_guest(api.approve, form(doc, name="Ada"))
	assert told["error"]["code"] == "estimate_not_sent"
	api.send(doc.name)
	approve(doc.reload())
	first, second = signatures(doc)
	assert first.document_hash != second.document_hash
	assert doc.runbook_estimate_signature == second.name
	assert len(visits(doc)) == 1


def test_an_unchanged_save_keeps_the_signature():
	doc = quotation()
	_told, doc = approve(doc, doc.items[1])
	doc.save()
	assert doc.reload().get(STATE) == "Approved"
	with pytest.raises(EstimateRefused, match="signed as it stands"):
		api.send(doc.name)


def test_a_cancelled_one_is_withdrawn_and_its_amendment_is_new():
	doc = quotation()
	_told, doc = approve(doc, doc.items[1])
	old = token(doc)
	doc.cancel()
	refused(api.decline, {"token": old, "reason": "No"}, "estimate_superseded", 409)
	amended = frappe.copy_doc(doc)
	amended.update({"amended_from": doc.name, "docstatus": 0})
	amended.insert()
	assert not amended.get(STATE) and not amended.runbook_estimate_signature
	api.send(amended.name)
	_told, amended = approve(amended.reload())
	assert visits(amended) == [] and len(visits(doc)) == 1, "the visit of the first approval still stands"


def test_nobody_writes_states_or_signatures_by_hand():
	doc = quotation(send=False)
	doc.set(STATE, "Approved")
	doc.save()
	assert not doc.reload().get(STATE)
	with pytest.raises(EstimateRefused):
		make.insert("Estimate Signature", quotation=doc.name, signed_name="Eve")
	api.send(doc.name)
	approve(doc.reload(), doc.items[1])
	(signature,) = signatures(doc)
	signature.signed_name = "Eve"
	with pytest.raises(EstimateRefused):
		signature.save(ignore_permissions=True)
	with pytest.raises(EstimateRefused):
		signature.delete(ignore_permissions=True)
