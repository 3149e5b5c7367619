"""Give back the time of a booking whose deposit was not paid in time: cancelled with the reason, its link closed."""

from contextlib import suppress

import frappe

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState, is_over
from ..messages import tell
from ..providers.payment import ProviderRefused, ProviderUnavailable
from ..providers.registry import provider_named
from ..site_time import utc_now
from ..store.deposit_asks import Overdue, lock_awaited
from ..store.newest import meeting_newest
from ..store.pay_links import lock_link
from .check_deposit import amount_text
from .settle_payment import settle_payment

BY = "System"


def end_begun(overdue: Overdue) -> None:
	"""End the payment that was begun with the provider; one that was made meanwhile is booked, which confirms the booking.

	A provider that does not answer holds nobody's time: what it takes all the same is booked when it tells of it.
	"""
	if not overdue.session or not overdue.provider:
		return
	with suppress(ProviderRefused, ProviderUnavailable):
		settle_payment(provider_named(overdue.provider).end(overdue.session))


def release_unpaid(overdue: Overdue) -> bool:
	"""Whether the booking was released; one that was paid, moved on or given more time meanwhile stays as it is.

	The locks come first, the link's before the booking's as where a payment is booked: exactly one of the two happens.
	"""
	if overdue.link:
		lock_link(overdue.link)
	standing = lock_awaited(overdue.booking)
	if standing is None or not is_over(standing.status, standing.state, standing.due_at, utc_now()):
		return False
	with meeting_newest():
		visit = frappe.get_doc("Service Booking", overdue.booking, for_update=True)
		until = frappe.format(visit.deposit_due_at, "Datetime")
		visit.flags.by_deposit = True
		visit.update(
			{
				"status": BookingStatus.CANCELLED,
				"deposit_state": DepositState.LAPSED,
				"cancelled_by": BY,
				"cancel_reason": tell("deposit_lapsed", {"amount": amount_text(visit), "until": until}),
			}
		)
		visit.save(ignore_permissions=True)
	return True
