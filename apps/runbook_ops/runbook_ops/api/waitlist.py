"""The waitlist for customers, who answer an offer by its signed link, and for staff, who answer it for them."""

import frappe

from .. import links
from ..core import guest_input
from ..core.refusal import Refusal
from ..messages import tell
from ..operations.answer_offer import Answer, decline_offer, take_offer, withdraw_entry
from ..site_time import to_site, utc_now
from ..store.visits import newest_state, visit_token
from ..store.waitlist import PURPOSE, open_offers_of_entry
from .guests import answered, good, let_in, object_of
from .retry import retried

Data = str | dict | list | int | float | bool | None
ANSWERS = ("take", "decline", "stop")

_may_come = let_in


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def answer(data: Data = None) -> dict:
	"""Answer the offer of a `token`: `answer` is take, decline, or stop (decline, and wait no longer).

	Gives `text` for the customer, `taken`, and the `visit` token of a booking. Answers 409 when the offer can't be had any more.
	"""
	_may_come("change")
	fields = object_of(data)
	token = good(guest_input.read_token(fields))
	offer = good(links.read(PURPOSE, token, to_site(utc_now()).date()))
	wish = fields.get("answer") if isinstance(fields, dict) else None
	if wish not in ANSWERS:
		good(
			Refusal(
				"choice_unknown",
				"answer",
				{"field": "answer", "value": str(wish)[:40], "known": ", ".join(ANSWERS)},
			)
		)
	found = take_offer(offer) if wish == "take" else decline_offer(offer, stop_waiting=wish == "stop")
	return _told(found, str(wish))


@frappe.whitelist(methods=["POST"])
@retried
def answer_for(entry: str, answer: str) -> dict:
	"""Staff answer for a customer who was called: take or decline the open offer of an entry, or stop (wait no longer)."""
	frappe.has_permission("Waitlist Entry", "write", entry, throw=True)
	if answer == "stop":
		withdraw_entry(entry)
		return _told(Answer(), answer)
	offers = open_offers_of_entry(entry)
	if not offers:
		return _told(Answer(refusal=Refusal("offer_gone", "offer")), answer)
	return _told((take_offer if answer == "take" else decline_offer)(offers[0].name), answer)


def _told(found: Answer, wish: str) -> dict:
	"""What became of it. A refusal is no error here: what it has changed, such as an offer that was lost, is kept."""
	if found.refusal:
		frappe.local.response.http_status_code = 409
		return {"taken": False, "code": found.refusal.code, "text": tell(found.refusal.code)}
	if not found.booking:
		return {"taken": False, "text": tell("waitlist_left" if wish == "stop" else "offer_declined")}
	ends_at, status = newest_state(found.booking)
	return {
		"taken": True,
		"text": tell("offer_kept" if status == "Held" else "offer_booked"),
		"number": found.booking,
		"visit": visit_token(found.booking, ends_at),
	}
