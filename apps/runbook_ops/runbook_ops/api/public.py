"""What anybody on the internet may call: open times, hold, book, and one's own visit by its signed link. See docs/online-booking.md."""

import time

import frappe

from ..core import guest_input
from ..messages import tell
from ..operations.book_online import book_online, normal_form
from ..operations.change_by_customer import (
	cancel_visit,
	move_visit,
	read_visit,
	visit_days,
	visit_slots,
)
from ..operations.hold_slot import hold_slot, release_hold
from ..operations.offer_slots import Offer, offered_days, offers
from ..operations.read_catalogue import people_named, read_catalogue
from ..operations.tell_deposit import deposit_terms_told
from ..operations.tell_visit import tell_visit
from ..operations.wait_online import wait_online
from ..site_time import day_bounds, site_zone, utc_now
from ..store.holds import end_expired
from .guests import answered, client, good, let_in, object_of, slot_data, start_anew, steady

Data = str | dict | list | int | float | bool | None
STEADY_SECONDS = 0.6
MOST_SLOTS = 400

_may_come = let_in


@frappe.whitelist(allow_guest=True, methods=["GET", "POST"])
@answered
def catalogue() -> dict:
	"""What can be booked online: `services` with people, add-ons and policy, the site's `zone` and `currency`."""
	_may_come("look")
	return read_catalogue()


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def open_days(data: Data = None) -> dict:
	"""Day -> number of open times between `first` and `last` (at most six weeks), for `services` or for the visit of a `token`."""
	_may_come("look")
	fields = object_of(data)
	end_expired(utc_now())
	if isinstance(fields, dict) and fields.get("token"):
		token, first, last = good(guest_input.read_visit_days(fields))
		return {"days": visit_days(token, first, last), "zone": str(site_zone())}
	wish, first, last = good(guest_input.read_days(fields))
	return {"days": offered_days(wish, first, last), "zone": str(site_zone())}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def open_slots(data: Data = None) -> dict:
	"""The open times of the day `first` (to `last`), for `services` or for the visit of a `token`; moments have their offset."""
	_may_come("look")
	fields = object_of(data)
	end_expired(utc_now())
	if isinstance(fields, dict) and fields.get("token"):
		token, first, last = good(guest_input.read_visit_days(fields))
		found = visit_slots(token, *day_bounds(first, last))
	else:
		wish, first, last = good(guest_input.read_days(fields))
		found = offers(wish, *day_bounds(first, last), limit=MOST_SLOTS)
	return {"slots": _told(found[:MOST_SLOTS]), "zone": str(site_zone())}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def hold(data: Data = None) -> dict:
	"""Keep a time for some minutes: gives `hold`, a token, and `expires_at`; `release` with a token gives one back.

	`deposit`: what the policy may ask for after booking, in words.

	`key` names the wish: sent again it is the same hold. Answers 409 with `next_open` when the time is gone.
	"""
	_may_come("hold")
	fields = object_of(data)
	if isinstance(fields, dict) and fields.get("release"):
		release_hold(good(guest_input.read_token({"token": fields["release"]})))
		return {"released": True}
	wanted = good(guest_input.read_hold(fields))
	held = hold_slot(wanted, client())
	return {
		"hold": held.token,
		"expires_at": held.expires_at.isoformat(),
		"seconds_left": max(0, round((held.expires_at - utc_now()).total_seconds())),
		"slot": _told((held.offer,))[0],
		"deposit": deposit_terms_told(held.offer, wanted.wish.seats),
	}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def book(data: Data = None) -> dict:
	"""Book what is held: gives the `status`, the `visit` token, and the `deposit` that it waits for, if one is asked for.

	The same hold sent again gives the same answer.
	"""
	_may_come("book")
	started = time.monotonic()
	wish = normal_form(good(guest_input.read_booking(object_of(data))))
	start_anew()
	booked = book_online(wish)
	steady(started, STEADY_SECONDS)
	return {
		"status": booked.status,
		"number": booked.booking,
		"visit": booked.token,
		"deposit": booked.deposit,
	}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def wait(data: Data = None) -> dict:
	"""Be told when a time for `services` comes free between `first` and `last`; gives the `text` to show, the same for everybody."""
	_may_come("book")
	wish = good(guest_input.read_waiting(object_of(data)))
	start_anew()
	wait_online(wish)
	return {"text": tell("waitlist_joined")}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def visit(data: Data = None) -> dict:
	"""A visit as its customer may see it, by the `token` of its link."""
	_may_come("look")
	return tell_visit(read_visit(good(guest_input.read_token(object_of(data)))))


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def change_visit(data: Data = None) -> dict:
	"""Move a visit to `starts_at`, or cancel it when there is none, with a `reason`; gives the visit as it is then.

	To cancel where that costs something takes the `fee` that the visit's `cancel` tells.
	"""
	_may_come("change")
	fields = object_of(data)
	if isinstance(fields, dict) and "starts_at" in fields:
		token, starts_at = good(guest_input.read_move(fields))
		return tell_visit(move_visit(token, starts_at))
	return tell_visit(cancel_visit(*good(guest_input.read_cancellation(fields))))


def _told(found: tuple[Offer, ...]) -> list[dict]:
	names = people_named()
	return [slot_data(offer, names) for offer in found]
