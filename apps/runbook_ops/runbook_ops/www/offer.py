"""An offer of the waitlist for its customer, /offer/<token>: looking at it takes nothing, the answer is a request of its own."""

import frappe
from frappe import _

from .. import links
from ..core.refusal import Refusal
from ..messages import tell
from ..operations.offer_slots import contact_for_help
from ..operations.tell_offer import tell_offer
from ..site_time import to_site, utc_now
from ..store.waitlist import PURPOSE
from .online_page import online_page

no_cache = 1
sitemap = 0


def get_context(context: frappe._dict) -> None:
	"""The offer that the link names, or a page that says what to do when it names none."""
	token = str(frappe.form_dict.get("token") or "")
	name = links.read(PURPOSE, token, to_site(utc_now()).date())
	offer = tell_offer(name) if isinstance(name, str) else None
	if offer:
		data = {"offer": offer, "token": token}
		context.online = online_page(
			_("A place has come free"), "offer.bundle.js", data, hidden=True, single=True
		)
		return
	code = name.code if isinstance(name, Refusal) else "offer_gone"
	context.http_status_code = 403 if code == "link_forged" else 410
	context.online = online_page(_("A place has come free"), "", {}, hidden=True, single=True)
	context.online.heading = _("This link does not open an offer")
	context.online.trouble = tell(code, {"contact": contact_for_help()})
