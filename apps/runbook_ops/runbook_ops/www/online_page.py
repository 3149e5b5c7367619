"""What the public pages are given: the business, the language with its texts, and the data that the page's script reads."""

import json
import re
from functools import lru_cache
from pathlib import Path

import frappe
from frappe import _
from frappe.utils.jinja_globals import is_rtl

from ..operations.offer_slots import contact_for_help
from ..site_time import site_zone, to_site, utc_now

SCRIPTS = Path(__file__).resolve().parent.parent / "public/js"
TEXT = re.compile(r'__\("((?:[^"\\]|\\.)*)"')
ACCENT = re.compile(r"[0-9a-fA-F]{6}|[0-9a-fA-F]{3}")


def online_page(
	title: str, script: str, data: dict, hidden: bool = False, single: bool = False
) -> frappe._dict:
	"""The values that templates/online.html shows; `data` goes to the script as it is."""
	company = (
		data.get("company") or frappe.db.get_single_value("Runbook Settings", "company", cache=True) or ""
	)
	asked = frappe.form_dict
	embed = str(asked.get("embed") or "") == "1"
	accent = str(asked.get("accent") or "")
	given = {
		**data,
		"texts": texts(),
		"lang": frappe.local.lang,
		"contact": contact_for_help(),
		"zone": str(site_zone()),
		"today": to_site(utc_now()).date().isoformat(),
		"base": frappe.utils.get_url().rstrip("/"),
		"embed": embed,
	}
	return frappe._dict(
		title=f"{title} · {company}" if company else title,
		company=company,
		logo=frappe.db.get_single_value("Website Settings", "app_logo", cache=True),
		contact=given["contact"],
		lang=frappe.local.lang,
		dir="rtl" if is_rtl() else "ltr",
		embed=embed,
		accent=accent if ACCENT.fullmatch(accent) else "",
		hidden=hidden,
		single=single,
		script=script,
		data=as_script_data(given),
	)


def as_script_data(data: dict) -> str:
	"""JSON that can stand inside a script element, whatever texts are in it."""
	text = json.dumps(data, default=str, ensure_ascii=False)
	return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", " ")


def texts() -> dict[str, str]:
	"""English -> the page's language, for the texts of the scripts; what is not translated is left out."""
	if frappe.local.lang == "en":
		return {}
	told = {text: _(text) for text in _texts_of_scripts()}
	return {text: own for text, own in told.items() if own != text}


@lru_cache(maxsize=1)
def _texts_of_scripts() -> tuple[str, ...]:
	files = [
		*SCRIPTS.glob("online/*.js"),
		SCRIPTS / "book.bundle.js",
		SCRIPTS / "visit.bundle.js",
		SCRIPTS / "offer.bundle.js",
		SCRIPTS / "pay.bundle.js",
		SCRIPTS / "estimate.bundle.js",
	]
	found = {text for file in files for text in TEXT.findall(file.read_text())}
	return tuple(sorted(text.replace('\\"', '"') for text in found))
