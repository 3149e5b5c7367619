"""When a job entered a phase, who said so, and where."""

from frappe.model.document import Document


class ServiceJobPhase(Document):
	pass
