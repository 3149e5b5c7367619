"""Jobs for the technician's page and the desk: move a job to its next phase."""

import frappe

from .retry import retried


@frappe.whitelist(methods=["POST"])
@retried
def set_phase(job: str, status: str, latitude: float | None = None, longitude: float | None = None) -> dict:
	"""Stamp a phase of a job with time and, when given, place."""
	doc = frappe.get_doc("Service Job", job)
	doc.check_permission("write")
	changed = doc.status != status
	doc.status = status
	doc.save()
	if changed and latitude is not None and longitude is not None:
		doc.phases[-1].db_set({"latitude": latitude, "longitude": longitude})
	return {"name": doc.name, "status": doc.status}
