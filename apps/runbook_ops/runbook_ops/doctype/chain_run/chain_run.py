"""One run of a chain for one event."""

import frappe
from frappe.model.document import Document


class ChainRun(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Chain Run", ["archived", "ended_at"], "ended_runs")
