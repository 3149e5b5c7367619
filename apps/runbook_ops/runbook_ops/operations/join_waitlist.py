"""Put a customer on the waitlist, and keep entries such that they can be matched."""

from dataclasses import dataclass
from datetime import date, time

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.refusal import Refusal
from ..core.waitlist import EntryStatus, check_wish, read_clock, read_weekdays
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import to_site, utc_now


@dataclass(frozen=True)
class WaitlistWish:
	"""What somebody waits for; days are the site's, no weekdays, times or people means any."""

	service: str
	name: str
	first_day: date
	last_day: date
	email: str = ""
	mobile: str = ""
	weekdays: str = ""
	"""Such as MO,TU."""
	earliest: time | None = None
	latest: time | None = None
	people: tuple[str, ...] = ()
	customer: str | None = None
	source: str = "Online"
	notes: str = ""


def join_waitlist(wish: WaitlistWish) -> str:
	"""A new entry, or the one that is there already for the same person, service and days; raises BookingRefused."""
	known = _known(wish)
	if known:
		return known
	doc = frappe.get_doc(
		{
			"doctype": "Waitlist Entry",
			"customer": wish.customer,
			"customer_name": wish.name,
			"email": wish.email or None,
			"mobile": wish.mobile or None,
			"service": wish.service,
			"first_day": wish.first_day,
			"last_day": wish.last_day,
			"weekdays": wish.weekdays or None,
			"earliest": wish.earliest and f"{wish.earliest:%H:%M}",
			"latest": wish.latest and f"{wish.latest:%H:%M}",
			"resources": [{"resource": name} for name in wish.people],
			"source": wish.source,
			"notes": wish.notes or None,
		}
	)
	return doc.insert(ignore_permissions=True).name


def check_entry(entry: Document, before: Document | None) -> None:
	"""Refuse an entry that nothing could ever match, or that nobody could be told about."""
	if entry.customer and not entry.customer_name:
		entry.customer_name = frappe.get_cached_value("Customer", entry.customer, "customer_name")
	entry.status = before.status if before else EntryStatus.WAITING
	refusal = _unreachable(entry) or _wrong_service(entry) or _wrong_days(entry)
	if refusal:
		refuse(refusal, BookingRefused)


def _unreachable(entry: Document) -> Refusal | None:
	reachable = entry.customer or entry.email or entry.mobile
	return None if reachable else Refusal("waitlist_unreachable", "email")


def _wrong_service(entry: Document) -> Refusal | None:
	active = frappe.db.get_value("Bookable Service", entry.service, "active")
	if active is None:
		return Refusal("unknown_service", "service", {"service": entry.service})
	return None if active or entry.status != EntryStatus.WAITING else Refusal("service_inactive", "service")


def _wrong_days(entry: Document) -> Refusal | None:
	for field in ("first_day", "last_day"):
		if not entry.get(field):
			return Refusal("field_missing", field, {"field": entry.meta.get_label(field)})
	weekdays = read_weekdays(entry.weekdays)
	earliest, latest = read_clock(entry.earliest, "earliest"), read_clock(entry.latest, "latest")
	if isinstance(weekdays, Refusal):
		return weekdays
	if isinstance(earliest, Refusal):
		return earliest
	if isinstance(latest, Refusal):
		return latest
	first, last = getdate(entry.first_day), getdate(entry.last_day)
	today = to_site(utc_now()).date()
	return check_wish(
		first, last, earliest, latest, today if entry.status == EntryStatus.WAITING else min(today, last)
	)


def _known(wish: WaitlistWish) -> str | None:
	filters = {
		"service": wish.service,
		"status": ("in", [EntryStatus.WAITING, EntryStatus.OFFERED]),
		"first_day": wish.first_day,
		"last_day": wish.last_day,
		**({"email": wish.email} if wish.email else {"mobile": wish.mobile, "customer_name": wish.name}),
	}
	return frappe.db.get_value("Waitlist Entry", filters, "name", order_by="creation asc")
