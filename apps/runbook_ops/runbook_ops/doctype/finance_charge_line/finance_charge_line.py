"""What one overdue invoice was charged."""

from frappe.model.document import Document


class FinanceChargeLine(Document):
	pass
