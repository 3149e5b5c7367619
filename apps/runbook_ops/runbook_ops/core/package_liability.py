"""What packages are owed: a roll-forward for each, and when what is open expires."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .package_holding import UsageKind
from .package_value import NOTHING


class Bucket(StrEnum):
	"""How far away the last day is."""

	OVER = "Over"
	MONTH = "Within 30 days"
	QUARTER = "31 to 90 days"
	HALF_YEAR = "91 to 180 days"
	LATER = "After 180 days"
	NEVER = "Never"


LIMITS = ((0, Bucket.OVER), (31, Bucket.MONTH), (91, Bucket.QUARTER), (181, Bucket.HALF_YEAR))


@dataclass(frozen=True)
class Flow:
	"""What rows of one kind have changed a package's value by, before the stretch of days and in it."""

	package: str
	kind: UsageKind
	before: Decimal
	within: Decimal


@dataclass(frozen=True)
class RollForward:
	"""One package, or all together: opening + sold + redeemed + ... = closing; what lowers the liability is negative."""

	opening: Decimal = NOTHING
	sold: Decimal = NOTHING
	redeemed: Decimal = NOTHING
	refunded: Decimal = NOTHING
	expired: Decimal = NOTHING
	moved: Decimal = NOTHING
	"""Transfers and upgrades."""

	@property
	def closing(self) -> Decimal:
		"""What is owed at the end."""
		return self.opening + self.sold + self.redeemed + self.refunded + self.expired + self.moved

	def __add__(self, other: "RollForward") -> "RollForward":
		return RollForward(
			self.opening + other.opening,
			self.sold + other.sold,
			self.redeemed + other.redeemed,
			self.refunded + other.refunded,
			self.expired + other.expired,
			self.moved + other.moved,
		)


COLUMNS = {
	UsageKind.SELL: "sold",
	UsageKind.REDEEM: "redeemed",
	UsageKind.REFUND: "refunded",
	UsageKind.EXPIRE: "expired",
	UsageKind.TRANSFER_IN: "moved",
	UsageKind.TRANSFER_OUT: "moved",
	UsageKind.UPGRADE: "moved",
}


def roll_forward(flows: Iterable[Flow]) -> dict[str, RollForward]:
	"""A line for each package that had a value or a movement."""
	lines: dict[str, RollForward] = {}
	for flow in flows:
		within = {COLUMNS[flow.kind]: flow.within} if flow.kind in COLUMNS else {}
		line = RollForward(opening=flow.before, **within)
		lines[flow.package] = lines.get(flow.package, RollForward()) + line
	return lines


def bucket_of(expires_on: date | None, at: date) -> Bucket:
	"""In which bucket a package is, seen from a day."""
	if expires_on is None:
		return Bucket.NEVER
	days = (expires_on - at).days
	return next((bucket for limit, bucket in LIMITS if days < limit), Bucket.LATER)
