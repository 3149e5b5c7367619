"""A person says that a customer's transfer is there: it is booked like any other payment by link."""

from decimal import Decimal

from frappe.model.document import Document

from ..core.currencies import coin_of
from ..core.deposit_rules import DepositState
from ..core.pay_links import PAYABLE, PayKind, PayStatus, Provider, check_amount
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse
from ..site_time import to_site, utc_now
from ..store.deposit_asks import lock_awaited
from ..store.pay_links import lateness, lock_link, room_of, to_link
from .book_payment import book_payment
from .make_pay_link import save_link
from .settle_payment import ask_person

LAPSED = frozenset({PayStatus.CANCELLED, PayStatus.EXPIRED})
"""In these a deposit that the policy asked for can still arrive."""


def receive_transfer(name: str, amount: Decimal | None = None, reference: str = "") -> Document:
	"""The link after all of what it asks for, or a part of it, has come in; after a part it stays open for the rest.

	Raises PaymentRefused with nothing posted. The caller has checked permission.
	"""
	link = lock_link(name)
	if link is None:
		refuse(Refusal("pay_link_unknown", "link", {"link": name}), PaymentRefused)
	late = lateness(link)
	comes_late = late is not None and link.status in LAPSED
	if link.provider != Provider.BANK_TRANSFER or not (link.status in PAYABLE or comes_late):
		values = {"link": name, "status": link.status, "provider": link.provider}
		refuse(Refusal("pay_not_receivable", "status", values), PaymentRefused)
	room, asked = room_of(link), to_link(link).amount
	found = check_amount(amount or min(asked, room), room, coin_of(link.currency))
	if isinstance(found, Refusal):
		refuse(
			Refusal(found.code, found.field, {"amount": f"{amount}", "room": f"{room:.2f}"}), PaymentRefused
		)
	number = f"transfer:{link.idempotency_key}"
	entry = book_payment(link, number, found, reference.strip() or link.name)
	link.update({"payment_entry": entry, "paid_at": to_site(utc_now()), "attempt": link.attempt + 1})
	rest = asked - found
	if rest > 0 and (link.kind == PayKind.INVOICE or _waits_for_rest(link)):
		link.amount = float(rest)
	else:
		link.status = PayStatus.PAID
	save_link(link)
	if late is not None:
		told = {"link": name, "amount": found, "currency": link.currency, **late}
		ask_person(Refusal("deposit_late", None, told), number, link)
	return link


def _waits_for_rest(link: Document) -> bool:
	"""Whether the link's booking waits for more of the deposit that the policy asks for."""
	standing = lock_awaited(link.booking)
	return standing is not None and standing.state == DepositState.ASKED
