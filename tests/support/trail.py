"""A trail under test: a mail server that the site sends through, small chains, and how their steps stand."""

from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.faults.smtp_server import MailServer

from runbook_ops.site_time import from_utc, to_utc, utc_now
from runbook_ops.workflows import pump as pumping


@pytest.fixture(scope="module")
def server(site, tmp_path_factory):
	with MailServer.started(tmp_path_factory.mktemp("mail")) as running:
		yield running


@pytest.fixture
def mail_server(db, server):
	"""An empty mail server that the site sends through."""
	server.forget()
	frappe.db.set_value("Email Account", {"default_outgoing": 1}, "smtp_port", server.port)
	return server


def visit(*steps, **values):
	"""A confirmed booking whose run has these steps."""
	service = values.pop("service", {})
	values.setdefault("service", make.bookable_service(chain=make.chain(steps).name, **service))
	return make.booking(**values)


def pump():
	"""Commit, as a request does at its end, and work what is due."""
	frappe.db.commit()
	return pumping.pump()


def work(*codes):
	"""Make these planned steps due (all that are planned, when none is named) and work whatever is."""
	filters = {"state": ("in", ["Planned", "Retry"])}
	if codes:
		filters["step_code"] = ("in", codes)
	frappe.db.set_value("Chain Step Run", filters, "due_at", to_utc(utc_now()) - timedelta(seconds=1))
	return pump()


def run_of(booking, chain=None):
	filters = {"booking": booking.name, **({"chain": chain} if chain else {})}
	return frappe.get_last_doc("Chain Run", filters)


def steps_of(booking, revision=None):
	"""The steps of a booking's run by code, of the latest revision or of the one that is named."""
	filters = {"run": run_of(booking).name, **({} if revision is None else {"revision": revision})}
	rows = frappe.get_all("Chain Step Run", filters, ["*"], order_by="revision asc, position asc")
	return {row.step_code: row for row in rows}


def step_of(booking, code="message"):
	return steps_of(booking)[code]


def effect_of(step):
	return frappe.db.get_value("Chain Effect", {"step_run": step.name}, ["*"], as_dict=True)


def task_of(step):
	"""The open task of a step that a person owns."""
	(name,) = frappe.get_all("Follow-up Task", {"step_run": step.name, "status": "Open"}, pluck="name")
	return frappe.get_doc("Follow-up Task", name)


def seconds_from_now(moment):
	return (from_utc(moment) - utc_now()).total_seconds()


def asked(**values):
	"""A booking whose message waits for a person, with a step after it."""
	after = {"code": "job", "action": "create_job", "after": ["message"]}
	booking = visit(make.message(), after, customer=make.customer(email=None), **values)
	work()
	return booking, step_of(booking)
