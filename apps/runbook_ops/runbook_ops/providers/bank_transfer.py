"""Bank transfer: the customer is shown the account and a reference; a person says when the money is there."""

from collections.abc import Iterator
from datetime import datetime

from ..core.pay_links import Report
from ..store.pay_links import pay_settings
from .payment import ProviderRefused, Wish


class BankTransfer:
	"""There is nobody to ask: nothing is begun, looked up or ended."""

	online = False
	prefix = "transfer:"

	def instructions(self) -> str:
		"""The bank details of the settings."""
		return pay_settings().bank_details

	def begin(self, wish: Wish) -> Report:
		"""A transfer is begun at the customer's own bank."""
		raise ProviderRefused("a bank transfer has no page")

	def look_up(self, session: str) -> Report:
		"""The bank is not asked."""
		raise ProviderRefused("a bank transfer can't be looked up")

	def look_up_payment(self, number: str) -> Report | None:
		"""The bank is not asked."""
		return None

	def end(self, session: str) -> Report:
		"""Nothing was begun."""
		raise ProviderRefused("a bank transfer can't be taken back")

	def payments_since(self, moment: datetime) -> Iterator[Report]:
		"""None that are known here: the bank reconciliation of ERPNext is the place for them."""
		return iter(())
