"""What a site that is brought up to date gets of the library: what it never had, switched off; nothing else, nothing twice."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.chain_library import read_library_data
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.install import after_migrate
from runbook_ops.operations import change_booking
from runbook_ops.operations.check_outside import DEFAULT_FIELDS
from runbook_ops.operations.publish_chain import publish_chain, read_chain
from runbook_ops.patches import remember_what_was_offered as patch

pytestmark = pytest.mark.usefixtures("db")
SHIPPED = {data["code"]: data for data in read_library_data()}
NEW = "no_show"
"""A chain that ships switched on: on a site that has long been at work it must not begin by itself."""
ROW = {"document_type": "Customer", "fieldname": "industry"}


def older(chain=NEW, row=ROW):
	"""The site as it was when the app had neither this chain nor this row."""
	for doctype in ("Trigger Chain Version", "Chain Schedule"):
		frappe.db.delete(doctype, {"chain": chain})
	frappe.db.delete("Trigger Chain Step", {"parent": chain})
	frappe.db.delete("Trigger Chain", {"name": chain})
	frappe.db.delete("Chain Field", row)
	field = ".".join(row.values())
	frappe.db.delete("DefaultValue", {"parent": "runbook_ops", "defvalue": ("in", [chain, field])})
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")


def forgotten():
	"""The site as it was when nothing was remembered."""
	frappe.db.delete("DefaultValue", {"parent": "runbook_ops"})


def all_chains():
	"""Every chain to the last field."""
	names = frappe.get_all("Trigger Chain", pluck="name", order_by="name asc")
	return {name: frappe.get_doc("Trigger Chain", name).as_dict(convert_dates_to_str=True) for name in names}


def rows():
	return [(row.document_type, row.fieldname) for row in frappe.get_doc("Runbook Settings").chain_fields]


def test_a_new_site_has_the_library_as_it_ships_and_an_upgrade_changes_none_of_it():
	before, fields = all_chains(), rows()
	assert {code: doc["enabled"] for code, doc in before.items() if code in SHIPPED} == {
		code: int(data.get("enabled", True)) for code, data in SHIPPED.items()
	}
	assert all(before[code]["current_version"] for code in SHIPPED)
	assert set(fields) == {(doctype, field) for doctype, names in DEFAULT_FIELDS.items() for field in names}
	after_migrate()
	assert (all_chains(), rows()) == (before, fields)


def test_what_is_new_comes_switched_off_and_unpublished():
	before = all_chains()
	older()
	assert NEW not in all_chains()
	after_migrate()
	after = all_chains()
	assert after.keys() == before.keys()
	assert (after[NEW]["enabled"], after[NEW]["current_version"]) == (0, None)
	assert not frappe.db.exists("Trigger Chain Version", {"chain": NEW})
	del before[NEW], after[NEW]
	assert after == before
	spec, problems = read_chain(frappe.get_doc("Trigger Chain", NEW))
	assert not problems and [step.code for step in spec.steps] == [s["code"] for s in SHIPPED[NEW]["steps"]]
	assert all(step.action in ACTIONS for step in spec.steps)


def test_nothing_begins_by_itself_until_somebody_publishes_and_switches_on():
	older()
	after_migrate()

	def missed():
		visit = make.booking()
		change_booking.mark_no_show(visit.name)
		return frappe.db.exists("Chain Run", {"booking": visit.name, "chain": NEW})

	assert not missed()
	publish_chain(NEW)
	assert not missed()
	chain = frappe.get_doc("Trigger Chain", NEW)
	chain.enabled = 1
	chain.save()
	assert missed()


def test_what_the_owner_changed_stays_as_they_left_it():
	chain = frappe.get_doc("Trigger Chain", NEW)
	chain.title, chain.enabled = "Ours", 0
	chain.steps = chain.steps[:1]
	chain.save()
	left = all_chains()[NEW]
	forgotten()
	for _ in range(2):
		after_migrate()
		assert all_chains()[NEW] == left


def test_what_the_owner_deleted_does_not_come_back():
	after_migrate()
	frappe.delete_doc("Trigger Chain", NEW)
	frappe.db.delete("Deleted Document", {"deleted_name": NEW})
	settings = frappe.get_doc("Runbook Settings")
	settings.chain_fields = [row for row in settings.chain_fields if row.fieldname != ROW["fieldname"]]
	settings.save()
	for _ in range(2):
		after_migrate()
		assert NEW not in all_chains() and tuple(ROW.values()) not in rows()


def test_a_draft_that_was_brought_and_deleted_does_not_come_back():
	older()
	after_migrate()
	frappe.delete_doc("Trigger Chain", NEW)
	after_migrate()
	assert NEW not in all_chains()


def test_a_new_row_of_the_fields_is_added_at_the_end_beside_the_owners_own():
	own = {"document_type": "Customer", "fieldname": "website"}
	settings = frappe.get_doc("Runbook Settings")
	settings.append("chain_fields", own)
	settings.save()
	older()
	before = rows()
	assert tuple(ROW.values()) not in before
	after_migrate()
	assert rows() == [*before, tuple(ROW.values())]
	after_migrate()
	assert rows() == [*before, tuple(ROW.values())]


def test_a_site_of_before_remembering_keeps_what_was_deleted_away_and_gets_what_is_new():
	older("estimate_sent", {"document_type": "Contact", "fieldname": "status"})
	frappe.delete_doc("Trigger Chain", NEW)
	forgotten()
	patch.execute()
	after_migrate()
	chains = all_chains()
	assert "estimate_sent" in chains and not chains["estimate_sent"]["enabled"]
	assert NEW not in chains
	assert ("Contact", "status") not in rows(), "its list had this row, and somebody took it away"


def test_a_site_of_before_the_list_of_fields_gets_it_whole():
	everything = rows()
	frappe.db.delete("Chain Field")
	forgotten()
	patch.execute()
	after_migrate()
	assert sorted(rows()) == sorted(everything)


def test_a_list_that_the_owner_emptied_stays_empty():
	settings = frappe.get_doc("Runbook Settings")
	settings.chain_fields = []
	settings.save(ignore_version=False)  # outside of tests it always is
	forgotten()
	patch.execute()
	after_migrate()
	assert rows() == []


def test_a_chain_of_the_owners_own_with_a_code_of_the_library_is_theirs():
	older()
	own = frappe.get_doc("Trigger Chain", "booking_cancelled")
	copy = frappe.copy_doc(own)
	copy.update({"code": NEW, "title": "Mine"})
	copy.insert()
	after_migrate()
	assert frappe.db.get_value("Trigger Chain", NEW, "title") == "Mine"
	frappe.delete_doc("Trigger Chain", NEW)
	after_migrate()
	assert NEW not in all_chains()


def test_a_new_setting_starts_with_its_default_and_one_that_was_set_to_nothing_stays_so():
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"promise_grace_days": 5, "overdue_task_days": 9, "escalation_minutes": 0})
	settings.save()
	frappe.db.delete("Singles", {"doctype": settings.doctype, "field": "promise_grace_days"})
	frappe.clear_document_cache(settings.doctype, settings.doctype)
	after_migrate()
	after_migrate()
	settings.reload()
	assert (settings.promise_grace_days, settings.overdue_task_days, settings.escalation_minutes) == (2, 9, 0)
