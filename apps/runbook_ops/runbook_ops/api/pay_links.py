"""Pay links for the desk, for the customer who pays, and for the provider that tells of it."""

import time
from decimal import Decimal

import frappe

from ..core import guest_input
from ..core.pay_links import UNSETTLED
from ..core.refusal import Refusal
from ..core.stripe_events import Name, check_signature, read_event
from ..errors import GuestRefused, PaymentRefused
from ..messages import refuse
from ..operations.begin_payment import ask_provider, keep_payment, plan_payment
from ..operations.make_pay_link import link_for_deposit, link_for_invoice, withdraw_link
from ..operations.receive_transfer import receive_transfer
from ..operations.send_pay_link import send_pay_link
from ..operations.settle_payment import settle_payment
from ..operations.show_picture import show_picture
from ..operations.tell_pay_link import link_of_token, message_for, tell_pay_link
from ..providers.payment import PaymentUnknown, ProviderRefused, ProviderUnavailable
from ..providers.registry import provider_named
from ..providers.stripe_checkout import StripeCheckout
from ..store.pay_links import lock_link, stripe_secret
from .guests import answered, good, let_in, object_of, start_anew
from .inputs import to_amount
from .retry import retried

Data = str | dict | list | int | float | bool | None
LARGEST_EVENT = 500_000

_may_come = let_in


# -- the desk


@frappe.whitelist(methods=["POST"])
@retried
def make(invoice: str | None = None, booking: str | None = None, amount: str | float | None = None) -> dict:
	"""The pay link of an `invoice` (all that it owes, or an `amount`) or for a deposit of a `booking`: `link`, `url`, and the
	`subject`, `message` and `recipients` of the mail that `send` would send."""
	frappe.has_permission("Pay Link", "read", throw=True)
	if invoice:
		frappe.has_permission("Sales Invoice", "read", invoice, throw=True)
		return message_for(link_for_invoice(invoice, to_amount(amount, "amount")))
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	return message_for(link_for_deposit(booking or "", to_amount(amount, "amount") or Decimal(0)))


@frappe.whitelist(methods=["POST"])
@retried
def send(link: str, recipient: str | None = None) -> dict:
	"""Mail a link to its customer, or to another `recipient`; gives the address it was `sent_to`."""
	frappe.has_permission("Pay Link", "email", link, throw=True)
	return {"sent_to": send_pay_link(frappe.get_doc("Pay Link", link), recipient or "")}


@frappe.whitelist(methods=["POST"])
@retried
def received(link: str, amount: str | float | None = None, reference: str | None = None) -> dict:
	"""A transfer has come in: all that the link asks for, or an `amount`. Gives its `payment_entry` and the link's `status`."""
	frappe.has_permission("Pay Link", "read", link, throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	done = receive_transfer(link, to_amount(amount, "amount"), reference or "")
	return {"payment_entry": done.payment_entry, "status": done.status}


@frappe.whitelist(methods=["POST"])
@retried
def withdraw(link: str) -> dict:
	"""The customer can't pay by it any more; a payment that was begun is ended with the provider first.

	Gives the `status`: one that was paid before it could be ended is booked, and stays.
	"""
	frappe.has_permission("Pay Link", "read", link, throw=True)
	session, provider = frappe.db.get_value("Pay Link", link, ["session", "provider"])
	if session:
		try:
			settle_payment(provider_named(provider).end(session))
		except (ProviderRefused, ProviderUnavailable) as trouble:
			values = {"provider": provider, "error": str(trouble)[:200]}
			refuse(Refusal("pay_not_ended", "link", values), PaymentRefused)
	found = lock_link(link)
	return {"status": withdraw_link(found).status if found else None}


# -- the customer


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def begin(data: Data = None) -> dict:
	"""Pay by the link of a `token`: `url`, the provider's page; the same press again gives the same payment.

	No `url`: the payment that was begun before is over, or made. Look at the link, and ask again if it can still be paid.
	"""
	_may_come("hold")
	name = link_of_token(good(guest_input.read_token(object_of(data))))
	start_anew()
	plan = plan_payment(name)
	start_anew()
	report = ask_provider(plan)
	start_anew()
	return {"url": keep_payment(plan, report)}


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def look(data: Data = None) -> dict:
	"""How the link of a `token` stands now; while a payment is open, the provider is asked."""
	_may_come("hold")
	name = link_of_token(good(guest_input.read_token(object_of(data))))
	row = frappe.db.get_value("Pay Link", name, ["session", "provider", "status"], as_dict=True)
	if row and row.session and row.status in UNSETTLED:
		try:
			report = provider_named(row.provider).look_up(row.session)
		except (ProviderRefused, ProviderUnavailable):
			report = None
		start_anew()
		if report:
			settle_payment(report)
	return tell_pay_link(name)


@frappe.whitelist(allow_guest=True, methods=["GET"])
@answered
def picture(token: str = "", number: str = "") -> dict | None:
	"""One of the pictures of the work that the page of a `token` shows, as a JPEG of at most 1280 points a side."""
	_may_come("look")
	small = show_picture(link_of_token(str(token)), str(number))
	frappe.local.response.update(
		{"type": "download", "filename": "picture.jpg", "filecontent": small, "content_type": "image/jpeg"}
	)
	frappe.local.response["display_content_as"] = "inline"
	return None


# -- the provider


@frappe.whitelist(allow_guest=True, methods=["POST"])
@answered
def stripe_event() -> dict:
	"""Stripe tells that something has happened: what, is read from Stripe itself. Events that we have no use for are answered too."""
	_may_ring()
	ring = read_event(frappe.request.get_data())
	if ring is None:
		return {"received": True}
	stripe = StripeCheckout()
	try:
		by_session = ring.by is Name.SESSION
		report = stripe.look_up(ring.number) if by_session else stripe.look_up_payment(ring.number)
	except PaymentUnknown:
		return {"received": True}
	except (ProviderRefused, ProviderUnavailable) as trouble:
		frappe.logger("runbook_ops").error("payment provider: %s", trouble)
		raise GuestRefused(Refusal("pay_event_later", None)) from trouble
	start_anew()
	if report:
		settle_payment(report)
	return {"received": True}


def _may_ring() -> None:
	"""Whether Stripe has signed what was sent; nothing else of it is looked at before."""
	if (frappe.request.content_length or 0) > LARGEST_EVENT:
		raise GuestRefused(Refusal("pay_event_unsigned", None))
	header = frappe.get_request_header("Stripe-Signature") or ""
	refusal = check_signature(stripe_secret(), header, frappe.request.get_data(), int(time.time()))
	if refusal:
		raise GuestRefused(refusal)
