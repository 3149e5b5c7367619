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
	mine = frappe.db.escape(user)
	return f"(`tabService Job`.user = {mine} or `tabService Job`.resource in ({_crews_of(user)}))"


def own_bookings(user: str | None = None) -> str:
	"""For technicians: the bookings that they do, themselves or in a crew."""
	user = user or frappe.session.user
	if _in_office(user):
		return ""
	return (
		"`tabService Booking`.name in (select row.parent from `tabService Booking Resource` row"  # noqa: S608
		f" join `tabService Resource` mine on mine.name = row.resource where mine.user = {frappe.db.escape(user)}"
		f" or mine.name in ({_crews_of(user)}))"
	)


def may_see_booking(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The row-level rule of `own_bookings` for one booking."""
	user = user or frappe.session.user
	if _in_office(user):
		return True
	return any(_does(row.resource, user) for row in doc.resources)


def own_tasks(user: str | None = None) -> str:
	"""For technicians: the tasks that they own."""
	user = user or frappe.session.user
	return "" if _in_office(user) else f"`tabFollow-up Task`.allocated_to = {frappe.db.escape(user)}"


def may_see_job(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The row-level rule of `own_jobs` for one job."""
	user = user or frappe.session.user
	if _in_office(user) or doc.user == user:
		return True
	return bool(doc.resource) and _does(doc.resource, user)


def may_see_task(doc: Document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The row-level rule of `own_tasks` for one task."""
	user = user or frappe.session.user
	return _in_office(user) or doc.allocated_to == user


def _crews_of(user: str) -> str:
	return (
		"select member.parent from `tabService Crew Member` member"  # noqa: S608
		" join `tabService Resource` person on person.name = member.resource"
		f" where person.user = {frappe.db.escape(user)}"
	)


def _does(resource: str, user: str) -> bool:
	"""Whether the user is this resource, or one of its crew."""
	member, person = frappe.qb.DocType("Service Crew Member"), frappe.qb.DocType("Service Resource")
	found = (
		frappe.qb.from_(person)
		.left_join(member)
		.on((member.resource == person.name) & (member.parent == resource))
		.where((person.user == user) & ((person.name == resource) | member.name.isnotnull()))
		.select(person.name)
		.limit(1)
	).run()
	return bool(found)


def _in_office(user: str) -> bool:
	return user == "Administrator" or bool(OFFICE.intersection(frappe.get_roles(user)))
