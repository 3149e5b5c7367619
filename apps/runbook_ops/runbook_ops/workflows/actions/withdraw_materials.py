"""Take back what was requested for a visit that no longer takes place."""

from collections.abc import Mapping
from typing import cast

import frappe
from frappe import _

from ...operations.open_task import TaskWish, open_task
from ...site_time import utc_now
from .context import Context, Result


def withdraw_materials(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Cancel the requests that nothing came of; for those that are ordered a person decides what becomes of the goods."""
	cancelled, ordered = (cast(tuple[str, ...], arguments[name]) for name in ("cancel", "ask"))
	for name in cancelled:
		request = frappe.get_doc("Material Request", name)
		request.flags.ignore_permissions = True
		request.cancel()
	told = [_("Cancelled: {0}").format(", ".join(cancelled))] if cancelled else []
	if ordered:
		_ask_about(context, ordered)
		told.append(_("Already ordered, a person decides: {0}").format(", ".join(ordered)))
	return Result(". ".join(told), ("Material Request", (*cancelled, *ordered)[0]))


def _ask_about(context: Context, ordered: tuple[str, ...]) -> None:
	run = context.held.run
	wish = TaskWish(
		subject=_("Materials are ordered for a cancelled visit: {0}").format(", ".join(ordered)),
		due_at=utc_now() + context.step.exception.due_in,
		key=f"{context.held.key}#ordered",
		role=context.step.exception.role,
		values={
			"booking": run.booking,
			"reference_doctype": "Material Request",
			"reference_name": ordered[0],
			"notes": _("Cancel the order, keep the goods for another visit, or send them back."),
		},
	)
	open_task(wish)
