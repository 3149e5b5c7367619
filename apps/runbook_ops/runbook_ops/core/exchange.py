"""What an invoice owes in its own currency, and what money for it is worth in the accounts that take it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from .currencies import coin_of
from .package_value import to_cents

ONE = Decimal(1)


@dataclass(frozen=True)
class Debt:
	"""What an invoice owes. `currency` is the invoice's own; `kept_in` that of its receivable account: the same, or the company's.

	`total` is the invoice's, `kept` the same in the account's currency, `open` what the account shows to be owed.
	"""

	currency: str
	kept_in: str
	total: Decimal
	kept: Decimal
	open: Decimal

	@property
	def owed(self) -> Decimal:
		"""What is owed, in the invoice's currency."""
		return self.own(self.open)

	def told_in(self, currency: str) -> "Debt":
		"""The same debt in the account's currency, where that is asked for."""
		return replace(self, currency=self.kept_in, total=self.kept) if currency == self.kept_in else self

	def own(self, amount: Decimal) -> Decimal:
		"""An amount of the account, in the invoice's currency, at the invoice's own rate."""
		if self.currency == self.kept_in or not self.kept:
			return amount
		if amount == self.kept:
			return self.total
		return to_cents(amount * self.total / self.kept, coin_of(self.currency))

	def in_account(self, amount: Decimal) -> Decimal:
		"""An amount in the invoice's currency, as the account counts it; all that is owed is all that the account shows."""
		if self.currency == self.kept_in or not self.total:
			return amount
		if amount == self.owed:
			return self.open
		return min(self.open, to_cents(amount * self.kept / self.total, coin_of(self.kept_in)))


@dataclass(frozen=True)
class Receipt:
	"""Money for an invoice: what comes off the debt, what reaches the account that takes it, and the rates of both accounts."""

	paid: Decimal
	received: Decimal
	paid_rate: Decimal = ONE
	received_rate: Decimal = ONE


def rates_needed(debt: Debt, own: str, taken_in: str) -> frozenset[str]:
	"""The currencies whose rate of the day a payment needs; `own` is the company's, `taken_in` that of the account that takes it.

	What is owed and taken in the company's currency is worth what the ledger shows, whatever the invoice is written in.
	"""
	if debt.kept_in == taken_in == own:
		return frozenset()
	return frozenset({debt.currency, taken_in}) - {own}


def receipt_of(debt: Debt, amount: Decimal, own: str, taken_in: str, rates: Mapping[str, Decimal]) -> Receipt:
	"""What so much of the invoice's currency comes to; `rates` says what one of each currency is worth in the company's.

	Halves go to the even coin, as ERPNext rounds unless it is told otherwise, so that no coin is left between the two accounts.
	"""
	paid = debt.in_account(amount)
	paid_rate, received_rate = rates.get(debt.kept_in, ONE), rates.get(taken_in, ONE)
	if taken_in == debt.kept_in:
		return Receipt(paid, paid, paid_rate, paid_rate)
	if taken_in == debt.currency:
		return Receipt(paid, amount, paid_rate, received_rate)
	worth = amount * rates.get(debt.currency, ONE) / received_rate
	return Receipt(paid, worth.quantize(coin_of(taken_in), ROUND_HALF_EVEN), paid_rate, received_rate)
