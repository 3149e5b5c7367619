"""Order what the stock will not have for the visit."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from .context import Context, Result


def check_materials(context: Context, arguments: Mapping[str, Any]) -> Result:
	"""Make and submit one Material Request (Purchase) for what is short; nothing short makes none."""
	short = arguments["short"]
	if not short:
		return Result(_("Everything is in stock"))
	booking = frappe.db.get_value("Service Booking", context.booking, ["company", "starts_at"], as_dict=True)
	warehouses = _warehouses(context.booking, booking.company)
	request = frappe.get_doc(
		{
			"doctype": "Material Request",
			"material_request_type": "Purchase",
			"company": booking.company,
			"transaction_date": nowdate(),
			"schedule_date": max(getdate(booking.starts_at), getdate()),
			"runbook_booking": context.booking,
			"items": [
				{
					"item_code": item,
					"qty": float(qty),
					"uom": uom,
					"warehouse": warehouses.get(item, warehouses[""]),
				}
				for item, qty, uom in short
			],
		}
	)
	request.insert(ignore_permissions=True)
	request.flags.ignore_permissions = True
	request.submit()
	text = ", ".join(f"{qty:g} x {item}" for item, qty, _uom in ((i, float(q), u) for i, q, u in short))
	return Result(_("Ordered {0}").format(text), ("Material Request", request.name))


def _warehouses(booking: str, company: str) -> dict[str, str | None]:
	"""Where each material goes; the key "" is the company's first warehouse that is no group."""
	service = frappe.db.get_value("Service Booking", booking, "service")
	own = {
		row.item: row.warehouse
		for row in frappe.get_cached_doc("Bookable Service", service).materials
		if row.warehouse
	}
	default = frappe.db.get_single_value("Stock Settings", "default_warehouse")
	if not default or frappe.get_cached_value("Warehouse", default, "company") != company:
		default = frappe.db.get_value(
			"Warehouse", {"company": company, "is_group": 0, "disabled": 0}, order_by="lft asc"
		)
	return {"": default, **own}
