"""Bookings: what was booked in a stretch of days, one by one or summed up, with its value."""

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import add_days, format_date, getdate, nowdate

from runbook_ops.core.booking_figures import BookedVisit, Figures, GroupBy, group, total
from runbook_ops.store.booking_figures import load_bookings

Found = Sequence[tuple[BookedVisit, frappe._dict]]
MOST_DAYS = 366 * 2
MOST_BARS = 31


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, message, chart, summary."""
	wanted = _checked(frappe._dict(filters or {}))
	found = load_bookings(
		wanted.from_date,
		wanted.to_date,
		service=wanted.service,
		resource=wanted.resource,
		status=wanted.status,
		company=wanted.company,
	)
	visits = [visit for visit, _row in found]
	currency = _currency(wanted.company)
	if wanted.summed_by:
		columns, rows = _summed_columns(wanted.summed_by), _summed_rows(visits, wanted.summed_by, currency)
	else:
		columns, rows = _columns(), [_row(visit, row, currency) for visit, row in found]
	return columns, rows, None, _chart(visits, wanted.summed_by), _summary(total(visits), currency)


def _checked(filters: frappe._dict) -> frappe._dict:
	filters.from_date = getdate(filters.from_date or nowdate())
	filters.to_date = getdate(filters.to_date or add_days(filters.from_date, 6))
	if filters.to_date < filters.from_date:
		frappe.throw(_("To Date: it lies before From Date. Choose a later day."))
	if (filters.to_date - filters.from_date).days > MOST_DAYS:
		frappe.throw(_("To Date: the report covers two years at the most. Choose an earlier day."))
	if filters.summed_by and filters.summed_by not in list(GroupBy):
		frappe.throw(
			_("Summed by: {0} is not known. Choose one of: {1}.").format(
				filters.summed_by, ", ".join(GroupBy)
			)
		)
	filters.summed_by = GroupBy(filters.summed_by) if filters.summed_by else None
	return filters


def _currency(company: str | None) -> str:
	company = company or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	company = company or frappe.defaults.get_global_default("company")
	return frappe.get_cached_value("Company", company, "default_currency") if company else "USD"


def _money(fieldname: str, label: str, width: int = 120) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Currency",
		"options": "currency",
		"width": width,
	}


def _columns() -> list[dict]:
	return [
		{"fieldname": "starts_at", "label": _("Starts At"), "fieldtype": "Datetime", "width": 180},
		{
			"fieldname": "booking",
			"label": _("Booking"),
			"fieldtype": "Link",
			"options": "Service Booking",
			"width": 120,
		},
		{
			"fieldname": "customer",
			"label": _("Customer"),
			"fieldtype": "Link",
			"options": "Customer",
			"width": 180,
		},
		{
			"fieldname": "service",
			"label": _("Service"),
			"fieldtype": "Link",
			"options": "Bookable Service",
			"width": 180,
		},
		{"fieldname": "resources", "label": _("Done by"), "fieldtype": "Data", "width": 180},
		{"fieldname": "status", "label": _("Status"), "fieldtype": "Data", "width": 110},
		{"fieldname": "hours", "label": _("Hours"), "fieldtype": "Float", "precision": 2, "width": 80},
		_money("value", _("Value")),
		{
			"fieldname": "sales_invoice",
			"label": _("Invoice"),
			"fieldtype": "Link",
			"options": "Sales Invoice",
			"width": 150,
		},
		_money("outstanding", _("Unpaid")),
	]


def _row(visit: BookedVisit, row: frappe._dict, currency: str) -> dict:
	return {
		"starts_at": row.starts_at,
		"booking": row.name,
		"customer": row.customer,
		"service": row.service,
		"resources": ", ".join(visit.resources),
		"status": row.status,
		"hours": visit.minutes / 60,
		"value": visit.value,
		"sales_invoice": row.sales_invoice,
		"outstanding": row.outstanding,
		"currency": currency,
	}


GROUP_FIELDS = {
	GroupBy.DAY: {"fieldtype": "Date"},
	GroupBy.SERVICE: {"fieldtype": "Link", "options": "Bookable Service"},
	GroupBy.RESOURCE: {"fieldtype": "Link", "options": "Service Resource"},
	GroupBy.STATUS: {"fieldtype": "Data"},
}


def _summed_columns(by: GroupBy) -> list[dict]:
	return [
		{"fieldname": "key", "label": _(by.value), "width": 200, **GROUP_FIELDS[by]},
		{"fieldname": "bookings", "label": _("Bookings"), "fieldtype": "Int", "width": 100},
		{"fieldname": "completed", "label": _("Completed"), "fieldtype": "Int", "width": 100},
		{"fieldname": "cancelled", "label": _("Cancelled"), "fieldtype": "Int", "width": 100},
		{"fieldname": "no_shows", "label": _("No-shows"), "fieldtype": "Int", "width": 100},
		{"fieldname": "hours", "label": _("Hours"), "fieldtype": "Float", "precision": 1, "width": 90},
		_money("value", _("Value"), 140),
		_money("lost_value", _("Lost value"), 140),
		_money("invoiced", _("Invoiced"), 140),
	]


def _summed_rows(visits: Sequence[BookedVisit], by: GroupBy, currency: str) -> list[dict]:
	return [
		{
			"key": key or _("Nobody yet"),
			"bookings": figures.bookings,
			"completed": figures.completed,
			"cancelled": figures.cancelled,
			"no_shows": figures.no_shows,
			"hours": figures.minutes / 60,
			"value": figures.value,
			"lost_value": figures.lost_value,
			"invoiced": figures.invoiced,
			"currency": currency,
		}
		for key, figures in group(visits, by).items()
	]


def _chart(visits: Sequence[BookedVisit], by: GroupBy | None) -> dict | None:
	groups = group(visits, by or GroupBy.DAY)
	if not groups:
		return None
	bars = list(groups.items())[:MOST_BARS]
	return {
		"data": {
			"labels": [_label(key, by or GroupBy.DAY) for key, _figures in bars],
			"datasets": [{"name": _("Value"), "values": [float(figures.value) for _key, figures in bars]}],
		},
		"type": "bar",
		"fieldtype": "Currency",
		"colors": ["#2490ef"],
		"height": 220,
	}


def _label(key: object, by: GroupBy) -> str:
	if by is GroupBy.DAY:
		return format_date(key, "d MMM")
	return _(str(key)) if key else _("Nobody yet")


def _summary(figures: Figures, currency: str) -> list[dict]:
	rate = figures.no_show_rate
	return [
		{"label": _("Bookings"), "value": figures.bookings, "datatype": "Int", "indicator": "Blue"},
		_amount(_("Value"), figures.value, currency, "Blue"),
		_amount(_("Invoiced, before tax"), figures.invoiced, currency, "Green"),
		_amount(
			_("Lost: cancelled and missed"),
			figures.lost_value,
			currency,
			"Red" if figures.lost_value else "Green",
		),
		{
			"label": _("No-show rate"),
			"value": "-" if rate is None else f"{rate:.1%}",
			"datatype": "Data",
			"indicator": "Red" if rate else "Green",
		},
	]


def _amount(label: str, value: Decimal, currency: str, colour: str) -> dict:
	return {"label": label, "value": value, "datatype": "Currency", "currency": currency, "indicator": colour}
