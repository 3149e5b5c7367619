"""Use a session, or money, of a customer's package for a service: the row, what is left and the ledger entry in one transaction."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from ..core.package_value import NOTHING
from ..core.packages import Wish, redeem
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.accounts import income_account
from ..store.packages import Package, count_reversed, set_voucher, usage_with_key
from .post_package_entry import Posting, post_entry, release_lines
from .record_usage import accounts_of, day_or_today, decided, locked, name_of_customer, record


@dataclass(frozen=True)
class Redemption:
	"""What is used. What is left out comes from the booking, then from the package.

	`key`: the same key is redeemed once, and answered with the same row; a booking's default is the booking and `line`.
	"""

	package: str
	service: str | None = None
	customer: str | None = None
	booking: str | None = None
	line: str = ""
	on: date | None = None
	amount: Decimal | None = None
	currency: str | None = None
	cost_center: str | None = None
	key: str | None = None
	reason: str | None = None


def redeem_session(asked: Redemption) -> str:
	"""The row of Package Usage. Raises PackageRefused; the caller has checked permission."""
	visit = _visit(asked.booking)
	key = asked.key or _own_key(asked, visit)
	known = key and usage_with_key(key)
	if known:
		return _same(known, asked.package)
	package = locked(asked.package)
	service = asked.service or visit.service
	wish = Wish(
		service=service,
		customer=asked.customer or visit.customer or package.holding.customer,
		company=visit.company or package.holding.company,
		currency=asked.currency or package.holding.currency,
		on=asked.on or (getdate(visit.starts_at) if visit.starts_at else day_or_today(None)),
		amount=asked.amount or NOTHING,
	)
	outcome = redeem(package.holding, wish)
	if isinstance(outcome, Refusal):
		known = key and usage_with_key(key, newest=True)
		return _same(known, asked.package) if known else refuse(outcome, PackageRefused)
	values = {
		"customer": wish.customer,
		"service": service,
		"booking": asked.booking,
		"reason": asked.reason,
		"idempotency_key": key or None,
	}
	try:
		usage = record(package, decided(outcome), wish.on, **values)
	except frappe.DuplicateEntryError:
		known = key and usage_with_key(key, newest=True)
		if not known:
			raise
		return _same(known, asked.package)
	_post(package, usage, wish, asked, -outcome.value, outcome.earned)
	return usage


def _post(
	package: Package, usage: str, wish: Wish, asked: Redemption, value: Decimal, earned: Decimal
) -> None:
	accounts = accounts_of(package.holding.company)
	what = wish.service or package.package
	posting = Posting(
		on=wish.on,
		usage=usage,
		remark=f"{what}, {name_of_customer(wish.customer)}: {package.package} ({package.name})",
		booking=asked.booking,
		cost_center=asked.cost_center,
	)
	lines = release_lines(accounts, value, earned, income_account(wish.service, accounts))
	entry = post_entry(accounts, lines, posting)
	if entry:
		set_voucher(usage, "Journal Entry", entry)


def _visit(booking: str | None) -> frappe._dict:
	fields = ["customer", "service", "company", "starts_at"]
	found = booking and frappe.db.get_value("Service Booking", booking, fields, as_dict=True)
	return found or frappe._dict()


def _own_key(asked: Redemption, visit: frappe._dict) -> str | None:
	"""One session for each line of a visit; after a reversal the line can be redeemed again."""
	if not asked.booking:
		return None
	line = asked.line or asked.service or visit.service
	again = count_reversed(asked.booking)
	return f"{asked.booking}|{line}" + (f"|{again}" if again else "")


def _same(known: tuple[str, str], package: str) -> str:
	"""The answer that the key was given before."""
	usage, own = known
	if own != package:
		refuse(Refusal("package_key_used", "key", {"package": own}), PackageRefused)
	return usage
