"""What an installation needs beyond the doctypes: fields, roles, settings and the chains that ship."""

import click
import frappe
from frappe.model.document import Document

from .custom_fields import remove_custom_fields, sync_custom_fields
from .operations.offer_library import offer_library, ship_library
from .store.offered import forget_all_offered

ROLES = ("Runbook Manager", "Runbook Front Desk", "Runbook Technician")

QUEUE = "Follow-up Task"
DORMANT_BEFORE = "runbook_dormant_days_before"


def after_install() -> None:
	"""Make a fresh installation ready to work; chains ship once, what people make of them is theirs."""
	_make_ready()
	ship_library()
	_stay_awake()


def after_migrate() -> None:
	"""Bring an installation up to what this version needs and offer what it brings anew; safe to repeat."""
	_make_ready()
	offer_library()


def _make_ready() -> None:
	_make_roles()
	_make_stages()
	sync_custom_fields()
	_fill_settings()
	_show_columns()


def before_uninstall() -> None:
	"""Take away fields with their columns, roles and scheduled jobs; ERPNext's documents stay as they are.

	Frappe 15 calls this also for `--dry-run`, where nothing may change.
	"""
	context = click.get_current_context(silent=True)
	if context and context.params.get("dry_run"):
		return
	remove_custom_fields()
	for doctype in ("Has Role", "Custom DocPerm"):
		frappe.db.delete(doctype, {"role": ("in", ROLES)})
	_sleep_as_before()
	forget_all_offered()
	for doctype, filters in (
		("Role", {"name": ("in", ROLES)}),
		("Scheduled Job Type", {"method": ("like", "runbook_ops.%")}),
		("List View Settings", {"name": QUEUE}),
	):
		for name in frappe.get_all(doctype, filters=filters, pluck="name", order_by="name asc"):
			frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)


def _stay_awake() -> None:
	"""A site where nobody logs in stops its scheduler after some days; guests' bookings do not count as logins."""
	before = frappe.db.get_single_value("System Settings", "dormant_days")
	frappe.db.set_default(DORMANT_BEFORE, before)
	frappe.db.set_single_value("System Settings", "dormant_days", 0)


def _sleep_as_before() -> None:
	before = frappe.db.get_default(DORMANT_BEFORE)
	if before is not None:
		frappe.db.set_single_value("System Settings", "dormant_days", frappe.utils.cint(before))
		frappe.defaults.clear_default(DORMANT_BEFORE)


def _make_roles() -> None:
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
				ignore_permissions=True
			)


def _make_stages() -> None:
	for stage in ("Booked", "Estimate Approved"):
		if not frappe.db.exists("Sales Stage", stage):
			frappe.get_doc({"doctype": "Sales Stage", "stage_name": stage}).insert(ignore_permissions=True)


def _fill_settings() -> None:
	settings = frappe.get_doc("Runbook Settings")
	_take_new_defaults(settings)
	settings.company = settings.company or frappe.defaults.get_global_default("company")
	settings.default_mode_of_payment = settings.default_mode_of_payment or _cash()
	settings.save(ignore_permissions=True)


def _take_new_defaults(settings: Document) -> None:
	"""A setting that this version brings starts with its default; one that is stored was chosen, an empty one too."""
	stored = frappe.db.get_singles_dict(settings.doctype)
	for field in settings.meta.fields:
		if field.default and field.fieldname not in stored:
			settings.set(field.fieldname, field.default)


def _show_columns() -> None:
	"""The review queue says when and why on small screens too, where Frappe shows four columns unless the site says otherwise."""
	if not frappe.db.exists("List View Settings", QUEUE):
		columns = {"doctype": "List View Settings", "name": QUEUE, "total_fields": "6"}
		frappe.get_doc(columns).insert(ignore_permissions=True)


def _cash() -> str | None:
	return "Cash" if frappe.db.exists("Mode of Payment", "Cash") else None
