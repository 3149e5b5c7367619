"""The errors that people and programs meet, one class for each kind of refusal."""

import frappe

from .core.refusal import Refusal


class RunbookError(frappe.ValidationError):
	"""Something that Runbook Ops refuses; the message names the field and the remedy."""


class InputRefused(RunbookError):
	"""Text from a program or page that is no time, day or amount."""


class BookingRefused(RunbookError):
	"""A booking that can't be as it was asked for."""


class SlotTaken(BookingRefused):
	"""The time is claimed by somebody else; the message offers the next open slots."""

	http_status_code = 409


class StateRefused(RunbookError):
	"""A record can't go from its state to the one asked for."""


class ChainRefused(RunbookError):
	"""A chain that can't be published; the message lists every problem."""


class SubmissionRefused(RunbookError):
	"""Values that another program sent to start a chain and that can't be taken."""


class PlanRefused(RunbookError):
	"""A plan of recurring visits that can't be as it was asked for."""


class ResolutionRefused(RunbookError):
	"""A Follow-up Task that can't be resolved so."""


class CheckoutRefused(RunbookError):
	"""A booking that can't be checked out as it stands."""


class FeeRefused(RunbookError):
	"""A fee for a missed or late cancelled visit, or a deposit, that can't be posted, waived or given back as asked."""


class EstimateRefused(RunbookError):
	"""An estimate that can't be sent or answered as it stands."""


class GuestRefused(RunbookError):
	"""What somebody without a login can't do; the refusal tells why, and what to do instead."""

	def __init__(self, refusal: Refusal):
		super().__init__(refusal.code)
		self.refusal = refusal


class PackageRefused(RunbookError):
	"""A package that can't be sold, used, given back or changed as it was asked for."""


class PaymentRefused(RunbookError):
	"""A pay link that can't be made, or a payment that can't be booked."""


class PaidMeanwhile(PaymentRefused, frappe.TimestampMismatchError):
	"""An invoice on which somebody else has booked a payment since this one was begun; what asks again sees it."""


class ReceivableRefused(RunbookError):
	"""What can't be collected, promised, written off, charged or stated as it was asked for."""


UNDONE = (1020, 1205, 1213)
"""What MariaDB says of a stale snapshot, a lock that nobody gave up in time, and a deadlock."""


def is_conflict(error: BaseException) -> bool:
	"""Whether the work met that of others, and may simply be done again: UNDONE, or a record that somebody else saved meanwhile."""
	known = frappe.QueryDeadlockError | frappe.QueryTimeoutError | frappe.TimestampMismatchError
	return isinstance(error, known) or bool(error.args and error.args[0] in UNDONE)
