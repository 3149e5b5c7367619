"""Stripe Checkout by its REST API: a session for each payment, and the session read again as the truth about it."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote, urlencode

import frappe

from ..channels.http import AddressRefused, Answer, call
from ..channels.message import ChannelUnavailable, ChannelUnclear
from ..core.currencies import from_minor, to_minor
from ..core.pay_links import Report, Standing
from ..store.pay_links import StripeAccount, stripe_account
from .payment import PaymentUnknown, ProviderRefused, ProviderUnavailable, TooManyPayments, Wish

VERSION = "2024-06-20"
"""The version of Stripe's API that this is written for; the account's own may be another."""
SESSIONS = "/v1/checkout/sessions"
WHOLE = "payment_intent.latest_charge"
PAGE, MOST_PAGES = 50, 60
"""A page with the payments inside stays well below the longest answer that is read."""
TRIES, PAUSE_SECONDS = 2, 0.3
AGAIN = (409, 429)
UNFINISHED = frozenset({"requires_payment_method", "canceled"})
"""States of a payment whose session is complete and that has failed since."""


class StripeCheckout:
	"""Sessions carry our link's name and the site in their metadata, and so do their payments."""

	online = True
	prefix = "cs_"

	def instructions(self) -> str:
		"""Stripe has a page."""
		return ""

	def begin(self, wish: Wish) -> Report:
		"""Make a session; the same key gives the same one, also when its first answer was lost."""
		ours = {"pay_link": wish.link, "site": frappe.local.site}
		form = {
			"mode": "payment",
			"client_reference_id": wish.link,
			"success_url": f"{wish.back}?back=1",
			"cancel_url": wish.back,
			"line_items[0][quantity]": "1",
			"line_items[0][price_data][currency]": wish.currency.lower(),
			"line_items[0][price_data][unit_amount]": str(to_minor(wish.amount, wish.currency)),
			"line_items[0][price_data][product_data][name]": wish.title,
			**{f"metadata[{name}]": value for name, value in ours.items()},
			**{f"payment_intent_data[metadata][{name}]": value for name, value in ours.items()},
			"expand[]": WHOLE,
		}
		if wish.email:
			form["customer_email"] = wish.email
		return _report(_ask("POST", SESSIONS, form, wish.key))

	def look_up(self, session: str) -> Report:
		"""Read a session again."""
		return _report(_ask("GET", f"{SESSIONS}/{quote(session, safe='')}?{urlencode({'expand[]': WHOLE})}"))

	def look_up_payment(self, number: str) -> Report | None:
		"""The session of a payment's number, which refunds and disputes name; None when no session made it."""
		query = urlencode({"payment_intent": number, "limit": "1", "expand[]": f"data.{WHOLE}"})
		rows = _rows(_ask("GET", f"{SESSIONS}?{query}"))
		return _report(rows[0]) if rows else None

	def end(self, session: str) -> Report:
		"""Expire an open session; one that was paid meanwhile stays paid."""
		try:
			_ask("POST", f"{SESSIONS}/{quote(session, safe='')}/expire", {}, f"end-{session}")
		except ProviderRefused:
			return self.look_up(session)  # it is not open any more: what it is now, counts
		return self.look_up(session)

	def payments_since(self, moment: datetime) -> Iterator[Report]:
		"""The list of sessions, page after page; those of other sites and other uses of the account are left out."""
		query = {
			"limit": str(PAGE),
			"created[gte]": str(int(moment.timestamp())),
			"expand[]": f"data.{WHOLE}",
		}
		for _ in range(MOST_PAGES):
			told = _ask("GET", f"{SESSIONS}?{urlencode(query)}")
			rows = _rows(told)
			for row in rows:
				if _is_ours(row):
					yield _report(row)
			if not (told.get("has_more") and rows):
				return
			query["starting_after"] = str(rows[-1].get("id"))
		raise TooManyPayments


def _is_ours(session: Mapping) -> bool:
	about = session.get("metadata") or {}
	return bool(about.get("pay_link")) and about.get("site") == frappe.local.site


def _report(session: Mapping) -> Report:
	"""A session as the core judges it. What has really been received counts, where Stripe tells it."""
	payment, currency = session.get("payment_intent"), str(session.get("currency") or "").upper()
	paid = payment if isinstance(payment, dict) else {}
	charge = paid.get("latest_charge")
	taken = charge if isinstance(charge, dict) else {}
	standing = _standing(session, paid)
	units = session.get("amount_total") or 0
	if standing is Standing.PAID and isinstance(paid.get("amount_received"), int):
		units = paid["amount_received"]
	return Report(
		session=str(session.get("id") or ""),
		link=str((session.get("metadata") or {}).get("pay_link") or "") if _is_ours(session) else "",
		standing=standing,
		amount=from_minor(units, currency),
		currency=currency,
		refunded=from_minor(taken.get("amount_refunded") or 0, currency) or Decimal(0),
		disputed=bool(taken.get("disputed")),
		payment=str(paid.get("id") or (payment if isinstance(payment, str) else "")),
		url=str(session.get("url") or ""),
	)


def _standing(session: Mapping, payment: Mapping) -> Standing:
	if session.get("payment_status") == "paid":
		return Standing.PAID
	if session.get("status") == "complete":
		return Standing.FAILED if payment.get("status") in UNFINISHED else Standing.WAITING
	return Standing.EXPIRED if session.get("status") == "expired" else Standing.OPEN


# -- asking


def _ask(method: str, path: str, form: Mapping[str, str] | None = None, key: str = "") -> Mapping:
	"""Stripe's answer; asked again with the same key when it was lost, busy or troubled, unless Stripe says not to."""
	account = stripe_account()
	if account is None:
		raise ProviderRefused("there is no Stripe key in Runbook Settings")
	trouble = ""
	for attempt in range(TRIES):
		time.sleep(PAUSE_SECONDS * attempt)
		try:
			answer = _call(account, method, path, form, key)
		except (ChannelUnavailable, ChannelUnclear) as lost:
			trouble = str(lost)
			continue
		if answer.status < 300:
			return _json(answer)
		wish = answer.headers.get("stripe-should-retry", "")
		trouble = _said(answer)
		if wish == "false" or (wish != "true" and answer.status < 500 and answer.status not in AGAIN):
			break
	else:
		raise ProviderUnavailable(trouble)
	if answer.status >= 500 or answer.status in AGAIN:
		raise ProviderUnavailable(trouble)
	raise (PaymentUnknown if answer.status == 404 else ProviderRefused)(trouble)


def _call(account: StripeAccount, method: str, path: str, form: Mapping[str, str] | None, key: str) -> Answer:
	headers = {
		"Authorization": f"Bearer {account.key}",
		"Stripe-Version": VERSION,
		"Accept": "application/json",
		"User-Agent": "RunbookOps",
	}
	if key:
		headers["Idempotency-Key"] = key
	if form is not None:
		headers["Content-Type"] = "application/x-www-form-urlencoded"
	body = urlencode(form).encode() if form is not None else None
	try:
		return call(method, account.url + path, headers, body, account.private)
	except AddressRefused as refused:
		raise ProviderRefused(f"the address in Runbook Settings: {refused}") from refused


def _json(answer: Answer) -> Mapping:
	try:
		told = json.loads(answer.body)
	except ValueError:
		told = None
	if not isinstance(told, dict):
		raise ProviderUnavailable(f"the answer is none of Stripe's: {answer.text[:100]}")
	return told


def _rows(told: Mapping) -> list[Mapping]:
	rows = told.get("data")
	return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _said(answer: Answer) -> str:
	"""Stripe's own words, without what it repeats of the key."""
	try:
		error = json.loads(answer.body).get("error") or {}
	except (ValueError, AttributeError):
		error = {}
	code = error.get("code") or error.get("type") or "" if isinstance(error, dict) else ""
	return f"{answer.status} {code}".strip()
