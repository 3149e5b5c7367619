"""Charge the fee of a visit that was missed or cancelled late."""

from collections.abc import Mapping

from ...operations.charge_fee import charge_fee as post
from .context import Context, Result


def charge_fee(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Post what the core has decided on; it decides again under the locks, so that what is posted is what holds."""
	fee = post(context.booking)
	return Result(fee.explanation, ("Booking Fee", fee.name))
