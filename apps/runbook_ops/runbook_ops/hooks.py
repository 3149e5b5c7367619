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

app_include_js = ["trail.bundle.js", "slots.bundle.js"]
app_include_css = ["runbook.bundle.css"]
calendars = ["Service Booking"]

after_install = "runbook_ops.install.after_install"
after_migrate = "runbook_ops.install.after_migrate"
before_uninstall = "runbook_ops.install.before_uninstall"

doc_events = {
	"*": {"after_insert": "runbook_ops.doc_events.any_form.after_insert"},
	"Opportunity": {"on_update": "runbook_ops.doc_events.opportunity.on_update"},
}

override_doctype_dashboards = {"Customer": "runbook_ops.doc_events.customer.dashboard"}

scheduler_events = {
	"cron": {"* * * * *": ["runbook_ops.jobs.pump.sweep"]},
	"daily_long": ["runbook_ops.jobs.tidy.forget_past_buckets"],
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
