"""The fields that Runbook Ops adds to ERPNext's doctypes; uninstalling takes them away and leaves the documents."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

BOOKING_LINK = {
	"fieldname": "runbook_booking",
	"fieldtype": "Link",
	"label": "Service Booking",
	"options": "Service Booking",
	"read_only": 1,
	"no_copy": 1,
	"search_index": 1,
	"print_hide": 1,
}

EXTERNAL_ID = {
	"fieldname": "runbook_external_id",
	"fieldtype": "Data",
	"label": "External ID",
	"read_only": 1,
	"hidden": 1,
	"no_copy": 1,
	"search_index": 1,
	"description": "Where an imported record came from; makes the import safe to repeat",
}

CUSTOM_FIELDS: dict[str, list[dict[str, object]]] = {
	"Customer": [
		{
			"fieldname": "runbook_section",
			"fieldtype": "Section Break",
			"label": "Visits",
			"insert_after": "account_manager",
			"collapsible": 0,
		},
		{
			"fieldname": "runbook_visits",
			"fieldtype": "Int",
			"label": "Visits",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_section",
		},
		{
			"fieldname": "runbook_last_visit",
			"fieldtype": "Date",
			"label": "Last Visit",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_visits",
		},
		{
			"fieldname": "runbook_no_shows",
			"fieldtype": "Int",
			"label": "No-shows",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_last_visit",
		},
		{"fieldname": "runbook_column", "fieldtype": "Column Break", "insert_after": "runbook_no_shows"},
		{
			"fieldname": "runbook_source",
			"fieldtype": "Data",
			"label": "Came by",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_column",
			"description": "The channel of the first booking",
		},
		{
			"fieldname": "runbook_last_job_type",
			"fieldtype": "Data",
			"label": "Last Job Type",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_source",
		},
		{
			"fieldname": "runbook_last_booked",
			"fieldtype": "Date",
			"label": "Last Booked For",
			"read_only": 1,
			"no_copy": 1,
			"insert_after": "runbook_last_job_type",
		},
		{**EXTERNAL_ID, "insert_after": "runbook_last_booked"},
	],
	"Item": [{**EXTERNAL_ID, "insert_after": "description"}],
	"Sales Invoice": [{**BOOKING_LINK, "insert_after": "customer_name"}],
	"Payment Entry": [{**BOOKING_LINK, "insert_after": "party_name"}],
	"Material Request": [{**BOOKING_LINK, "insert_after": "schedule_date"}],
}


def sync_custom_fields() -> None:
	"""Create or update the fields; run at install and after each migrate."""
	fields = {
		doctype: [{"module": "Runbook Ops", **field} for field in fields]
		for doctype, fields in CUSTOM_FIELDS.items()
	}
	create_custom_fields(fields, update=True)


def remove_custom_fields() -> None:
	"""Delete the fields and their columns, so that ERPNext's tables are as they were."""
	for name in frappe.get_all("Custom Field", {"module": "Runbook Ops"}, pluck="name", order_by="name asc"):
		frappe.delete_doc("Custom Field", name, ignore_permissions=True, force=True)
	for doctype, fields in CUSTOM_FIELDS.items():
		columns = set(frappe.db.get_table_columns(doctype)).intersection(
			field["fieldname"] for field in fields
		)
		if columns:
			drops = ", ".join(f"drop column `{column}`" for column in sorted(columns))
			frappe.db.sql_ddl(f"alter table `tab{doctype}` {drops}")
		frappe.clear_cache(doctype=doctype)
