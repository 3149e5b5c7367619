"""A customer's package: what selling, redeeming, giving back, extending and expiring move, and when they are refused."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .package_holding import (
	Funding,
	Holding,
	Movement,
	Session,
	Terms,
	UsageKind,
	apply,
	take_funding,
)
from .package_value import NOTHING, allocate, share_of, to_cents
from .refusal import Refusal


@dataclass(frozen=True)
class Wish:
	"""What is to be redeemed: one session for a service, or an amount of a money value."""

	service: str | None
	customer: str
	company: str
	currency: str
	on: date
	amount: Decimal = NOTHING


# -- selling


def last_day(terms: Terms, sold_on: date) -> date | None:
	"""The last day on which it can be used."""
	return sold_on + timedelta(days=terms.validity_days) if terms.validity_days else None


def sell(terms: Terms, price: Decimal, funding: tuple[Funding, ...] = ()) -> Movement:
	"""All that is sold for a price without tax. Bonus sessions are sessions like the others (IFRS 15.22, 76)."""
	weights = [group.price for group in terms.groups for _ in range(group.sessions)]
	services = [group.services for group in terms.groups for _ in range(group.sessions)]
	shares = allocate(price, weights)
	sessions = tuple(
		Session(number, services[number - 1], share) for number, share in enumerate(shares, start=1)
	)
	return Movement(UsageKind.SELL, True, sessions, face=terms.face, paid=price, value=price, funding=funding)


# -- redeeming


def redeem(holding: Holding, wish: Wish) -> Movement | Refusal:
	"""Use one session, or an amount of the money value."""
	refusal = _may_use(holding, wish)
	if refusal:
		return refusal
	if holding.is_value:
		return _spend(holding, wish.amount)
	open_to = [session for session in holding.sessions if session.covers(wish.service)]
	if not open_to:
		return Refusal("package_not_covered", "service", {"service": wish.service or ""})
	session = min(open_to, key=lambda one: (not one.services, len(one.services), one.number))
	value = _released(holding, session.paid, last=len(holding.sessions) == 1)
	return Movement(
		UsageKind.REDEEM,
		False,
		(session,),
		paid=-session.paid,
		value=-value,
		used=session.paid,
		earned=session.paid,
	)


def _spend(holding: Holding, amount: Decimal) -> Movement | Refusal:
	if amount <= 0:
		return Refusal("package_amount_missing", "amount")
	if amount > holding.face:
		return Refusal("package_amount_short", "amount", {"amount": amount, "left": holding.face})
	paid = share_of(holding.paid, amount, holding.face)
	value = _released(holding, paid, last=amount == holding.face)
	return Movement(UsageKind.REDEEM, False, face=-amount, paid=-paid, value=-value, used=paid, earned=paid)


def _released(holding: Holding, paid: Decimal, last: bool) -> Decimal:
	"""What the ledger owes no longer: more than was paid for it where some is expected never to be used (IFRS 15.B46).

	Once as much has been used as is expected to be used at all, everything is released.
	"""
	expected = 1 - holding.terms.expected_breakage
	used = max(holding.used, NOTHING)
	if last or used + paid >= expected * (used + holding.paid):
		return holding.value
	return min(holding.value, to_cents(paid / expected))


def _may_use(holding: Holding, wish: Wish) -> Refusal | None:
	if wish.company != holding.company:
		return Refusal("package_other_company", "company", {"company": wish.company, "own": holding.company})
	if wish.currency != holding.currency:
		return Refusal(
			"package_other_currency", "currency", {"currency": wish.currency, "own": holding.currency}
		)
	if wish.customer != holding.customer and wish.customer not in holding.shared_with:
		return Refusal("package_other_holder", "customer", {"customer": wish.customer})
	if holding.expires_on and wish.on > holding.expires_on:
		return Refusal("package_expired", "posting_date", {"day": holding.expires_on.isoformat()})
	if holding.is_empty:
		return Refusal("package_none_left", "package", {"state": holding.state})
	if wish.on < holding.sold_on:
		return Refusal("package_not_sold_yet", "posting_date", {"day": holding.sold_on.isoformat()})
	return None


# -- giving back, moving on, extending, expiring


def take(
	holding: Holding,
	kind: UsageKind,
	count: int | None = None,
	service: str | None = None,
	amount: Decimal | None = None,
) -> Movement | Refusal:
	"""Take unused sessions (the last ones first) or money value out of a package; neither given means all that is left."""
	if holding.is_empty:
		return Refusal("package_none_left", "package", {"state": holding.state})
	if holding.is_value:
		return _take_face(holding, kind, holding.face if amount is None else amount)
	open_to = [session for session in holding.sessions if service is None or session.covers(service)]
	count = len(open_to) if count is None else count
	if not 0 < count <= len(open_to):
		return Refusal("package_too_few", "sessions", {"sessions": count, "left": len(open_to)})
	sessions = tuple(open_to[-count:])
	return _taken(holding, kind, sum((one.paid for one in sessions), NOTHING), sessions)


def _take_face(holding: Holding, kind: UsageKind, face: Decimal) -> Movement | Refusal:
	if not 0 < face <= holding.face:
		return Refusal("package_amount_short", "amount", {"amount": face, "left": holding.face})
	return _taken(holding, kind, share_of(holding.paid, face, holding.face), face=face)


def _taken(
	holding: Holding,
	kind: UsageKind,
	paid: Decimal,
	sessions: tuple[Session, ...] = (),
	face: Decimal = NOTHING,
) -> Movement:
	everything = len(sessions) == len(holding.sessions) and face == holding.face
	whole = paid if everything else holding.paid
	used = share_of(holding.used, paid, whole) if kind is UsageKind.TRANSFER_OUT else NOTHING
	return Movement(
		kind,
		False,
		sessions,
		face=-face,
		paid=-paid,
		value=-share_of(holding.value, paid, whole),
		used=-used,
		funding=take_funding(holding.funding, paid) if kind is not UsageKind.EXPIRE else (),
	)


def transfer_in(out: Movement) -> Movement:
	"""What arrives where something was taken for a transfer."""
	return replace(out.inverse(), kind=UsageKind.TRANSFER_IN)


def top_up(credit: Decimal, funding: tuple[Funding, ...]) -> Movement:
	"""What an upgraded package brings along from the one before it; its sessions came with the sale."""
	return Movement(UsageKind.UPGRADE, True, value=credit, funding=funding)


def extend(holding: Holding, until: date) -> Movement | Refusal:
	"""Let a package be used for longer."""
	if holding.is_empty:
		return Refusal("package_none_left", "package", {"state": holding.state})
	if holding.expires_on is None:
		return Refusal("package_never_expires", "expires_on")
	if until <= holding.expires_on:
		return Refusal("package_extend_earlier", "expires_on", {"day": holding.expires_on.isoformat()})
	return Movement(UsageKind.EXTEND, True, expires_on=until, expired_before=holding.expires_on)


def expire(holding: Holding, on: date) -> Movement | Refusal:
	"""All that is left lapses on the day after the last; what was recognised before is trued up."""
	if holding.expires_on is None or on <= holding.expires_on:
		return Refusal("package_not_expired", "expires_on", {"day": str(holding.expires_on or "")})
	return take(holding, UsageKind.EXPIRE)


def check_transfer(holding: Holding, to: str, transferable: bool) -> Refusal | None:
	"""Whether a package may go to another customer."""
	if not transferable:
		return Refusal("package_not_transferable", "package")
	if to == holding.customer:
		return Refusal("package_same_customer", "customer", {"customer": to})
	return None


def undo(holding: Holding, movement: Movement) -> Movement | Refusal:
	"""The row that reverses a movement, or why later rows have to be reversed first."""
	back = movement.inverse()
	if movement.kind is UsageKind.EXTEND:
		same = holding.expires_on == movement.expires_on
		return back if same else Refusal("package_later_first", "usage")
	there = {session.number: session for session in holding.sessions}
	for session in back.sessions if not back.adds else ():
		if there.get(session.number) != session:
			return Refusal("package_later_first", "usage")
	after = apply(holding, back)
	if min(after.face, after.paid, after.value) < 0 or any(part.amount < 0 for part in after.funding):
		return Refusal("package_later_first", "usage")
	return back
