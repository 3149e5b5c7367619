"""Who sees which rows: technicians their own jobs and tasks, everybody else what their role allows."""

import frappe
from frappe.model.document import Document

OFFICE = frozenset({"Runbook Manager", "Runbook Front Desk", "System Manager", "Administrator"})
CONSOLE = OFFICE | {"Runbook Technician"}


def may_open_console() -> bool:
	"""Whether the app shows on the user's start screen."""
	return bool(CONSOLE.intersection(frappe.get_roles()))


def own_jobs(user: str | None = None) -> str:
	"""For technicians: the jobs that they are assigned to, themselves or in a crew."""
	user = user or frappe.session.user
	if _in_office(user):
		return ""
	crews = (
		"select member.parent from `tabService Crew Member` member"  # noqa: S608
		" join `tabService Resource` person on person.name = member.resource"
		f" where person.user = {frappe.db.escape(user)}"
	)
	return f"(`tabService Job`.user = {frappe.db.escape(user)} or `tabService Job`.resource in ({crews}))"


def own_tasks(user: str | None = None) -> str:
	"""For technicians: the tasks that they own."""
	user = user or frappe.session.user
	return "" if _in_office(user) else f"`tabFollow-up Task`.allocated_to = {frappe.db.escape(user)}"


def may_see_job(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The row-level rule of `own_jobs` for one job."""
	user = user or frappe.session.user
	if _in_office(user) or doc.user == user:
		return True
	if not doc.resource:
		return False
	member, person = frappe.qb.DocType("Service Crew Member"), frappe.qb.DocType("Service Resource")
	found = (
		frappe.qb.from_(member)
		.join(person)
		.on(person.name == member.resource)
		.where((member.parent == doc.resource) & (person.user == user))
		.select(member.name)
		.limit(1)
	).run()
	return bool(found)


def may_see_task(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The row-level rule of `own_tasks` for one task."""
	user = user or frappe.session.user
	return _in_office(user) or doc.allocated_to == user


def _in_office(user: str) -> bool:
	return user == "Administrator" or bool(OFFICE.intersection(frappe.get_roles(user)))
