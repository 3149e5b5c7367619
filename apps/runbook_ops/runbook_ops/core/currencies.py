"""Amounts as card networks count them: whole numbers of a currency's smallest unit (ISO 4217)."""

from decimal import Decimal

WITHOUT_CENTS = frozenset(
	("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


def coin_of(currency: str) -> Decimal:
	"""The smallest amount that a card can pay; of thousandths only tens, as the networks ask."""
	return Decimal(1) if currency.upper() in WITHOUT_CENTS else Decimal("0.01")


def to_minor(amount: Decimal, currency: str) -> int:
	"""The amount in the smallest unit; raises ValueError when it is no whole number of coins."""
	units = amount * _units(currency)
	if units != units.to_integral_value():
		raise ValueError(f"{amount} {currency}")
	return int(units)


def from_minor(units: int, currency: str) -> Decimal:
	"""The amount of so many smallest units."""
	return Decimal(units) / _units(currency)


def _units(currency: str) -> int:
	if currency.upper() in WITHOUT_CENTS:
		return 1
	return 1000 if currency.upper() in THOUSANDTHS else 100
