"""A visit's own page for its customer, /visit/<token>: a signed link is all it takes."""

import frappe
from frappe import _

from ..errors import GuestRefused
from ..messages import tell
from ..operations.change_by_customer import read_visit
from ..operations.tell_visit import tell_visit
from .online_page import online_page

no_cache = 1
sitemap = 0

STATUS = {"link_forged": 403, "visit_link_expired": 410, "visit_gone": 410}


def get_context(context: frappe._dict) -> None:
	"""The visit that the link names, or a page that says what to do when it names none."""
	try:
		visit = tell_visit(read_visit(str(frappe.form_dict.get("token") or "")))
		data = {
			"visit": visit,
			"currency": visit["currency"],
			"calendar": f"/feed/visit/{visit['token']}.ics",
		}
		context.online = online_page(_("Your visit"), "visit.bundle.js", data, hidden=True, single=True)
	except GuestRefused as error:
		code = error.refusal.code
		context.http_status_code = STATUS.get(code, 403)
		context.online = online_page(_("Your visit"), "", {}, hidden=True, single=True)
		context.online.heading = _("This link does not open a visit")
		context.online.trouble = tell(code, dict(error.refusal.values))
