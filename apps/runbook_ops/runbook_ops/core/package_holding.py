"""What a customer's package is: its terms, what it holds, and the rows that change it.

All amounts are in the company's currency. `paid` is what the customer has paid for what is still open, without tax; `value` is what
the business still owes in the ledger. The two are the same unless breakage is recognised as it is expected (IFRS 15.B46).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .package_value import NOTHING


class PackageKind(StrEnum):
	SESSIONS = "Sessions"
	VALUE = "Money value"


class PackageState(StrEnum):
	ACTIVE = "Active"
	USED_UP = "Used Up"
	EXPIRED = "Expired"
	REFUNDED = "Refunded"
	TRANSFERRED = "Transferred"
	UPGRADED = "Upgraded"
	CANCELLED = "Cancelled"


class UsageKind(StrEnum):
	SELL = "Sell"
	REDEEM = "Redeem"
	EXTEND = "Extend"
	TRANSFER_OUT = "Transfer Out"
	TRANSFER_IN = "Transfer In"
	UPGRADE = "Upgrade"
	REFUND = "Refund"
	EXPIRE = "Expire"
	REVERSAL = "Reversal"


class Breakage(StrEnum):
	"""When income is recognised for what customers are not expected to use."""

	ON_EXPIRY = "On expiry"
	EXPECTED = "Expected %"


ENDED_BY = {
	UsageKind.REDEEM: PackageState.USED_UP,
	UsageKind.TRANSFER_OUT: PackageState.TRANSFERRED,
	UsageKind.UPGRADE: PackageState.UPGRADED,
	UsageKind.REFUND: PackageState.REFUNDED,
	UsageKind.EXPIRE: PackageState.EXPIRED,
}
"""What a package is after the movement that emptied it; after any other, and after a reversal, it is cancelled."""


@dataclass(frozen=True)
class Group:
	"""Sessions of one kind in a package; no services means any service, `price` is the stand-alone price of one session."""

	services: tuple[str, ...]
	sessions: int
	price: Decimal = NOTHING


@dataclass(frozen=True)
class Terms:
	"""What is agreed when a package is sold."""

	kind: PackageKind
	groups: tuple[Group, ...]
	face: Decimal = NOTHING
	"""For money value: what can be spent."""
	validity_days: int = 0
	"""0: it never expires."""
	expected_breakage: Decimal = NOTHING
	"""The share that is expected not to be used; 0: breakage is recognised on expiry."""


@dataclass(frozen=True, order=True)
class Session:
	"""One open session."""

	number: int
	services: tuple[str, ...]
	paid: Decimal

	def covers(self, service: str | None) -> bool:
		"""Whether it can be used for the service."""
		return not self.services or service in self.services


@dataclass(frozen=True)
class Funding:
	"""How much of the package one row of an invoice has paid, without tax, in the company's currency."""

	invoice: str
	row: str
	amount: Decimal


@dataclass(frozen=True)
class Holding:
	"""A customer's package as it stands."""

	customer: str
	company: str
	currency: str
	terms: Terms
	sold_on: date
	expires_on: date | None
	state: PackageState = PackageState.ACTIVE
	shared_with: frozenset[str] = frozenset()
	sessions: tuple[Session, ...] = ()
	face: Decimal = NOTHING
	paid: Decimal = NOTHING
	value: Decimal = NOTHING
	used: Decimal = NOTHING
	"""What was paid for what has been used; below zero when a transfer took along what was reversed since."""
	funding: tuple[Funding, ...] = ()

	@property
	def is_value(self) -> bool:
		"""Whether money is spent from it, not sessions."""
		return self.terms.kind is PackageKind.VALUE

	@property
	def is_empty(self) -> bool:
		"""Whether nothing is left to use."""
		return not self.face if self.is_value else not self.sessions


@dataclass(frozen=True)
class Movement:
	"""One row of the package's ledger: what it adds to the holding (negative: takes away).

	`sessions` and `funding` are added when `adds`, else taken away. `earned` is the income for a service that was given.
	"""

	kind: UsageKind
	adds: bool
	sessions: tuple[Session, ...] = ()
	face: Decimal = NOTHING
	paid: Decimal = NOTHING
	value: Decimal = NOTHING
	used: Decimal = NOTHING
	funding: tuple[Funding, ...] = ()
	expires_on: date | None = None
	expired_before: date | None = None
	earned: Decimal = NOTHING

	@property
	def count(self) -> int:
		"""Sessions added, negative when taken away."""
		return len(self.sessions) if self.adds else -len(self.sessions)

	@property
	def moves_last_day(self) -> bool:
		"""Whether it sets the day on which the package expires."""
		return bool(self.expires_on or self.expired_before)

	def inverse(self) -> "Movement":
		"""What undoes it."""
		return replace(
			self,
			kind=UsageKind.REVERSAL,
			adds=not self.adds,
			face=-self.face,
			paid=-self.paid,
			value=-self.value,
			used=-self.used,
			earned=-self.earned,
			expires_on=self.expired_before,
			expired_before=self.expires_on,
		)


def apply(holding: Holding, movement: Movement) -> Holding:
	"""The holding after a movement."""
	sessions, funding = holding.sessions, holding.funding
	if movement.adds:
		sessions = tuple(sorted((*sessions, *movement.sessions)))
		funding = _merged((*movement.funding, *funding))
	else:
		gone = {session.number for session in movement.sessions}
		sessions = tuple(session for session in sessions if session.number not in gone)
		funding = _merged((*funding, *(replace(one, amount=-one.amount) for one in movement.funding)))
	after = replace(
		holding,
		sessions=sessions,
		funding=funding,
		face=holding.face + movement.face,
		paid=holding.paid + movement.paid,
		value=holding.value + movement.value,
		used=holding.used + movement.used,
		expires_on=movement.expires_on if movement.moves_last_day else holding.expires_on,
	)
	ended = ENDED_BY.get(movement.kind, PackageState.CANCELLED)
	return replace(after, state=ended if after.is_empty else PackageState.ACTIVE)


def _merged(parts: Iterable[Funding]) -> tuple[Funding, ...]:
	sums: dict[tuple[str, str], Decimal] = {}
	for part in parts:
		key = (part.invoice, part.row)
		sums[key] = sums.get(key, NOTHING) + part.amount
	return tuple(Funding(*key, amount) for key, amount in sums.items() if amount)


def take_funding(funding: tuple[Funding, ...], amount: Decimal) -> tuple[Funding, ...]:
	"""Which invoice rows give the amount back, the latest first; less than the amount when they have not paid as much."""
	taken = []
	for part in funding:
		if amount <= 0:
			break
		share = min(part.amount, amount)
		taken.append(replace(part, amount=share))
		amount -= share
	return tuple(taken)
