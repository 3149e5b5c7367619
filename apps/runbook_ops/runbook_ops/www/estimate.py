"""An estimate for its customer, /estimate/<token>: a signed link is all it takes; looking at the page answers nothing."""

import frappe
from frappe import _

from ..errors import GuestRefused
from ..messages import tell
from ..operations.read_estimate import open_estimate, tell_estimate
from .online_page import online_page

no_cache = 1
sitemap = 0


def get_context(context: frappe._dict) -> None:
	"""The estimate that the link names, or a page that says what to do when it names none."""
	token = str(frappe.form_dict.get("token") or "")
	try:
		estimate = tell_estimate(open_estimate(token))
	except GuestRefused as error:
		code = error.refusal.code
		context.http_status_code = 403 if code == "link_forged" else 410
		context.online = online_page(_("Your estimate"), "", {}, hidden=True, single=True)
		context.online.heading = _("This link does not open an estimate")
		context.online.trouble = tell(code, dict(error.refusal.values))
		return
	data = {
		"estimate": estimate,
		"token": token,
		"currency": estimate["currency"],
		"company": estimate["company"],
	}
	context.online = online_page(_("Your estimate"), "estimate.bundle.js", data, hidden=True, single=True)
