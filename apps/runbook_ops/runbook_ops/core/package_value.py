"""How a package's price is spread over its sessions, to the cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def to_cents(amount: Decimal, cent: Decimal = CENT) -> Decimal:
	"""The amount in whole units of the currency's smallest coin, halves upwards."""
	return amount.quantize(cent, ROUND_HALF_UP)


def allocate(price: Decimal, weights: Sequence[Decimal], cent: Decimal = CENT) -> tuple[Decimal, ...]:
	"""Spread a price by weights (stand-alone prices; IFRS 15.76); the last share takes the remainder.

	The shares add up to the price and none is negative. Weights that are all zero count as equal.
	"""
	if not weights:
		return ()
	if not any(weights):
		weights = [Decimal(1)] * len(weights)
	total = sum(weights, NOTHING)
	for rounding in (ROUND_HALF_UP, ROUND_DOWN):
		shares = [(price * weight / total).quantize(cent, rounding) for weight in weights[:-1]]
		rest = price - sum(shares, NOTHING)
		if rest >= 0:
			break
	return (*shares, rest)


def share_of(amount: Decimal, part: Decimal, whole: Decimal, cent: Decimal = CENT) -> Decimal:
	"""So much of the amount as the part is of the whole; all of it for the whole."""
	if part >= whole:
		return amount
	return to_cents(amount * part / whole, cent)
