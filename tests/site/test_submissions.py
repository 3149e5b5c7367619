"""Chains that another program starts: values under a key of its own, taken once, by whichever door they come."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.api.chains import start
from runbook_ops.errors import SubmissionRefused
from runbook_ops.workflows.pump import pump

LETTER = make.message(
	settings={"subject": "Hello {{ customer_name }}", "body": "You asked for {{ doc.wish }}"}
)
VALUES = {"customer_name": "Iris Bell", "email": "iris@customer.example", "wish": "a new pool"}


@pytest.fixture
def chain():
	return make.chain([LETTER], trigger="submission", trigger_values="customer_name, email, wish, amount")


def test_a_submission_starts_a_run_that_has_its_values(chain):
	answer = start(chain.name, "order-1", VALUES)
	assert answer["run"] and not answer["again"]
	frappe.db.commit()
	frappe.flags.mute_emails = True
	pump()
	effect = frappe.get_doc("Chain Effect", {"run": answer["run"]})
	assert (effect.recipient, effect.summary) == ("iris@customer.example", "Hello Iris Bell")
	assert "You asked for a new pool" in effect.payload


def test_the_same_key_again_gives_what_came_of_the_first(chain):
	first = start(chain.name, "order-1", VALUES)
	again = start(chain.name, "order-1", frappe.as_json(VALUES))
	assert again == {**first, "again": True}
	assert frappe.db.count("Chain Run", {"chain": chain.name}) == 1
	assert start(chain.name, "order-2", VALUES)["run"] != first["run"]
	with pytest.raises(SubmissionRefused, match="used with other values"):
		start(chain.name, "order-1", {**VALUES, "wish": "a sauna"})


def test_a_record_inserted_over_rest_is_a_submission_too(chain):
	values = {"chain": chain.name, "submission_key": "order-1", "payload": frappe.as_json(VALUES)}
	doc = frappe.get_doc({"doctype": "Chain Submission", **values}).insert()
	assert doc.run
	assert start(chain.name, "order-1", VALUES)["run"] == doc.run


def test_a_condition_that_does_not_hold_is_told(chain):
	chain.condition = frappe.as_json({"all": [["doc.amount", ">", 100]]})
	chain.save()
	from runbook_ops.operations.publish_chain import publish_chain

	publish_chain(chain.name)
	answer = start(chain.name, "order-1", {**VALUES, "amount": 50})
	assert "doc.amount > 100 (it was 50)" in answer["reason"]
	assert frappe.db.get_value("Chain Run", answer["run"], "status") == "Not Started"
	assert start(chain.name, "order-2", {**VALUES, "amount": 150})["reason"] is None


@pytest.mark.parametrize(
	("key", "values", "message"),
	[
		("", VALUES, "1 to 100"),
		("x" * 101, VALUES, "1 to 100"),
		("k", {"colour": "red"}, "takes no colour.*customer_name, email, wish"),
		("k", {"wish": ["a", "b"]}, "wish can't be taken"),
		("k", {"wish": {"a": 1}}, "wish can't be taken"),
		("k", {"wish": "x" * 2001}, "wish can't be taken"),
		("k", "[1]", "values can't be taken"),
	],
)
def test_what_can_not_be_taken_is_refused_by_its_field(chain, key, values, message):
	with pytest.raises(SubmissionRefused, match=message):
		start(chain.name, key, values)
	assert frappe.db.count("Chain Submission", {"chain": chain.name}) == 0


def test_only_chains_that_run_and_start_on_a_submission_take_one(chain):
	other = make.chain([LETTER], trigger="submission", trigger_values="wish", enabled=0)
	for name in (other.name, "service_visit", "gone"):
		with pytest.raises(SubmissionRefused, match="not running, or does not start on a submission"):
			start(name, "k", {"wish": "x"})


@pytest.mark.parametrize(
	("roles", "allowed"), [(["Runbook Front Desk"], True), (["Runbook Technician"], False)]
)
def test_staff_may_send_and_others_not(chain, roles, allowed):
	frappe.set_user(make.user(*roles).name)
	if allowed:
		assert start(chain.name, "order-1", VALUES)["run"]
	else:
		with pytest.raises(frappe.PermissionError):
			start(chain.name, "order-1", VALUES)
