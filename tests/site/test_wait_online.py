"""Somebody whom no open time suits goes on the waitlist from the public page."""

import frappe
import pytest
from tests import factories as make
from tests.support.guests import FORM, good, online, refused, salon

from runbook_ops.api import public
from runbook_ops.operations.wait_online import A_DAY

__all__ = ["online", "salon"]


def form(salon, **values):
	services = [{"service": salon.service, "resource": values.pop("resource", None)}]
	days = {"first": str(make.day(2).date()), "last": str(make.day(9).date())}
	return {**FORM, "services": services, **days, **values}


def entries(salon):
	fields = ["name", "customer_name", "email", "mobile", "first_day", "last_day", "status", "source"]
	return frappe.get_all("Waitlist Entry", {"service": salon.service}, fields, order_by="creation asc")


def test_who_waits_is_kept_and_told_so(salon):
	assert "waitlist" in good(public.wait, form(salon, resource=salon.ann))["text"]
	(entry,) = entries(salon)
	assert (entry.customer_name, entry.email, entry.status) == (FORM["name"], FORM["email"], "Waiting")
	assert (entry.first_day, entry.last_day) == (make.day(2).date(), make.day(9).date())
	assert frappe.get_doc("Waitlist Entry", entry.name).resources[0].resource == salon.ann


def test_the_same_wish_again_is_one_entry(salon):
	assert good(public.wait, form(salon)) == good(public.wait, form(salon))
	assert len(entries(salon)) == 1


@pytest.mark.parametrize(
	("values", "code"),
	[
		({"website": "http://spam.example"}, "too_fast"),
		({"seconds": 1}, "too_fast"),
		({"name": "  "}, "input_missing"),
		({"email": ""}, "input_no_contact"),
		({"email": "ada@"}, "input_bad_email"),
		({"first": "soon"}, "input_not_a_day"),
		({"last": "2001-01-01"}, "input_last_before_first"),
		({"services": []}, "input_no_service"),
		({"services": [{"service": "Nothing"}]}, "not_online"),
		({"services": "Nothing"}, "input_no_service"),
	],
)
def test_a_bad_form_names_what_to_mend(salon, values, code):
	status = 404 if code == "not_online" else 400
	refused(public.wait, form(salon, **values), code, status)
	assert entries(salon) == []


def test_days_that_are_over_are_refused(salon):
	past = {"first": "2020-01-01", "last": "2020-01-02"}
	refused(public.wait, form(salon, **past), "refused")
	assert entries(salon) == []


def test_one_person_does_not_fill_the_list(salon):
	for number in range(A_DAY.times):
		good(public.wait, form(salon, last=str(make.day(9 + number).date())))
	refused(public.wait, form(salon, last=str(make.day(40).date())), "too_many_bookings", 429)
