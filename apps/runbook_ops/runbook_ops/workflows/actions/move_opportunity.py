"""Move the deal that the booking came from to the stage that the step names."""

from collections.abc import Mapping

import frappe
from frappe import _

from .context import Context, Result


def move_opportunity(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Set the sales stage."""
	name, stage = str(arguments["opportunity"]), str(arguments["stage"])
	opportunity = frappe.get_doc("Opportunity", name)
	if opportunity.sales_stage != stage:
		opportunity.sales_stage = stage
		opportunity.flags.moved_by_chain = True
		opportunity.save(ignore_permissions=True)
	return Result(_("Opportunity moved to {0}").format(stage), ("Opportunity", name))
