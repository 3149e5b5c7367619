"""The fields that Runbook Ops adds to ERPNext's doctypes; uninstalling takes them away and leaves the documents."""

from zoneinfo import available_timezones

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

PACKAGE_USAGE_LINK = {
	"fieldname": "runbook_package_usage",
	"fieldtype": "Link",
	"label": "Package Usage",
	"options": "Package Usage",
	"read_only": 1,
	"no_copy": 1,
	"search_index": 1,
	"print_hide": 1,
	"description": "The row of the package's history that this posts",
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

TIME_ZONE = {
	"fieldname": "runbook_time_zone",
	"fieldtype": "Autocomplete",
	"label": "Time Zone",
	"options": "\n".join(sorted(available_timezones())),
	"description": "Where the customer lives, such as America/Denver; the hours in which they are left alone count in it",
}

WRITTEN_BY_ESTIMATE = {"read_only": 1, "no_copy": 1, "allow_on_submit": 1, "print_hide": 1}
ESTIMATE_FIELDS: list[dict[str, object]] = [
	{
		"fieldname": "runbook_deposit_percent",
		"fieldtype": "Percent",
		"label": "Deposit with Approval",
		"insert_after": "valid_till",
		"non_negative": 1,
		"description": "So much of the total is asked for when the customer approves; empty: what the policy of each visit asks for",
	},
	{
		"fieldname": "runbook_estimate_section",
		"fieldtype": "Section Break",
		"label": "Estimate",
		"insert_after": "more_info_tab",
		"print_hide": 1,
	},
	{
		"fieldname": "runbook_estimate_state",
		"fieldtype": "Select",
		"label": "Estimate",
		"options": "\nDraft\nSent\nViewed\nApproved\nDeclined\nExpired\nSuperseded",
		"insert_after": "runbook_estimate_section",
		"in_standard_filter": 1,
		"search_index": 1,
		"description": "Where it stands with the customer; empty when it was never sent",
		**WRITTEN_BY_ESTIMATE,
	},
	{
		"fieldname": "runbook_estimate_sent_at",
		"fieldtype": "Datetime",
		"label": "Sent At",
		"insert_after": "runbook_estimate_state",
		**WRITTEN_BY_ESTIMATE,
	},
	{
		"fieldname": "runbook_estimate_viewed_at",
		"fieldtype": "Datetime",
		"label": "First Viewed At",
		"insert_after": "runbook_estimate_sent_at",
		**WRITTEN_BY_ESTIMATE,
	},
	{
		"fieldname": "runbook_estimate_column",
		"fieldtype": "Column Break",
		"insert_after": "runbook_estimate_viewed_at",
	},
	{
		"fieldname": "runbook_estimate_link",
		"fieldtype": "Small Text",
		"label": "Customer's Link",
		"insert_after": "runbook_estimate_column",
		"description": "Whoever has it can approve the estimate",
		**WRITTEN_BY_ESTIMATE,
	},
	{
		"fieldname": "runbook_estimate_signature",
		"fieldtype": "Link",
		"label": "Signature",
		"options": "Estimate Signature",
		"insert_after": "runbook_estimate_link",
		**WRITTEN_BY_ESTIMATE,
	},
	{
		"fieldname": "runbook_estimate_code",
		"fieldtype": "Data",
		"label": "Code of the Link",
		"insert_after": "runbook_estimate_signature",
		"hidden": 1,
		"search_index": 1,
		**WRITTEN_BY_ESTIMATE,
	},
]
ESTIMATE_LINE_FIELDS: list[dict[str, object]] = [
	{
		"fieldname": "runbook_option_group",
		"fieldtype": "Data",
		"label": "One Of",
		"insert_after": "item_name",
		"print_hide": 1,
		"description": "Rows with the same words here are options: the customer chooses exactly one of them",
	},
	{
		"fieldname": "runbook_add_on",
		"fieldtype": "Check",
		"label": "Add-on",
		"insert_after": "runbook_option_group",
		"print_hide": 1,
		"default": "0",
		"description": "The customer can add it or leave it",
	},
	{
		"fieldname": "runbook_chosen",
		"fieldtype": "Check",
		"label": "Chosen",
		"insert_after": "runbook_add_on",
		"print_hide": 1,
		"default": "0",
		"depends_on": "eval:doc.runbook_option_group || doc.runbook_add_on",
		"description": "Proposed to the customer, then as they chose; what is not chosen is not in the total",
	},
	{
		"fieldname": "runbook_starts_at",
		"fieldtype": "Datetime",
		"label": "Visit Planned For",
		"insert_after": "runbook_chosen",
		"print_hide": 1,
		"description": "For a service: the time that is requested when the estimate is approved; empty means the first open one",
	},
]

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
		{
			"fieldname": "runbook_late_cancellations",
			"fieldtype": "Int",
			"label": "Late Cancellations",
			"read_only": 1,
			"no_copy": 1,
			"default": "0",
			"insert_after": "runbook_no_shows",
			"description": "Visits cancelled later than the accepted policy lets a customer, free passes and waived ones among them",
		},
		{
			"fieldname": "runbook_column",
			"fieldtype": "Column Break",
			"insert_after": "runbook_late_cancellations",
		},
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
		{
			"fieldname": "runbook_channel",
			"fieldtype": "Select",
			"label": "Wants to be written to by",
			"options": "\nemail\nsms\nwhatsapp",
			"insert_after": "runbook_last_booked",
			"description": "Of the channels that Runbook Settings name; empty means the first one that reaches the customer",
		},
		{**EXTERNAL_ID, "insert_after": "runbook_channel"},
		{
			"fieldname": "runbook_no_finance_charge",
			"fieldtype": "Check",
			"label": "No Finance Charges",
			"default": "0",
			"insert_after": "runbook_external_id",
			"description": "The customer is never charged for paying late",
		},
	],
	"Address": [
		{**TIME_ZONE, "insert_after": "country"},
		{
			"fieldname": "runbook_latitude",
			"fieldtype": "Float",
			"precision": "6",
			"label": "Latitude",
			"insert_after": "pincode",
			"description": "Degrees north of the equator; with the longitude it tells the way between visits",
		},
		{
			"fieldname": "runbook_longitude",
			"fieldtype": "Float",
			"precision": "6",
			"label": "Longitude",
			"insert_after": "runbook_latitude",
			"description": "Degrees east of Greenwich",
		},
	],
	"Contact": [{**TIME_ZONE, "insert_after": "mobile_no"}],
	"Item": [{**EXTERNAL_ID, "insert_after": "description"}],
	"Quotation": ESTIMATE_FIELDS,
	"Quotation Item": ESTIMATE_LINE_FIELDS,
	"Sales Invoice": [
		{**BOOKING_LINK, "insert_after": "customer_name"},
		{**PACKAGE_USAGE_LINK, "insert_after": "runbook_booking"},
	],
	"Sales Invoice Item": [
		{
			"fieldname": "runbook_resource",
			"fieldtype": "Link",
			"label": "By",
			"options": "Service Resource",
			"insert_after": "description",
			"print_hide": 1,
			"search_index": 1,
			"description": "Who did or sold it",
		},
		{
			"fieldname": "runbook_customer_package",
			"fieldtype": "Link",
			"label": "Customer Package",
			"options": "Customer Package",
			"insert_after": "description",
			"print_hide": 1,
			"description": "The package that this row sold, or that it gives back",
		},
		{
			"fieldname": "runbook_upgrade_of",
			"fieldtype": "Link",
			"label": "Upgrade of",
			"options": "Customer Package",
			"insert_after": "runbook_customer_package",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			"description": "The package that is counted towards this one",
		},
		{
			"fieldname": "runbook_upgrade_credit",
			"fieldtype": "Currency",
			"label": "Counted for it",
			"options": "Company:company:default_currency",
			"insert_after": "runbook_upgrade_of",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Payment Entry": [
		{**BOOKING_LINK, "insert_after": "party_name"},
		{**PACKAGE_USAGE_LINK, "insert_after": "runbook_booking"},
		{
			"fieldname": "runbook_payment",
			"fieldtype": "Data",
			"label": "Payment at the Provider",
			"insert_after": "runbook_package_usage",
			"read_only": 1,
			"no_copy": 1,
			"unique": 1,
			"print_hide": 1,
			"description": "The provider's number of the payment that this books; each is booked once",
		},
		{
			"fieldname": "runbook_taken",
			"fieldtype": "Currency",
			"label": "Taken by the Provider",
			"options": "runbook_taken_currency",
			"insert_after": "runbook_payment",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			"description": "What the customer paid by a link, in the link's currency",
		},
		{
			"fieldname": "runbook_taken_currency",
			"fieldtype": "Link",
			"options": "Currency",
			"label": "Currency of the Link",
			"insert_after": "runbook_taken",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
	],
	"Journal Entry": [
		{**BOOKING_LINK, "insert_after": "user_remark"},
		{**PACKAGE_USAGE_LINK, "insert_after": "runbook_booking"},
	],
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
