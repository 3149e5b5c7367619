"""Compare the salon's files with one another: what is there twice, what is named but unknown, what is worth a note."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Protocol, TypeVar

from ..wall_time import moment_at
from .problems import Problem, Severity
from .salon_rows import (
	BOOKINGS,
	CANCELLATIONS,
	NO_SHOWS,
	PRODUCTS,
	RECEIPTS,
	SERVICES,
	WALK_IN,
	BookingRow,
	CancellationRow,
	NoShowRow,
	ProductRow,
	ReceiptRow,
	ServiceRow,
	VisitKey,
)

HOUSE = "HOUSE"
"""The column of the salon itself in the old program: bundles are sold and used up there. Not a person."""
TAX_SHARES = (("GST", Decimal("0.05")), ("PST", Decimal("0.08")))
TAX_TOLERANCE = Decimal("0.01")
BUNDLE = re.compile(r"\d\+\d")


class _Numbered(Protocol):
	@property
	def row(self) -> int: ...


class _Keyed(_Numbered, Protocol):
	@property
	def key(self) -> VisitKey: ...


N = TypeVar("N", bound=_Numbered)
K = TypeVar("K", bound=_Keyed)


def unique_rows(
	file: str, rows: Sequence[N], code: Callable[[N], Hashable], problems: list[Problem], column: str = "Code"
) -> list[N]:
	"""The rows without those whose code an earlier row has; each of these becomes a problem."""
	first: dict[Hashable, int] = {}
	unique = []
	for row in rows:
		earlier = first.setdefault(code(row), row.row)
		if earlier == row.row:
			unique.append(row)
		else:
			problems.append(
				Problem(Severity.ROW, "import_duplicate", file, row.row, column, {"first": earlier})
			)
	return unique


def known_rows(
	file: str, rows: Iterable[K], staff: set[str], services: set[str], problems: list[Problem]
) -> list[K]:
	"""The rows whose staff and service codes exist; each other row becomes a problem."""
	known = []
	for row in rows:
		refused = len(problems)
		if row.key.service not in services:
			values = {"value": row.key.service}
			problems.append(Problem(Severity.ROW, "import_unknown_service", file, row.row, "Service", values))
		if row.key.staff not in staff:
			values = {"value": row.key.staff}
			problems.append(Problem(Severity.ROW, "import_unknown_staff", file, row.row, "Staff", values))
		if len(problems) == refused:
			known.append(row)
	return known


def bookable(
	rows: Sequence[BookingRow], services: Iterable[ServiceRow], problems: list[Problem]
) -> list[BookingRow]:
	"""The bookings that are there once and of a known service.

	There is no list of staff among the files: whoever has bookings is staff, and the other files are held against that.
	"""
	staff = {row.key.staff for row in rows}
	known = known_rows(BOOKINGS, rows, staff, {service.code for service in services}, problems)
	unique = unique_rows(BOOKINGS, known, lambda row: (row.key, row.at), problems)
	problems += [
		Problem(Severity.NOTE, "import_no_client", BOOKINGS, row.row, "Code", {"customer": WALK_IN})
		for row in unique
		if row.client_missing
	]
	if HOUSE in staff:
		problems.append(Problem(Severity.NOTE, "import_house", BOOKINGS, None, "Staff", {"value": HOUSE}))
	return unique


def list_notes(services: Sequence[ServiceRow], products: Sequence[ProductRow]) -> list[Problem]:
	"""What is worth knowing about the price lists."""
	codes = {service.code for service in services}
	notes = [note for service in services for note in _service_notes(service)]
	notes += [note for product in products for note in _product_notes(product, codes)]
	if any(product.on_hand for product in products):
		notes.append(Problem(Severity.NOTE, "import_stock_not_posted", PRODUCTS, None, "On Hand"))
	return notes


def _service_notes(service: ServiceRow) -> list[Problem]:
	found = (
		("import_bundle", "Code", BUNDLE.search(service.code) is not None),
		("import_no_name", "Desc", not service.description),
		("import_no_price", "Price", not service.price),
	)
	return [
		Problem(Severity.NOTE, code, SERVICES, service.row, column) for code, column, holds in found if holds
	]


def _product_notes(product: ProductRow, service_codes: set[str]) -> list[Problem]:
	found = (
		("import_code_shared", "Code", product.code in service_codes),
		("import_no_name", "Description", not product.description),
		("import_negative_stock", "On Hand", product.on_hand < 0),
	)
	return [
		Problem(Severity.NOTE, code, PRODUCTS, product.row, column) for code, column, holds in found if holds
	]


def match_no_shows(
	rows: Sequence[NoShowRow],
	bookings: Iterable[BookingRow],
	staff: set[str],
	services: set[str],
	problems: list[Problem],
) -> set[int]:
	"""The rows of the bookings that were missed: same client, person, service and day.

	The report tells no time of day. Where a client had the same visit twice that day the earlier one is taken first.
	"""
	waiting: defaultdict[VisitKey, list[BookingRow]] = defaultdict(list)
	for booking in sorted(bookings, key=lambda row: (row.at, row.row), reverse=True):
		waiting[booking.key].append(booking)
	missed: set[int] = set()
	for row in known_rows(NO_SHOWS, rows, staff, services, problems):
		if row.key not in waiting:
			problems.append(Problem(Severity.ROW, "import_no_show_unbooked", NO_SHOWS, row.row))
		elif waiting[row.key]:
			missed.add(waiting[row.key].pop().row)
		else:
			problems.append(Problem(Severity.NOTE, "import_no_show_twice", NO_SHOWS, row.row))
	return missed


def cancellation_notes(
	cancellations: Iterable[CancellationRow], bookings: Iterable[BookingRow]
) -> list[Problem]:
	"""What is odd about cancellations: booked all the same, there twice, or after the visit's day."""
	booked = {booking.key: booking.row for booking in bookings}
	first: dict[Hashable, int] = {}
	notes: list[Problem] = []
	for row in cancellations:
		if row.key in booked:
			again = {"booking_row": booked[row.key]}
			notes.append(
				Problem(Severity.NOTE, "import_cancelled_and_booked", CANCELLATIONS, row.row, None, again)
			)
		earlier = first.setdefault((row.key, row.cancelled_on, row.cancelled_by), row.row)
		if earlier != row.row:
			repeats = {"first": earlier}
			notes.append(
				Problem(Severity.NOTE, "import_cancelled_twice", CANCELLATIONS, row.row, None, repeats)
			)
		days = (row.key.day - row.cancelled_on) // timedelta(days=1)
		if row.notice_days is not None and row.notice_days != days:
			values: dict[str, object] = {"value": row.notice_days, "days": days}
			notes.append(Problem(Severity.NOTE, "import_days_differ", CANCELLATIONS, row.row, "Days", values))
		if days < 0:
			notes.append(
				Problem(Severity.NOTE, "import_cancelled_late", CANCELLATIONS, row.row, "Cancel Date")
			)
	return notes


def receipt_notes(receipts: Iterable[ReceiptRow]) -> list[Problem]:
	"""Taxes that are not the usual share of the amount; they are kept as the receipt has them."""
	notes = []
	for row in receipts:
		for (column, share), tax in zip(TAX_SHARES, (row.gst, row.pst), strict=True):
			if abs(tax - row.amount * share) > TAX_TOLERANCE:
				values = {"value": tax, "share": f"{share:.0%}", "amount": row.amount}
				notes.append(Problem(Severity.NOTE, "import_tax_differs", RECEIPTS, row.row, column, values))
	return notes


def outcome_notes(
	bookings: Iterable[BookingRow], receipts: Sequence[ReceiptRow], zone: tzinfo, as_of: datetime
) -> list[Problem]:
	"""Bookings whose time is past though the receipts end before them: nothing shows that they took place."""
	if not receipts:
		return []
	last = max(row.day for row in receipts)
	count = sum(row.key.day > last and moment_at(row.key.day, row.at, zone) <= as_of for row in bookings)
	values = {"count": count, "last": last.isoformat()}
	return (
		[Problem(Severity.NOTE, "import_outcome_unproven", BOOKINGS, None, "Date", values)] if count else []
	)
