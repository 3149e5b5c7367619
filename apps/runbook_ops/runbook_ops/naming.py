"""Short record numbers that people can read out: no series to lock, no two alike, nothing to guess."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

LENGTH = 7


def new_code(prefix: str) -> str:
	"""A number such as BK-7F3K9QA: one of 34 billion; the database's primary key settles the rest."""
	return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
