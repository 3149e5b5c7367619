"""One seat of a class; its name can exist once only, which is what stops an overfull class."""

from frappe.model.document import Document


class ClassSeat(Document):
	pass
