"""What became of deposits: used at the checkout, kept for a fee, given back; the rest is still owed to the customer."""

from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Held:
	"""A deposit, or the sum of several, in the company's currency."""

	received: Decimal = NOTHING
	used: Decimal = NOTHING
	forfeited: Decimal = NOTHING
	refunded: Decimal = NOTHING

	@property
	def open(self) -> Decimal:
		"""What is owed to the customer now."""
		return self.received - self.used - self.forfeited - self.refunded

	def __add__(self, other: "Held") -> "Held":
		"""Both together."""
		return Held(
			self.received + other.received,
			self.used + other.used,
			self.forfeited + other.forfeited,
			self.refunded + other.refunded,
		)
