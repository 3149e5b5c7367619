"""The public booking page, /book: whole, in a frame (?embed=1), or with a service or person chosen already."""

import frappe
from frappe import _

from ..operations.read_catalogue import read_catalogue
from .online_page import online_page

no_cache = 1
sitemap = 1


def get_context(context: frappe._dict) -> None:
	"""The catalogue, and what the address asks for: /book/Haircut, ?service=, ?person=."""
	catalogue = read_catalogue()
	asked = frappe.form_dict
	names = [asked.get("preset"), *str(asked.get("service") or "").split("|")]
	known = {row["service"] for row in catalogue["services"] if row["main"]}
	chosen = list(dict.fromkeys(name for name in names if name in known))
	preset = {
		"services": chosen,
		"person": asked.get("person"),
		"straight": bool(chosen and asked.get("person")),
	}
	context.online = online_page(_("Book a visit"), "book.bundle.js", {**catalogue, "preset": preset})
