"""What a customer is to pay, /pay/<token>: the invoice or deposit, and the way to pay it; a signed link is all it takes."""

import frappe
from frappe import _

from ..errors import GuestRefused
from ..messages import tell
from ..operations.tell_pay_link import link_of_token, tell_pay_link
from .online_page import online_page

no_cache = 1
sitemap = 0


def get_context(context: frappe._dict) -> None:
	"""What the link asks for, or a page that says what to do when it asks for nothing."""
	token = str(frappe.form_dict.get("token") or "")
	try:
		link = tell_pay_link(link_of_token(token))
		back = str(frappe.form_dict.get("back") or "") == "1"
		data = {
			"link": link,
			"token": token,
			"back": back,
			"currency": link["currency"],
			"company": link["company"],
		}
		title = _("Your invoice") if link["invoice"] else _("Your deposit")
		context.online = online_page(title, "pay.bundle.js", data, hidden=True, single=True)
	except GuestRefused as error:
		code = error.refusal.code
		context.http_status_code = 403 if code == "link_forged" else 410
		context.online = online_page(_("Pay"), "", {}, hidden=True, single=True)
		context.online.heading = _("This link can't be paid")
		context.online.trouble = tell(code, dict(error.refusal.values))
