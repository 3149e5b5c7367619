"""A picture of a job's work; those that are for the customer are shown with the invoice."""

from frappe.model.document import Document


class ServiceJobPicture(Document):
	pass
