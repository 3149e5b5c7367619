"""An offer of the waitlist as its customer may see it."""

import frappe

from ..core.waitlist import check_answer
from ..messages import tell
from ..site_time import from_utc, site_zone, utc_now
from ..store.policies import policy_in_force
from .offer_slots import contact_for_help
from .read_catalogue import people_named


def tell_offer(name: str) -> dict | None:
	"""What, when, with whom, until when; `over` says what has become of an offer that can't be taken. None when it is gone."""
	if not frappe.db.exists("Waitlist Offer", name):
		return None
	offer, names = frappe.get_doc("Waitlist Offer", name), people_named()
	until, now = from_utc(offer.expires_at_utc), utc_now()
	refusal = check_answer(offer.status, until, now)
	policy = policy_in_force(offer.service)
	return {
		"service": offer.service,
		"starts_at": from_utc(offer.starts_at_utc).isoformat(),
		"ends_at": from_utc(offer.ends_at_utc).isoformat(),
		"zone": str(site_zone()),
		"with": [names[one] for one in frappe.parse_json(offer.resources or "[]") if one in names],
		"until": until.isoformat(),
		"seconds_left": max(0, round((until - now).total_seconds())),
		"held": bool(offer.hold),
		"policy": policy.text if policy else "",
		"contact": contact_for_help(),
		"over": tell(refusal.code) if refusal else "",
	}
