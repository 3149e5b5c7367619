"""Signatures of outgoing webhooks as Standard Webhooks asks for them (github.com/standard-webhooks, version 1)."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret."""


def read_secret(text: str) -> bytes | None:
	"""The bytes of a secret written as whsec_<base64>; None when it is none."""
	try:
		secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
	except (binascii.Error, ValueError):
		return None
	return secret if SHORTEST <= len(secret) <= LONGEST else None


def sign(secret: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
	"""The value of the header webhook-signature: HMAC-SHA256 over `id.timestamp.body`."""
	signed = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
	return f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"
