"""What every payment provider speaks: a payment to begin, how it stands, and the ways in which asking can fail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ..core.pay_links import Report


@dataclass(frozen=True)
class Wish:
	"""A payment to begin. `key`: the same key begins it once; `back`: the page to which the customer returns."""

	key: str
	link: str
	amount: Decimal
	currency: str
	title: str
	email: str
	back: str


class ProviderRefused(Exception):
	"""The provider does not do it until a person mends something; the text is its answer."""


class PaymentUnknown(ProviderRefused):
	"""The provider has no such payment."""


class ProviderUnavailable(Exception):
	"""The provider can't be reached or is busy, or its answer was lost: it may be asked again with the same key."""


class TooManyPayments(Exception):
	"""There are more payments than are looked at in one go."""


class PaymentProvider(Protocol):
	"""One provider. All but `instructions` raise ProviderRefused or ProviderUnavailable."""

	online: bool
	"""Whether the customer pays on a page of the provider; if not, by `instructions`."""
	prefix: str
	"""How the provider's numbers of payments begin."""

	def instructions(self) -> str:
		"""What the customer does to pay, as text; nothing when there is a page."""

	def begin(self, wish: Wish) -> Report:
		"""Begin a payment; the report's `url` is where the customer pays."""

	def look_up(self, session: str) -> Report:
		"""How a payment stands now."""

	def look_up_payment(self, number: str) -> Report | None:
		"""The payment behind the number that refunds and disputes name; None when it is none of ours."""

	def end(self, session: str) -> Report:
		"""Take back a payment that nobody has made yet; one that was made stays, and the report says so."""

	def payments_since(self, moment: datetime) -> Iterator[Report]:
		"""The payments of this site since then, the newest first; raises TooManyPayments after many pages."""
