"""ERPNext's own Payment Entry form, several people and a payment by link at the same moment: an invoice is paid once.

`RUNBOOK_ROUNDS`: how many rounds (5, at night 100).
"""

import json
import os
import time
from functools import partial

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.utils import flt, nowdate
from tests import factories as make
from tests.faults.claims import Client, told
from tests.faults.test_pay_events_over_http import EVENT, asked, post, shop
from tests.support.tiers import tier
from tests.support.together import together

pytestmark = pytest.mark.commits

__all__ = ["shop"]
SUBMIT = "/api/method/frappe.desk.form.save.savedocs"
ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("5", "100")))
PEOPLE = 4
HEAD_START = 0.15
"""Seconds; an event is slower at first, since its session is read from the provider."""


@pytest.fixture
def desk(shop):
	client = Client(make.api_token(make.user("Sales User", "Accounts User")))
	frappe.db.commit()
	return client


def draft(invoice: str, amount: float) -> dict:
	"""A Payment Entry as the form has it before *Submit* is pressed."""
	entry = get_payment_entry("Sales Invoice", invoice, party_amount=amount)
	entry.update({"reference_no": make.unique("desk"), "reference_date": nowdate()})
	entry.insert()
	frappe.db.commit()
	return {"doc": frappe.as_json(entry.reload().as_dict()), "action": "Submit"}


def press_late(desk: Client, press: dict, seconds: float):
	"""*Submit*, a moment after the others, so that each of them comes first at times."""
	time.sleep(seconds)
	return desk.send("POST", SUBMIT, press)


def paid(invoice: str) -> tuple[float, float]:
	"""What submitted entries pay of an invoice, and what it owes."""
	frappe.db.rollback()
	rows = frappe.get_all(
		"Payment Entry Reference",
		{"reference_name": invoice, "docstatus": 1},
		pluck="allocated_amount",
		order_by="name asc",
	)
	return flt(sum(rows)), flt(frappe.db.get_value("Sales Invoice", invoice, "outstanding_amount"))


def refused(answers, words: str) -> bool:
	"""Whether all that were not taken were told why, in ERPNext's words."""
	bodies = [json.dumps(answer.body) for answer in answers if answer.status != 200]
	return all(words in body for body in bodies)


def test_several_people_at_the_form(shop, desk, figures):
	for _ in range(ROUNDS):
		invoice = shop.invoice().name
		presses = [("POST", SUBMIT, draft(invoice, 80)) for _ in range(PEOPLE)]
		answers = desk.send_together(presses)
		assert paid(invoice) == (80, 0)
		assert told(answers) == f"1 x 200, {PEOPLE - 1} x 417", [a.body for a in answers][:2]
		assert refused(answers, "has already been fully paid")
	figures(f"{ROUNDS} rounds of {PEOPLE}: paid once each time")


def test_parts_at_the_same_moment_are_each_counted(shop, desk, figures):
	"""The second one is told that something came in; submitted again it counts, and what is owed is right to the cent."""
	again = 0
	for _ in range(ROUNDS):
		invoice = shop.invoice().name
		presses = [("POST", SUBMIT, draft(invoice, 30)) for _ in range(2)]
		answers = desk.send_together(presses)
		assert refused(answers, "has already been partly paid")
		for press, answer in zip(presses, answers, strict=True):
			if answer.status != 200:
				again += 1
				assert desk.send(*press).status == 200
		assert paid(invoice) == (60, 20)
	figures(f"{ROUNDS} rounds of 2: {again} submitted again, what is owed is right each time")


def test_the_form_and_a_payment_by_link(shop, desk, figures):
	by_link = 0
	for number in range(ROUNDS):
		link = asked(shop)
		shop.stripe.pay(link.session)
		event = shop.stripe.event("checkout.session.completed", link.session)
		press = draft(link.sales_invoice, 80)
		answer, told_stripe = together(
			partial(press_late, desk, press, number % 5 * HEAD_START), partial(post, EVENT, *event)
		)
		if told_stripe != 200:
			assert post(EVENT, *event) == 200
		assert paid(link.sales_invoice) == (80, 0)
		link.reload()
		booked = link.status == "Paid"
		assert (answer.status == 200) is not booked
		assert shop.tasks(link) == ([] if booked else ["pay_no_room"])
		assert booked or refused([answer], "has already been fully paid")
		by_link += booked
	figures(f"{ROUNDS} rounds: paid once each time, {by_link} by link")
