"""Stripe's events as they reach us: the signature that they carry, and which payment they tell us to look at."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from enum import StrEnum

from .refusal import Refusal

TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 10
SESSION = re.compile(r"cs_[A-Za-z0-9_]{1,250}", re.ASCII)
PAYMENT = re.compile(r"pi_[A-Za-z0-9_]{1,250}", re.ASCII)
OF_SESSION = frozenset(
	f"checkout.session.{what}"
	for what in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)
OF_PAYMENT = frozenset({"charge.refunded", "charge.dispute.created"})


class Name(StrEnum):
	"""How an event names what it is about."""

	SESSION = "session"
	PAYMENT = "payment"


@dataclass(frozen=True)
class Ring:
	"""What an event is about. It says no more than that something has changed: what, is asked of Stripe itself."""

	by: Name
	number: str


def check_signature(secret: str, header: str, body: bytes, now: int) -> Refusal | None:
	"""Whether Stripe signed this body within the last minutes; any `v1` will do, as while a secret is renewed.

	One refusal for all that can be wrong, so that nobody learns which it was.
	"""
	refusal = Refusal("pay_event_unsigned")
	pairs = [part.strip().partition("=") for part in header.split(",")]
	stamps = [value for name, _, value in pairs if name == "t"]
	given = [value for name, _, value in pairs if name == "v1"][:MOST_SIGNATURES]
	if not secret or len(stamps) != 1 or not re.fullmatch(r"[0-9]{1,12}", stamps[0], re.ASCII):
		return refusal
	if abs(now - int(stamps[0])) > TOLERANCE_SECONDS:
		return refusal
	right = sign(secret, int(stamps[0]), body)
	good = [hmac.compare_digest(right.encode(), one.encode(errors="replace")) for one in given]
	return None if any(good) else refusal


def sign(secret: str, timestamp: int, body: bytes) -> str:
	"""The signature `v1`: HMAC-SHA256 over `timestamp.body`, in hexadecimal."""
	signed = str(timestamp).encode() + b"." + body
	return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def read_event(body: bytes) -> Ring | None:
	"""What an event is about; None for one that we have no use for, or that is none of Stripe's."""
	try:
		event = json.loads(body)
		kind, about = event["type"], event["data"]["object"]
	except (ValueError, KeyError, TypeError, RecursionError):
		return None
	if not isinstance(about, dict) or not isinstance(kind, str):
		return None
	if kind in OF_SESSION:
		return _ring(Name.SESSION, SESSION, about.get("id"))
	return _ring(Name.PAYMENT, PAYMENT, about.get("payment_intent")) if kind in OF_PAYMENT else None


def _ring(by: Name, form: re.Pattern[str], number: object) -> Ring | None:
	return Ring(by, number) if isinstance(number, str) and form.fullmatch(number) else None
