"""The six files of a salon's point-of-sale export, row by row; nothing is compared across files here."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Generic, TypeVar

from .cells import TEXT_LENGTH, Cells
from .problems import Problem
from .tables import read_table

SERVICES = "service_listing.csv"
PRODUCTS = "product_listing.csv"
BOOKINGS = "future_bookings.csv"
CANCELLATIONS = "client_cancellations.csv"
NO_SHOWS = "no_show_report.csv"
RECEIPTS = "receipt_transactions.csv"
FILES = (SERVICES, PRODUCTS, BOOKINGS, CANCELLATIONS, NO_SHOWS, RECEIPTS)

WALK_IN = "WALK_IN"
"""The client of rows that name none; the salon's own export uses the code as well."""

Record = TypeVar("Record")


@dataclass(frozen=True)
class ServiceRow:
	"""A service of the price list; a price of zero means that it is agreed at the desk."""

	row: int
	code: str
	description: str
	category: str
	price: Decimal
	active: bool


@dataclass(frozen=True)
class ProductRow:
	"""A retail product; `cost` is what one piece cost, `on_hand` pieces as the old program counted them."""

	row: int
	code: str
	description: str
	category: str
	price: Decimal
	cost: Decimal
	on_hand: Decimal
	active: bool


@dataclass(frozen=True)
class VisitKey:
	"""What the reports about a booking have in common; they do not tell its time of day."""

	client: str
	staff: str
	service: str
	day: date


@dataclass(frozen=True)
class BookingRow:
	"""A booking that was not cancelled; `at` is wall time."""

	row: int
	key: VisitKey
	at: time
	client_missing: bool


@dataclass(frozen=True)
class CancellationRow:
	"""A cancelled booking; `notice_days` is what the file says, None when it says nothing."""

	row: int
	key: VisitKey
	cancelled_on: date
	cancelled_by: str
	notice_days: Decimal | None


@dataclass(frozen=True)
class NoShowRow:
	"""A booking whose client did not come."""

	row: int
	key: VisitKey


@dataclass(frozen=True)
class ReceiptRow:
	"""A line of a receipt; amounts in the salon's currency before tax, and the two taxes."""

	row: int
	receipt: str
	line: int
	"""Counts the receipt's lines from 1, the unreadable ones too, so that mending one leaves the others' numbers."""
	day: date
	description: str
	client: str
	staff: str
	quantity: Decimal
	amount: Decimal
	gst: Decimal
	pst: Decimal


@dataclass(frozen=True)
class FileRows(Generic[Record]):
	"""What could be read of a file, in its order, and what could not; `row_count` counts both."""

	records: tuple[Record, ...]
	problems: tuple[Problem, ...]
	row_count: int


@dataclass(frozen=True)
class SalonRows:
	"""All six files."""

	services: FileRows[ServiceRow]
	products: FileRows[ProductRow]
	bookings: FileRows[BookingRow]
	cancellations: FileRows[CancellationRow]
	no_shows: FileRows[NoShowRow]
	receipts: FileRows[ReceiptRow]


def read_salon(files: Mapping[str, bytes]) -> SalonRows:
	"""Read the six files (content by file name; one that is not there is a problem)."""
	return SalonRows(
		services=_read(files, SERVICES, ("IsActive", "Code", "Desc", "Cate", "Price"), _service),
		products=_read(
			files,
			PRODUCTS,
			("IsActive", "Code", "Description", "Category", "Price", "On Hand", "Cost"),
			_product,
		),
		bookings=_read(files, BOOKINGS, ("Code", "Staff", "Service", "Date", "Time"), _booking),
		cancellations=_read(
			files,
			CANCELLATIONS,
			("Cancel Date", "Code", "Service", "Staff", "Booking Date", "Canceled By", "Days"),
			_cancellation,
		),
		no_shows=_read(files, NO_SHOWS, ("Date", "Code", "Service", "Staff"), _no_show),
		receipts=_read(
			files,
			RECEIPTS,
			("Receipt", "Date", "Description", "Client", "Staff", "Quantity", "Amount", "GST", "PST"),
			partial(_receipt, lines=Counter()),
		),
	)


def _read(
	files: Mapping[str, bytes], file: str, columns: tuple[str, ...], read: Callable[[Cells], Record]
) -> FileRows[Record]:
	table = read_table(file, files.get(file), columns)
	records: list[Record] = []
	problems = list(table.problems)
	for row in table.rows:
		cells = Cells(file, row)
		record = read(cells)
		problems += cells.problems
		if cells.ok:
			records.append(record)
	return FileRows(tuple(records), tuple(problems), table.row_count)


def _service(cells: Cells) -> ServiceRow:
	return ServiceRow(
		row=cells.row.number,
		code=cells.code("Code"),
		description=cells.text("Desc"),
		category=cells.code("Cate", required=False),
		price=cells.price("Price"),
		active=cells.flag("IsActive"),
	)


def _product(cells: Cells) -> ProductRow:
	return ProductRow(
		row=cells.row.number,
		code=cells.code("Code", length=TEXT_LENGTH // 2),
		description=cells.text("Description"),
		category=cells.code("Category", required=False),
		price=cells.price("Price"),
		cost=cells.price("Cost"),
		on_hand=cells.number("On Hand"),
		active=cells.flag("IsActive"),
	)


def _booking(cells: Cells) -> BookingRow:
	return BookingRow(
		row=cells.row.number,
		key=_key(cells, "Date"),
		at=cells.wall_time("Time"),
		client_missing=not cells.row.cells["Code"],
	)


def _cancellation(cells: Cells) -> CancellationRow:
	return CancellationRow(
		row=cells.row.number,
		key=_key(cells, "Booking Date"),
		cancelled_on=cells.day("Cancel Date"),
		cancelled_by=cells.code("Canceled By", required=False),
		notice_days=cells.number("Days") if cells.row.cells["Days"] else None,
	)


def _no_show(cells: Cells) -> NoShowRow:
	return NoShowRow(row=cells.row.number, key=_key(cells, "Date"))


def _receipt(cells: Cells, lines: Counter[str]) -> ReceiptRow:
	receipt = cells.code("Receipt")
	lines[receipt] += 1
	return ReceiptRow(
		row=cells.row.number,
		receipt=receipt,
		line=lines[receipt],
		day=cells.day("Date"),
		description=cells.text("Description"),
		client=cells.code("Client", required=False) or WALK_IN,
		staff=cells.code("Staff"),
		quantity=cells.number("Quantity"),
		amount=cells.number("Amount"),
		gst=cells.number("GST"),
		pst=cells.number("PST"),
	)


def _key(cells: Cells, day_column: str) -> VisitKey:
	return VisitKey(
		client=cells.code("Code", required=False) or WALK_IN,
		staff=cells.code("Staff"),
		service=cells.code("Service"),
		day=cells.day(day_column),
	)
