"""A deposit that the estimate itself asks for: signed with it, asked with its first visit, once, whatever policies say."""

import json

import frappe
import pytest
from tests import factories as make
from tests.support.deposits import QUARTER
from tests.support.estimates import (
	approve,
	form,
	house,
	quotation,
	reckon,
	service,
	signatures,
	tasks,
	visits,
)
from tests.support.guests import refused
from tests.support.pay import shop, stripe

from runbook_ops.api import bookings, estimates
from runbook_ops.errors import BookingRefused, EstimateRefused
from runbook_ops.operations.read_estimate import tell_estimate

__all__ = ["house", "shop", "stripe"]
pytestmark = pytest.mark.usefixtures("house", "shop")


def renovation(services=1, percent=30, **values):
	"""Work of 100 by each service and tiles for 200, with 10 % tax."""
	rows = [{"item_code": service().item, "qty": 1, "rate": 100} for _ in range(services)]
	tiles = {"item_code": make.item(50).name, "qty": 4, "rate": 50}
	return quotation([*rows, tiles], runbook_deposit_percent=percent, **values)


def test_the_customer_signs_the_deposit_and_is_asked_for_it_with_the_first_visit():
	doc = renovation(services=2)
	assert (reckon(doc)["total"], reckon(doc)["deposit"]) == (440, 132)
	told, doc = approve(doc)
	first, second = visits(doc)
	assert json.loads(signatures(doc)[0].document)["deposit"] == "132"
	assert (first.deposit_state, first.deposit_amount, first.deposit_due_at) == ("Asked", 132, None)
	assert first.deposit_why == f"Estimate {doc.name} asks for 30 % of its total of $ 440.00."
	assert not second.deposit_state
	assert [(one["service"], one["amount"]) for one in told["deposits"]] == [(first.service, 132)]
	assert frappe.db.get_value("Pay Link", {"booking": first.name}, "amount") == 132
	assert "132.00 was asked for" in tasks(doc)[0].notes
	with pytest.raises(BookingRefused, match=r"132\.00 is waited for"):
		bookings.confirm(first.name)


def test_it_takes_the_place_of_what_the_policy_asks_for():
	work = service()
	policy = make.insert("Booking Policy", policy_name=make.unique("House"), policy_text="Be on time.")
	policy.update({"active": 1, "deposits": [QUARTER], "deposit_minutes": 60})
	policy.save()
	frappe.db.set_value("Bookable Service", work.name, "booking_policy", policy.name)
	frappe.clear_document_cache("Bookable Service", work.name)
	line = {"item_code": work.item, "qty": 1, "rate": 100}
	for percent, amounts in ((50, [110, 0]), (0, [25, 25])):
		_told, doc = approve(quotation([line, line], runbook_deposit_percent=percent))
		assert [visit.deposit_amount for visit in visits(doc)] == amounts


def test_a_second_signature_asks_for_no_second_deposit():
	from erpnext.controllers.accounts_controller import update_child_qty_rate

	_told, doc = approve(renovation())
	more = {"item_code": service().item, "qty": 1, "rate": 100}
	kept = [{"docname": one.name, **{key: one.get(key) for key in more}} for one in doc.items]
	update_child_qty_rate("Quotation", json.dumps([*kept, more]), doc.name)
	estimates.send(doc.name)
	_told, doc = approve(doc.reload())
	assert [visit.deposit_amount for visit in visits(doc)] == [99, 0]


def test_without_a_visit_somebody_is_told_to_ask_for_it():
	_told, doc = approve(renovation(services=0))
	assert "The deposit of $ 66.00: no visit could be requested" in tasks(doc)[0].notes


def test_a_deposit_that_was_changed_meanwhile_is_looked_at_again():
	doc = renovation()
	seen = form(doc)
	doc.runbook_deposit_percent = 50
	doc.save()
	refused(estimates.approve, seen, "estimate_changed", 409)


def test_without_one_the_signed_text_is_as_it_always_was():
	doc = renovation(percent=0)
	assert tell_estimate(doc)["deposit"] == 0
	assert "deposit" not in json.loads(signatures(approve(doc)[1])[0].document)


@pytest.mark.parametrize(
	("values", "text"),
	[
		({"percent": 101}, "enter a percentage from 0 to 100"),
		(
			{"percent": 10, "currency": "EUR", "conversion_rate": 1.1},
			"held in USD and this estimate is in EUR",
		),
	],
)
def test_a_deposit_that_can_not_be_asked_for_is_refused(values, text):
	with pytest.raises(EstimateRefused, match=text):
		renovation(**values)
