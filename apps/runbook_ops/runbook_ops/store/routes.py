"""The routes of the settings, and who of several was given a task when."""

from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe.query_builder.functions import Max

from ..core.routing import Person, Route
from ..site_time import from_site


def load_routes() -> tuple[Route, ...]:
	"""The rows of the settings, in their order."""
	rows = frappe.get_cached_doc("Runbook Settings").task_routes
	return tuple(
		Route(
			kind=row.kind or "",
			reason_code=row.reason_code or "",
			role=row.role or "",
			territory=row.territory or "",
			user=row.user or "",
			to_role=row.to_role or "",
			in_turn=bool(row.in_turn),
		)
		for row in rows
	)


def with_last_given(people: Sequence[Person]) -> tuple[Person, ...]:
	"""The same people, with when each was given a task last."""
	if not people:
		return ()
	task = frappe.qb.DocType("Follow-up Task")
	rows = (
		frappe.qb.from_(task)
		.where(task.allocated_to.isin([person.user for person in people]))
		.groupby(task.allocated_to)
		.select(task.allocated_to, Max(task.creation))
	).run()
	given = {user: from_site(stamp) for user, stamp in rows}
	return tuple(replace(person, last_given=given.get(person.user)) for person in people)
