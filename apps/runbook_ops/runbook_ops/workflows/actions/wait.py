"""What was waited for has happened: note it on the trail."""

from collections.abc import Mapping

from frappe import _

from .context import Context, Result


def wait(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Nothing is left to do; the steps after it go on."""
	run = context.held.run
	return Result(_("Waited for: {0}").format(arguments["for"]), (run.reference_doctype, run.reference_name))
