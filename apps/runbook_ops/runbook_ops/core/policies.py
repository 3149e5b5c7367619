"""What customers may change about a visit themselves, and until when; staff may go further, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .booking import BookingStatus
from .refusal import Refusal

CHANGEABLE = frozenset({BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.CONFIRMED})
"""The states in which there is still something to move or cancel."""


class Change(StrEnum):
	CANCEL = "cancel"
	MOVE = "move"


@dataclass(frozen=True)
class Policy:
	"""A policy as it stood when it was accepted; `most_moves` 0 means that customers can't move a visit at all."""

	name: str
	cancel_notice: timedelta
	move_notice: timedelta
	most_moves: int
	text: str = ""
	contact_for_help: str = ""

	def notice(self, change: Change) -> timedelta:
		"""How long before the start the change has to be made."""
		return self.cancel_notice if change is Change.CANCEL else self.move_notice


@dataclass(frozen=True)
class Standing:
	"""How a booking stands towards its policy: its state, its start (aware), how often it was moved."""

	status: str
	start: datetime
	moves: int = 0


def last_moment(change: Change, start: datetime, policy: Policy | None) -> datetime:
	"""Until when a visit can be moved or cancelled; without a policy until it starts."""
	return start - policy.notice(change) if policy else start


def check_customer(
	change: Change, standing: Standing, policy: Policy | None, now: datetime, help_from: str = ""
) -> Refusal | None:
	"""Whether a customer may make the change now; else what the policy says and whom to call.

	`help_from` is told where the policy names nobody.
	"""
	contact = (policy.contact_for_help if policy else "") or help_from
	if standing.status not in CHANGEABLE:
		return _refusal("visit_not_open", contact, status=standing.status)
	if now >= standing.start:
		return _refusal("visit_has_begun", contact)
	return _outside(change, standing, policy, now, contact)


def check_staff(
	change: Change, standing: Standing, policy: Policy | None, now: datetime, override_reason: str = ""
) -> Refusal | None:
	"""Whether staff may make the change: always inside the policy, outside it when they say why."""
	if override_reason.strip() or _outside(change, standing, policy, now, "") is None:
		return None
	return Refusal("override_needs_reason", "override_reason")


def _outside(
	change: Change, standing: Standing, policy: Policy | None, now: datetime, contact: str
) -> Refusal | None:
	if policy is None:
		return None
	if change is Change.MOVE and standing.moves >= policy.most_moves:
		if not policy.most_moves:
			return _refusal("policy_no_moves", contact)
		return _refusal("policy_moves_used", contact, most=policy.most_moves)
	until = last_moment(change, standing.start, policy)
	if now > until:
		code = "policy_cancel_late" if change is Change.CANCEL else "policy_move_late"
		return _refusal(code, contact, until=until, hours=hours_text(policy.notice(change)))
	return None


def hours_text(span: timedelta) -> str:
	"""A span in hours without needless digits: 24, 1.5."""
	return f"{span / timedelta(hours=1):g}"


def _refusal(code: str, contact: str, **values: object) -> Refusal:
	return Refusal(code, None, {**values, "contact": contact})
