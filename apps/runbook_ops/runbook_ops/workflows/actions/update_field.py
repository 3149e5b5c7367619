"""Set one field of a record, through its own save."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cast

from ...core.refusal import Refusal
from ...errors import ChainRefused
from ...messages import refuse
from ...store.channel_settings import allowed_fields
from .context import Context, Result


def update_field(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Set the field and save, so that the record's own rules judge it; raises ChainRefused when chains may not set it (any more)."""
	run = context.held.run
	doctype = str(arguments["doctype"] or run.reference_doctype)
	name = str(arguments["name"] or run.reference_name)
	field, value = str(arguments["field"]), arguments["value"]
	if (doctype, field) not in allowed_fields():
		values = {"step": context.step.code, "doctype": doctype, "field": field}
		refuse(Refusal("field_not_allowed", "field", values), ChainRefused)
	doc = frappe.get_doc(doctype, name)
	about = doc.meta.get_field(field)
	new = None if value in (None, "") else cast(about.fieldtype, value)
	if doc.get(field) != new:
		doc.set(field, new)
		doc.save(ignore_permissions=True)
	return Result(
		_("{0} is now {1}").format(_(about.label), doc.get_formatted(field) or "-"), (doctype, name)
	)
