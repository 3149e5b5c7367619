"""One step of a run: when it is due, where it stands and why."""

import frappe
from frappe.model.document import Document


class ChainStepRun(Document):
	pass


def on_doctype_update():
	frappe.db.add_unique("Chain Step Run", ["run", "step_code", "revision"], "step_once_a_revision")
	frappe.db.add_index("Chain Step Run", ["state", "due_at", "priority"], "due_steps")
	frappe.db.add_index("Chain Step Run", ["state", "lease_until"], "expired_leases")
