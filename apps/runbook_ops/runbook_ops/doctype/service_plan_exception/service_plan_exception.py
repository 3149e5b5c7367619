"""One day on which a plan is not as its rule says."""

from frappe.model.document import Document


class ServicePlanException(Document):
	pass
