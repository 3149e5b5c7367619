"""What a visit costs: the price list's price for each service, what was agreed on instead, and the total."""

from collections.abc import Mapping
from decimal import Decimal

from frappe.model.document import Document
from frappe.utils import getdate

from ..core.visit import spread
from ..store.prices import load_prices
from .lay_out_visit import service_named
from .seat_booking import ENDED

NOTHING = Decimal(0)


def price_visit(booking: Document, before: Document | None) -> None:
	"""Fill empty prices and keep the total in step; a total that was agreed on is spread over the services."""
	if booking.status in ENDED or not _is_due(booking, before):
		return
	items = {item for doc in (booking, before) if doc for item in _items(doc)}
	rates = load_prices(items, booking.customer, booking.company, getdate(booking.starts_at))
	if booking.services:
		_price_services(booking, before, rates)
	else:
		_price_simple(booking, before, rates)


def item_of(service: str, variant: str | None = None) -> str:
	"""What is sold and invoiced for a service: the variant that was chosen, else its item."""
	return variant or service_named(service).item


def _is_due(booking: Document, before: Document | None) -> bool:
	if before is None:
		return True
	return not booking.price or _wish(booking) != _wish(before)


def _wish(booking: Document) -> tuple:
	rows = tuple((row.service, row.variant or "", _money(row.price)) for row in booking.services)
	return booking.service, booking.seats or 1, _money(booking.price), booking.customer, rows


def _items(booking: Document) -> list[str]:
	return [item_of(row.service, row.variant) for row in booking.services] or [item_of(booking.service)]


def _listed(booking: Document, rates: Mapping[str, Decimal]) -> Decimal:
	return rates.get(item_of(booking.service), NOTHING) * (booking.seats or 1)


def _price_simple(booking: Document, before: Document | None, rates: Mapping[str, Decimal]) -> None:
	"""The agreed price stays; one from the price list follows the service and the seats."""
	price = _money(booking.price)
	if not price or (before and price == _money(before.price) and _was_listed(before, rates)):
		booking.price = float(_listed(booking, rates))


def _was_listed(before: Document, rates: Mapping[str, Decimal]) -> bool:
	return bool(before.services) or _money(before.price) == _listed(before, rates)


def _price_services(booking: Document, before: Document | None, rates: Mapping[str, Decimal]) -> None:
	rows = {row.name: row for row in before.services} if before else {}
	for row in booking.services:
		old = rows.get(row.name)
		if not row.price or (old and _exchanged(old, row) and _money(row.price) == _money(old.price)):
			row.price = float(rates.get(item_of(row.service, row.variant), NOTHING))
	if before and not before.services and _money(before.price) and before.service == booking.service:
		booking.services[0].price = before.price
	total, sums = _money(booking.price), [_money(row.price) for row in booking.services]
	typed = total and (before is None or total != _money(before.price))
	if typed and total != sum(sums, NOTHING):
		for row, share in zip(booking.services, spread(total, sums), strict=True):
			row.price = float(share)
	else:
		booking.price = float(sum(sums, NOTHING))


def _exchanged(old: Document, row: Document) -> bool:
	return (old.service, old.variant or "") != (row.service, row.variant or "")


def _money(value: object) -> Decimal:
	return Decimal(str(value or 0))
