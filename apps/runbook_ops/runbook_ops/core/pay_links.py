"""Pay links: what may be asked of a customer, and what a payment provider's report of it means for the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .package_value import NOTHING
from .refusal import Refusal


class PayKind(StrEnum):
	"""What is paid for: what an invoice still owes, or a deposit for a booking."""

	INVOICE = "Invoice"
	DEPOSIT = "Deposit"


class Provider(StrEnum):
	"""Who takes the money."""

	BANK_TRANSFER = "bank_transfer"
	STRIPE_CHECKOUT = "stripe_checkout"


class PayStatus(StrEnum):
	OPEN = "Open"
	WAITING = "Waiting"
	PAID = "Paid"
	FAILED = "Failed"
	EXPIRED = "Expired"
	CANCELLED = "Cancelled"
	REFUNDED = "Refunded"
	DISPUTED = "Disputed"


PAYABLE = frozenset({PayStatus.OPEN, PayStatus.FAILED})
"""In these the customer may pay: a payment that failed can be tried again."""
UNSETTLED = PAYABLE | {PayStatus.WAITING}
"""In these nobody has paid, and somebody still may; there is one such link for an invoice or a booking."""

TRANSITIONS: dict[PayStatus, frozenset[PayStatus]] = {
	PayStatus.OPEN: frozenset(PayStatus) - {PayStatus.OPEN},
	PayStatus.WAITING: frozenset(PayStatus) - {PayStatus.WAITING, PayStatus.OPEN, PayStatus.EXPIRED},
	PayStatus.FAILED: frozenset(PayStatus) - {PayStatus.FAILED},
	PayStatus.EXPIRED: frozenset({PayStatus.PAID, PayStatus.REFUNDED, PayStatus.DISPUTED}),
	PayStatus.CANCELLED: frozenset({PayStatus.PAID, PayStatus.REFUNDED, PayStatus.DISPUTED}),
	PayStatus.PAID: frozenset({PayStatus.REFUNDED, PayStatus.DISPUTED}),
	PayStatus.DISPUTED: frozenset({PayStatus.REFUNDED}),
	PayStatus.REFUNDED: frozenset({PayStatus.DISPUTED}),
}
"""Money that was taken is never unpaid again; a link that ran out can still turn out to have been paid."""


class Standing(StrEnum):
	"""How one payment stands with its provider."""

	OPEN = "Open"
	WAITING = "Waiting"
	PAID = "Paid"
	FAILED = "Failed"
	EXPIRED = "Expired"


@dataclass(frozen=True)
class Link:
	"""A pay link as it is kept. `session`: the provider's payment that it waits for, of `asked`; `refunded`: as far as it was noted."""

	name: str
	status: PayStatus
	amount: Decimal
	currency: str
	valid_until: date
	session: str | None = None
	asked: Decimal = NOTHING
	refunded: Decimal = NOTHING


@dataclass(frozen=True)
class Report:
	"""What a provider says of one payment when it is asked. `link`: the name that we gave it; `payment`: its number for refunds."""

	session: str
	link: str
	standing: Standing
	amount: Decimal
	currency: str
	refunded: Decimal = NOTHING
	disputed: bool = False
	payment: str = ""
	url: str = ""


@dataclass(frozen=True)
class Verdict:
	"""What a report changes. `ask`: what a person is told to settle; `over`: the payment can't be used any more."""

	book: bool = False
	status: PayStatus | None = None
	ask: Refusal | None = None
	over: bool = False


def check_transition(before: str | None, after: str) -> Refusal | None:
	"""Whether a link may go from one state to the other; None before means that it is new."""
	if after not in set(PayStatus):
		return Refusal("unknown_status", "status", {"status": after, "known": ", ".join(PayStatus)})
	new = PayStatus(after)
	if before is None:
		return None if new is PayStatus.OPEN else Refusal("pay_link_born_as", "status", {"status": after})
	old = PayStatus(before)
	if old is new or new in TRANSITIONS[old]:
		return None
	return Refusal("pay_link_transition", "status", {"before": before, "after": after})


def check_amount(wanted: Decimal | None, room: Decimal, coin: Decimal) -> Decimal | Refusal:
	"""What a link asks for: all of `room`, or the part that is wanted, in whole coins."""
	if room <= 0:
		return Refusal("pay_link_nothing_owed")
	amount = room if wanted is None else wanted
	if not amount.is_finite() or amount <= 0 or amount % coin:
		return Refusal("pay_link_amount", "amount", {"room": room})
	if amount > room:
		return Refusal("pay_link_too_much", "amount", {"amount": amount, "room": room})
	return amount


def check_payable(link: Link, room: Decimal, today: date, contact: str = "") -> Decimal | Refusal:
	"""What the customer can pay by this link now: what it asks for, but no more than is still owed."""
	if link.status is PayStatus.WAITING:
		return Refusal("pay_link_waiting")
	if link.status not in UNSETTLED and link.status not in (PayStatus.EXPIRED, PayStatus.CANCELLED):
		return Refusal("pay_link_paid")
	if room <= 0:
		return Refusal("pay_link_nothing_owed")
	if link.status not in PAYABLE or link.valid_until < today:
		return Refusal("pay_link_over", None, {"contact": contact})
	return min(link.amount, room)


def judge(
	link: Link, report: Report, booked: bool, room: Decimal, late: Mapping[str, object] | None = None
) -> Verdict:
	"""What a report means, whatever was reported before and in which order.

	`booked`: there is an entry for this very payment, also one that was cancelled since; `room`: what can still be booked on
	what the link is for. Money that has come and does not fit is a person's to settle, never the program's. `late`: what a person is
	told of a deposit for which its booking does not wait any more; it is booked all the same.
	"""
	if report.standing is not Standing.PAID:
		return _unpaid(link, report)
	if not booked:
		if report.refunded >= report.amount > 0:
			return Verdict(status=_reachable(link, PayStatus.REFUNDED))
		misfit = _misfit(link, report, room)
		if misfit:
			held = _reachable(link, PayStatus.WAITING) if report.session == link.session else None
			return Verdict(status=_alarm(link, report) or held, ask=misfit)
	status, ask = _after(link, report)
	if late is not None and not booked and ask is None:
		ask = Refusal("deposit_late", None, {**_facts(report), **late})
	return Verdict(book=not booked, status=status, ask=ask)


def _unpaid(link: Link, report: Report) -> Verdict:
	"""Reports of the payment that the link waits for move it on; of any other they say nothing."""
	if report.session != link.session or link.status not in UNSETTLED:
		return Verdict()
	if report.standing is Standing.WAITING:
		return Verdict(status=_reachable(link, PayStatus.WAITING))
	if report.standing is Standing.FAILED:
		ask = Refusal("pay_failed", None, _facts(report))
		return Verdict(status=_reachable(link, PayStatus.FAILED), ask=ask, over=True)
	return Verdict(over=report.standing is Standing.EXPIRED)


def _misfit(link: Link, report: Report, room: Decimal) -> Refusal | None:
	facts = _facts(report)
	if report.currency != link.currency:
		return Refusal("pay_wrong_currency", "currency", {**facts, "own": link.currency})
	if report.session != link.session:
		return Refusal("pay_other_session", None, facts)
	if report.amount != link.asked:
		return Refusal("pay_wrong_amount", "amount", {**facts, "asked": link.asked})
	if report.amount > room:
		return Refusal("pay_no_room", "amount", {**facts, "room": room})
	return None


def _after(link: Link, report: Report) -> tuple[PayStatus | None, Refusal | None]:
	"""The state of a link whose money is in the books, and what has become of that money since."""
	facts = _facts(report)
	alarm = _alarm(link, report)
	if report.disputed and link.status is not PayStatus.DISPUTED and not link.refunded:
		return alarm, Refusal("pay_disputed", None, facts)
	if report.refunded > link.refunded:
		return alarm or _reachable(link, PayStatus.PAID), Refusal("pay_refunded", None, facts)
	return alarm or _reachable(link, PayStatus.PAID), None


def _alarm(link: Link, report: Report) -> PayStatus | None:
	if report.refunded >= report.amount > 0:
		return _reachable(link, PayStatus.REFUNDED)
	if report.disputed and link.status is not PayStatus.REFUNDED:
		return _reachable(link, PayStatus.DISPUTED)
	return None


def _reachable(link: Link, status: PayStatus) -> PayStatus | None:
	return status if status in TRANSITIONS[link.status] else None


def _facts(report: Report) -> Mapping[str, object]:
	return {
		"link": report.link,
		"session": report.session,
		"amount": report.amount,
		"currency": report.currency,
		"refunded": report.refunded,
	}


# -- the daily comparison


@dataclass(frozen=True)
class Booked:
	"""A Payment Entry that was made for a provider's payment; `standing` False when it was cancelled."""

	entry: str
	amount: Decimal
	currency: str
	standing: bool = True


@dataclass(frozen=True)
class Difference:
	"""Where the provider and the books disagree about one payment."""

	session: str
	reason: Refusal


def differences(reports: Sequence[Report], booked: Mapping[str, Booked]) -> tuple[Difference, ...]:
	"""What the provider's payments and the entries (by payment) disagree about; one difference a payment at the most."""
	known = {report.session: report for report in reports}
	found = []
	for session in sorted(known.keys() | booked.keys()):
		reason = _difference(session, known.get(session), booked.get(session))
		if reason:
			found.append(Difference(session, reason))
	return tuple(found)


def _difference(session: str, report: Report | None, entry: Booked | None) -> Refusal | None:
	taken = report is not None and report.standing is Standing.PAID
	if entry is None:
		if report is None or not taken or report.refunded >= report.amount:
			return None
		return Refusal("pay_not_booked", None, _facts(report))
	values = {"session": session, "entry": entry.entry, "booked": entry.amount, "currency": entry.currency}
	if not taken or report is None:
		return Refusal("pay_not_at_provider", None, values) if entry.standing else None
	if not entry.standing:
		whole = report.refunded >= report.amount
		return None if whole else Refusal("pay_entry_cancelled", None, {**values, "amount": report.amount})
	if (entry.amount, entry.currency) != (report.amount, report.currency):
		return Refusal(
			"pay_amounts_differ", None, {**values, "amount": report.amount, "paid_in": report.currency}
		)
	return None
