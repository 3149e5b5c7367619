"""Signed links for people without a login: short, bound to one purpose, good until a day."""

import hashlib
import hmac
from datetime import date
from functools import lru_cache

import frappe
from frappe.utils.caching import request_cache
from frappe.utils.password import get_encryption_key
from itsdangerous import BadSignature, Signer

from .core.refusal import Refusal

LONGEST = 120
"""Characters of the longest text that can be a token of ours."""


def sign(purpose: str, name: str, until: date) -> str:
	"""A token that names a record, for one purpose, good to the end of the day `until`: BK-7F3K9QA.kb5.<27 signs>."""
	return _signer(purpose).sign(f"{name}.{_in_base_36(until.toordinal())}").decode()


def read(purpose: str, token: str, today: date) -> str | Refusal:
	"""The record that a token names; a refusal when it is expired, or not a token of ours for this purpose."""
	if not isinstance(token, str) or len(token) > LONGEST or not token.isascii():
		return Refusal("link_forged", "token")
	try:
		name, _, until = _signer(purpose).unsign(token).decode().rpartition(".")
		last = date.fromordinal(int(until, 36))
	except (BadSignature, ValueError, OverflowError):
		return Refusal("link_forged", "token")
	return name if today <= last else Refusal("link_expired", "token")


def link_to(path: str, token: str) -> str:
	"""The address that goes into a message."""
	return f"{_site_address()}/{path}/{token}"


@request_cache
def _site_address() -> str:
	return frappe.utils.get_url()


def digest(kind: str, text: str) -> str:
	"""A short digest under the site's key: the same text is recognised, and cannot be read or tried out from it."""
	found = hmac.new(_key(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()
	return found[:32]


def _signer(purpose: str) -> Signer:
	return _signer_with(_key(), purpose)


@lru_cache
def _signer_with(key: bytes, purpose: str) -> Signer:
	return Signer(key, salt=f"runbook_ops.{purpose}")


def _key() -> bytes:
	return get_encryption_key().encode()


def _in_base_36(number: int) -> str:
	signs = "0123456789abcdefghijklmnopqrstuvwxyz"
	text = ""
	while number:
		number, rest = divmod(number, 36)
		text = signs[rest] + text
	return text
