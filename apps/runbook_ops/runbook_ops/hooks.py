"""What Frappe calls, and where: strings only."""

app_name = "runbook_ops"
app_title = "Runbook Ops"
app_publisher = "Runbook Ops"
app_description = "The operations console of a service business"
app_email = "hello@runbook-ops.invalid"
app_license = "gpl-3.0"
required_apps = ["erpnext"]

add_to_apps_screen = [
	{
		"name": "runbook_ops",
		"logo": "/assets/runbook_ops/images/runbook.svg",
		"title": "Runbook Ops",
		"route": "/app/runbook",
		"has_permission": "runbook_ops.permissions.may_open_console",
	}
]

app_include_js = [
	"trail.bundle.js",
	"slots.bundle.js",
	"classes.bundle.js",
	"feeds.bundle.js",
	"pay_links.bundle.js",
	"plans.bundle.js",
]
app_include_css = ["runbook.bundle.css"]
calendars = ["Service Booking"]
page_renderer = ["runbook_ops.api.feeds.FeedPage"]

website_route_rules = [
	{"from_route": "/book/<preset>", "to_route": "book"},
	{"from_route": "/visit/<token>", "to_route": "visit"},
	{"from_route": "/offer/<token>", "to_route": "offer"},
	{"from_route": "/pay/<token>", "to_route": "pay"},
	{"from_route": "/estimate/<token>", "to_route": "estimate"},
]

after_install = "runbook_ops.install.after_install"
after_migrate = "runbook_ops.install.after_migrate"
before_uninstall = "runbook_ops.install.before_uninstall"

doc_events = {
	(
		"Service Resource",
		"Resource Time Off",
		"Runbook Settings",
		"Holiday List",
		"Company",
		"Employee",
		"Leave Application",
		"Shift Assignment",
		"Shift Type",
		"Territory",
	): {
		"on_change": "runbook_ops.doc_events.working_time.changed",
		"on_trash": "runbook_ops.doc_events.working_time.changed",
		"after_rename": "runbook_ops.doc_events.working_time.renamed",
	},
	"*": {"on_change": "runbook_ops.doc_events.any_record.on_change"},
	"Quotation": {
		"before_validate": "runbook_ops.doc_events.quotation.before_validate",
		"on_update_after_submit": "runbook_ops.doc_events.quotation.on_update_after_submit",
		"on_change": "runbook_ops.doc_events.quotation.on_change",
		"on_cancel": "runbook_ops.doc_events.quotation.on_cancel",
	},
	"Opportunity": {"on_update": "runbook_ops.doc_events.opportunity.on_update"},
	"Sales Invoice": {
		"validate": "runbook_ops.doc_events.sales_invoice.validate",
		"on_submit": "runbook_ops.doc_events.sales_invoice.on_submit",
		"on_cancel": "runbook_ops.doc_events.sales_invoice.on_cancel",
		"on_trash": "runbook_ops.doc_events.sales_invoice.on_trash",
	},
	"Payment Entry": {"before_submit": "runbook_ops.doc_events.payment_entry.before_submit"},
	"Payment Ledger Entry": {"on_update": "runbook_ops.doc_events.payment_ledger_entry.on_update"},
	"Journal Entry": {"on_cancel": "runbook_ops.doc_events.journal_entry.on_cancel"},
}

doctype_js = {"Quotation": "public/js/quotation.js", "Sales Invoice": "public/js/sales_invoice.js"}
jinja = {"methods": ["runbook_ops.api.evidence.booking_evidence"]}
override_doctype_dashboards = {"Customer": "runbook_ops.doc_events.customer.dashboard"}

scheduler_events = {
	"cron": {
		"* * * * *": [
			"runbook_ops.jobs.triggers.start_timed_chains",
			"runbook_ops.jobs.pump.sweep",
			"runbook_ops.jobs.waitlist.work_freed_slots",
			"runbook_ops.jobs.tidy.end_expired_holds",
			"runbook_ops.jobs.deposits.release_overdue",
			"runbook_ops.jobs.tasks.escalate_unanswered",
		]
	},
	"daily_long": [
		"runbook_ops.jobs.packages.expire_lapsed",
		"runbook_ops.jobs.packages.tie_out",
		"runbook_ops.jobs.pay_links.expire",
		"runbook_ops.jobs.pay_links.reconcile",
		"runbook_ops.jobs.receivables.judge",
		"runbook_ops.jobs.receivables.charge",
		"runbook_ops.jobs.receivables.state",
		"runbook_ops.jobs.estimates.end_overdue",
		"runbook_ops.jobs.tidy.forget_past_buckets",
		"runbook_ops.jobs.plans.keep_windows",
		"runbook_ops.jobs.waitlist.close_past_entries",
		"runbook_ops.jobs.chains.reconcile",
		"runbook_ops.jobs.chains.put_away",
	],
}

permission_query_conditions = {
	"Service Booking": "runbook_ops.permissions.own_bookings",
	"Service Job": "runbook_ops.permissions.own_jobs",
	"Follow-up Task": "runbook_ops.permissions.own_tasks",
}

has_permission = {
	"Service Booking": "runbook_ops.permissions.may_see_booking",
	"Service Job": "runbook_ops.permissions.may_see_job",
	"Follow-up Task": "runbook_ops.permissions.may_see_task",
}
