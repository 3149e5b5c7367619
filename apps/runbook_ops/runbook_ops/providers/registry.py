"""The payment providers by their names in the settings."""

from ..core.pay_links import Provider
from .bank_transfer import BankTransfer
from .payment import PaymentProvider
from .stripe_checkout import StripeCheckout

PROVIDERS: dict[str, PaymentProvider] = {
	Provider.BANK_TRANSFER: BankTransfer(),
	Provider.STRIPE_CHECKOUT: StripeCheckout(),
}


def provider_named(name: str) -> PaymentProvider:
	"""The provider; raises KeyError for a name that is none."""
	return PROVIDERS[name]
