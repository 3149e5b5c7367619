"""What a booking puts into the basket: its services with who did them, and what was added to them."""

from decimal import Decimal

from frappe.model.document import Document
from frappe.utils import flt, getdate

from ..core.checkout import Basket, Line, LineKind
from .price_visit import item_of


def basket_of(booking: Document) -> Basket:
	"""A line for each service and each product of a visit, at the prices that were agreed on."""
	return Basket((*_services(booking), *_products(booking)))


def _services(booking: Document) -> list[Line]:
	"""For a class one line with the seats, unless their price can't be split to the cent."""
	day = getdate(booking.starts_at)
	if booking.services:
		return [
			_service(f"service-{row.idx}", row.service, row.variant, row.price, _doer(booking, row.idx), day)
			for row in booking.services
		]
	seats = booking.seats or 1 if booking.class_session else 1
	rate = flt(booking.price) / seats
	if seats > 1 and flt(rate, 2) * seats != flt(booking.price, 2):
		text = f"{booking.service}, {day}, {seats} x"
		return [_service("service-1", booking.service, None, booking.price, _doer(booking, 1), day, text)]
	line = _service("service-1", booking.service, None, rate, _doer(booking, 1), day)
	return [Line(**{**vars(line), "qty": Decimal(seats)})]


def _service(
	key: str, service: str, variant: str | None, price: float | None, doer: str | None, day, text: str = ""
) -> Line:
	return Line(
		key=key,
		kind=LineKind.SERVICE,
		item=item_of(service, variant),
		rate=_agreed(price),
		service=service,
		resource=doer,
		text=text or f"{service}, {day}",
	)


def _products(booking: Document) -> list[Line]:
	return [
		Line(
			key=f"product-{row.idx}",
			kind=LineKind.PRODUCT,
			item=row.item,
			qty=Decimal(str(row.qty or 1)),
			rate=_agreed(row.rate),
			text=row.description or "",
		)
		for row in booking.items
	]


def _agreed(price: float | None) -> Decimal | None:
	return Decimal(str(price)) if price else None


def _doer(booking: Document, part: int) -> str | None:
	"""The person or crew that does a part."""
	doers = [row for row in booking.resources if (row.part or 1) == part and row.kind in ("Person", "Crew")]
	return doers[0].resource if doers else None
