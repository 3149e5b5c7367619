"""Two approvals of an estimate and a change by staff at the same moment, through the web server: one of them counts, whole.

`RUNBOOK_ROUNDS`: how many rounds (3, at night 100).
"""

import os

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, told
from tests.support.estimates import form, png, quotation
from tests.support.tiers import tier

from runbook_ops.core.estimates import document_hash
from runbook_ops.store.estimates import content_of

pytestmark = pytest.mark.commits

APPROVE = "/api/method/runbook_ops.api.estimates.approve"
ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("3", "100")))
NEW_TERMS = "Cash only"


class Guest(Client):
	"""Somebody without a login."""

	def __init__(self):
		super().__init__("")
		del self.headers["Authorization"]


class Either(Client):
	"""Sends each request as whoever may."""

	def __init__(self, staff):
		super().__init__("")
		self.staff, self.guest = staff, Guest()

	def send(self, method, path, values, timeout=110):
		return (self.guest if path == APPROVE else self.staff).send(method, path, values, timeout)


def count(doctype, doc):
	return frappe.db.count(doctype, {"quotation": doc.name})


def test_two_approvals_and_a_change_by_staff(isolation, figures):
	staff = Client(make.api_token(make.user("Sales User", "Sales Manager", "Runbook Manager")))
	both, won = Either(staff), {"staff": 0, "customer": 0}
	for number in range(ROUNDS):
		frappe.db.delete("Guest Counter")
		doc = quotation()
		wish = form(doc, doc.items[2], signature=png())
		frappe.db.commit()
		requests = [("POST", APPROVE, {"data": wish})] * 2
		place = number % 3
		requests.insert(place, ("PUT", f"/api/resource/Quotation/{doc.name}", {"terms": NEW_TERMS}))
		answers = both.send_together(requests)
		change, approvals = answers[place], [answer for at, answer in enumerate(answers) if at != place]
		frappe.db.rollback()
		doc.reload()
		assert {answer.status for answer in approvals} <= {200, 409}, answers
		if change.status == 200:
			won["staff"] += 1
			assert [answer.status for answer in approvals] == [409, 409], told(answers)
			assert (doc.docstatus, doc.terms, len(doc.items)) == (0, NEW_TERMS, 4)
			assert count("Estimate Signature", doc) == count("Service Booking", doc) == 0
		else:
			won["customer"] += 1
			stale = "Record has changed since last read" in str(
				change.body
			)  # Frappe's own answer to its own stale look
			assert change.status == 417 or stale, change
			assert [answer.status for answer in approvals] == [200, 200], told(answers)
			assert approvals[0].body == approvals[1].body
			assert (doc.docstatus, doc.runbook_estimate_state, doc.grand_total) == (1, "Approved", 286)
			assert count("Estimate Signature", doc) == count("Service Booking", doc) == 1
			signed = frappe.db.get_value(
				"Estimate Signature", doc.runbook_estimate_signature, "document_hash"
			)
			assert signed == document_hash(content_of(doc))
	figures(f"{ROUNDS} rounds: {won}")
