"""Where addresses are, as far as somebody has put them on the map."""

import frappe

from .claims import Degrees


def place_of(address: str | None) -> Degrees | None:
	"""Latitude and longitude of an address in degrees; None when they are not known."""
	if not address:
		return None
	row = frappe.db.get_value("Address", address, ("runbook_latitude", "runbook_longitude"))
	return (row[0] or 0.0, row[1] or 0.0) if row and (row[0] or row[1]) else None
