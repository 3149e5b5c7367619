"""ERPNext's Customer: what Runbook Ops knows of them."""

from frappe import _


def dashboard(data: dict) -> dict:
	"""Add the customer's visits, tasks, packages, receivables and imported receipts to the form's connections."""
	data.setdefault("transactions", []).insert(
		0, {"label": _("Visits"), "items": ["Service Booking", "Service Job", "Follow-up Task", "Past Sale"]}
	)
	data["transactions"].insert(1, {"label": _("Packages"), "items": ["Customer Package", "Package Usage"]})
	owed = ["Payment Promise", "Finance Charge", "Customer Statement"]
	data["transactions"].insert(2, {"label": _("Receivables"), "items": owed})
	return data
