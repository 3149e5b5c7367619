"""Estimates for tests: a quotation with options, add-ons and a tax, its link, and a guest's answers."""

import frappe
import pytest
from frappe.utils import add_days, nowdate
from tests import factories as make
from tests.support.guests import as_guest, good
from tests.support.pictures import png

from runbook_ops.api import estimates as api


def tax_row(rate=10):
	"""A tax on top of the net total."""
	company = make.company()
	name = frappe.db.get_value("Account", {"company": company, "account_name": "Estimate Tax"})
	parent = frappe.db.get_value("Account", {"company": company, "account_name": "Duties and Taxes"})
	name = (
		name
		or make.insert(
			"Account",
			account_name="Estimate Tax",
			parent_account=parent,
			company=company,
			account_type="Tax",
			root_type="Liability",
		).name
	)
	return {
		"charge_type": "On Net Total",
		"account_head": name,
		"description": f"Tax {rate} %",
		"rate": rate,
		"cost_center": frappe.db.get_value("Company", company, "cost_center"),
	}


def service():
	"""A service with somebody who does it."""
	skill = make.skill()
	make.person(skills=[skill])
	return make.bookable_service(price=100, needs=[{"kind": "Person", "skill": skill.name}])


def quotation(lines=None, send=True, **values):
	"""A quotation of a service (100), paint basic (50) or fine (80), and cleaning (20) on top, with 10 % tax; sent."""
	cut = service() if lines is None else None
	rows = lines or [
		{"item_code": cut.item, "qty": 1, "rate": 100},
		{"item_code": make.item(50).name, "qty": 1, "rate": 50, "runbook_option_group": "Paint"},
		{"item_code": make.item(80).name, "qty": 2, "rate": 80, "runbook_option_group": "Paint"},
		{"item_code": make.item(20).name, "qty": 1, "rate": 20, "runbook_add_on": 1},
	]
	given = {
		"quotation_to": "Customer",
		"party_name": values.pop("customer", None) or make.customer().name,
		"company": make.company(),
		"valid_till": make.day(10).date(),
		"taxes": [tax_row()],
		"terms": "<p>Half on the day,</p><p>the rest in 14 days.</p>",
		"items": rows,
		"disable_rounded_total": 1,
		**values,
	}
	doc = frappe.new_doc("Quotation")
	doc.update(given)
	doc.insert(ignore_permissions=True)
	if send:
		api.send(doc.name)
		doc.reload()
	return doc


def token(doc):
	"""The token of its link."""
	return doc.runbook_estimate_link.rpartition("/")[2]


def reckon(doc, *rows):
	"""What it comes to with these rows chosen."""
	return good(api.total, {"token": token(doc), "choice": [row.name for row in rows]})


def form(doc, *rows, **more):
	"""An approval of what it comes to."""
	seen = reckon(doc, *rows)["seen"]
	wish = {"token": token(doc), "choice": [row.name for row in rows], "seen": seen, "name": "Ada Vance"}
	return {**wish, **more}


def approve(doc, *rows, **more):
	"""Approve it as a guest; gives the answer and the quotation as it is then."""
	told = good(api.approve, form(doc, *rows, **more))
	return told, doc.reload()


@pytest.fixture
def house(db):
	"""Nobody has asked for anything yet, and customers know whom to call."""
	frappe.db.delete("Guest Counter")
	frappe.db.set_single_value("Runbook Settings", "company_phone", "+1 559 555 0134")
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")


def signatures(doc):
	"""Its signatures, the first one first."""
	names = frappe.get_all("Estimate Signature", {"quotation": doc.name}, pluck="name", order_by="creation")
	return [frappe.get_doc("Estimate Signature", name) for name in names]


def visits(doc):
	"""The bookings that came of it."""
	return frappe.get_all("Service Booking", {"quotation": doc.name}, ["*"], order_by="creation")


def tasks(doc):
	"""What people have to do about it."""
	return frappe.get_all("Follow-up Task", {"reference_name": doc.name}, ["*"], order_by="creation")


def in_the_past(doc, days=1):
	"""As it is when its last day has gone by."""
	frappe.db.set_value(
		"Quotation",
		doc.name,
		{"transaction_date": add_days(nowdate(), -9), "valid_till": add_days(nowdate(), -days)},
		update_modified=False,
	)
	doc.reload()


__all__ = [
	"approve",
	"as_guest",
	"form",
	"good",
	"house",
	"in_the_past",
	"png",
	"quotation",
	"reckon",
	"service",
	"signatures",
	"tasks",
	"tax_row",
	"token",
	"visits",
]
