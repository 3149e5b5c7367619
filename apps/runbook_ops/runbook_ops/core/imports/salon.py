"""Plan the import of a salon: what the site should hold, and every problem on the way there."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo

from ..booking import BookingStatus
from ..wall_time import moment_at
from .problems import Problem, Severity
from .salon_checks import (
	HOUSE,
	bookable,
	cancellation_notes,
	known_rows,
	list_notes,
	match_no_shows,
	outcome_notes,
	receipt_notes,
	unique_rows,
)
from .salon_plan import BookingPlan, ProductPlan, SalePlan, SalonPlan, ServicePlan, StaffPlan
from .salon_rows import (
	BOOKINGS,
	CANCELLATIONS,
	PRODUCTS,
	RECEIPTS,
	SERVICES,
	BookingRow,
	CancellationRow,
	ProductRow,
	ReceiptRow,
	SalonRows,
	ServiceRow,
	VisitKey,
	read_salon,
)
from .salon_shape import durations, next_starts, shown_skills, weekly_hours

NO_SKILL = ("MISC", "")
"""Service categories that anybody can do."""
TIME_UNKNOWN = "The time of day is not known: the export does not tell it for cancelled bookings."


def plan_salon(files: Mapping[str, bytes], zone: tzinfo, as_of: datetime) -> SalonPlan:
	"""Read the six files and decide what becomes of each row.

	`zone` is the salon's, `as_of` the aware moment the books are looked at: what starts later is still to come. A row
	with a problem of severity ROW is left out of the plan; the caller decides whether to go on without it.
	"""
	rows = read_salon(files)
	problems: list[Problem] = [
		*rows.services.problems,
		*rows.products.problems,
		*rows.bookings.problems,
		*rows.cancellations.problems,
		*rows.no_shows.problems,
		*rows.receipts.problems,
	]
	if any(problem.severity is Severity.FILE for problem in problems):
		return SalonPlan((), (), (), (), (), (), tuple(problems), _row_counts(rows))
	services = unique_rows(SERVICES, rows.services.records, lambda row: row.code, problems)
	products = unique_rows(PRODUCTS, rows.products.records, lambda row: row.code, problems)
	problems += list_notes(services, products)
	bookings = bookable(rows.bookings.records, services, problems)
	staff = {booking.key.staff for booking in rows.bookings.records}
	known = {service.code for service in services}
	cancellations = known_rows(CANCELLATIONS, rows.cancellations.records, staff, known, problems)
	problems += cancellation_notes(cancellations, bookings)
	missed = match_no_shows(rows.no_shows.records, bookings, staff, known, problems)
	receipts = _by_known_staff(rows.receipts.records, staff, problems)
	problems += receipt_notes(receipts) + outcome_notes(bookings, receipts, zone, as_of)
	lengths = durations(services, bookings)
	planned_products = _plan_products(products, known)
	planned_services = _plan_services(services, lengths)
	sales = _plan_sales(receipts, planned_services, planned_products, problems)
	return SalonPlan(
		services=planned_services,
		products=planned_products,
		staff=_plan_staff(staff, bookings, planned_services, lengths),
		clients=_clients(bookings, cancellations, receipts),
		bookings=(
			*_plan_bookings(bookings, missed, lengths, zone, as_of),
			*_plan_cancelled(cancellations, bookings, lengths, zone),
		),
		sales=sales,
		problems=tuple(problems),
		row_counts=_row_counts(rows),
	)


def _row_counts(rows: SalonRows) -> Mapping[str, int]:
	return {
		"services": rows.services.row_count,
		"products": rows.products.row_count,
		"bookings": rows.bookings.row_count,
		"cancellations": rows.cancellations.row_count,
		"no_shows": rows.no_shows.row_count,
		"receipts": rows.receipts.row_count,
	}


def _plan_services(
	services: Sequence[ServiceRow], lengths: Mapping[str, timedelta]
) -> tuple[ServicePlan, ...]:
	described = Counter(service.description.casefold() for service in services)
	return tuple(
		ServicePlan(
			row=service.row,
			code=service.code,
			name=_service_name(service, described),
			category=service.category,
			skill=None if service.category in NO_SKILL else service.category.title(),
			price=service.price,
			active=service.active,
			duration=lengths[service.code],
		)
		for service in services
	)


def _service_name(service: ServiceRow, described: Mapping[str, int]) -> str:
	if not service.description:
		return service.code
	name = service.description[0].upper() + service.description[1:]
	return f"{name} ({service.code})" if described[service.description.casefold()] > 1 else name


def _plan_products(products: Sequence[ProductRow], taken: set[str]) -> tuple[ProductPlan, ...]:
	return tuple(
		ProductPlan(
			row=product.row,
			item_code=f"{product.code}-RETAIL" if product.code in taken else product.code,
			name=product.description or product.code,
			category=product.category,
			price=product.price,
			cost=product.cost,
			active=product.active,
		)
		for product in products
	)


def _plan_staff(
	staff: set[str],
	bookings: Sequence[BookingRow],
	services: Sequence[ServicePlan],
	lengths: Mapping[str, timedelta],
) -> tuple[StaffPlan, ...]:
	by_code: dict[str, list[BookingRow]] = {code: [] for code in sorted(staff)}
	for booking in bookings:
		by_code[booking.key.staff].append(booking)
	skill_of = {service.code: service.skill for service in services}
	return tuple(
		StaffPlan(
			code=code,
			is_person=code != HOUSE,
			hours=() if code == HOUSE else weekly_hours(own, lengths),
			skills=() if code == HOUSE else shown_skills(own, skill_of),
		)
		for code, own in by_code.items()
	)


def _clients(
	bookings: Sequence[BookingRow],
	cancellations: Sequence[CancellationRow],
	receipts: Sequence[ReceiptRow],
) -> tuple[str, ...]:
	booked = {row.key.client for row in bookings} | {row.key.client for row in cancellations}
	return tuple(sorted(booked | {row.client for row in receipts}))


def _plan_bookings(
	bookings: Sequence[BookingRow],
	missed: set[int],
	lengths: Mapping[str, timedelta],
	zone: tzinfo,
	as_of: datetime,
) -> list[BookingPlan]:
	"""A booking lasts its service's length, or less when the same person's next one starts before that."""
	following = next_starts(bookings)
	plans = []
	for booking in bookings:
		starts = moment_at(booking.key.day, booking.at, zone)
		ends = starts + lengths[booking.key.service]
		if booking.row in following:
			after = following[booking.row]
			ends = min(ends, moment_at(after.date(), after.time(), zone))
		status = BookingStatus.CONFIRMED if starts > as_of else BookingStatus.COMPLETED
		plans.append(
			BookingPlan(
				file=BOOKINGS,
				row=booking.row,
				external_id=f"salon:booking:{_id(booking.key)}:{booking.at:%H%M}",
				client=booking.key.client,
				staff=booking.key.staff,
				service=booking.key.service,
				starts_at=starts,
				ends_at=ends,
				status=BookingStatus.NO_SHOW if booking.row in missed else status,
			)
		)
	return plans


def _plan_cancelled(
	cancellations: Sequence[CancellationRow],
	bookings: Sequence[BookingRow],
	lengths: Mapping[str, timedelta],
	zone: tzinfo,
) -> list[BookingPlan]:
	"""Each row is a booking of its own that was cancelled, also when the same visit was booked again afterwards."""
	booked = {booking.key for booking in bookings}
	seen: Counter[str] = Counter()
	plans = []
	for row in cancellations:
		key = f"salon:cancelled:{_id(row.key)}:{row.cancelled_on:%Y%m%d}:{row.cancelled_by}"
		seen[key] += 1
		starts = moment_at(row.key.day, time.min, zone)
		again = " The same visit was booked again." if row.key in booked else ""
		plans.append(
			BookingPlan(
				file=CANCELLATIONS,
				row=row.row,
				external_id=f"{key}:{seen[key]}",
				client=row.key.client,
				staff=row.key.staff,
				service=row.key.service,
				starts_at=starts,
				ends_at=starts + lengths[row.key.service],
				status=BookingStatus.CANCELLED,
				cancelled_on=row.cancelled_on,
				cancelled_by=row.cancelled_by,
				notes=TIME_UNKNOWN + again,
			)
		)
	return plans


def _by_known_staff(
	receipts: Sequence[ReceiptRow], staff: set[str], problems: list[Problem]
) -> list[ReceiptRow]:
	known = []
	for row in receipts:
		if row.staff in staff:
			known.append(row)
		else:
			values = {"value": row.staff}
			problems.append(Problem(Severity.ROW, "import_unknown_staff", RECEIPTS, row.row, "Staff", values))
	return known


def _plan_sales(
	receipts: Sequence[ReceiptRow],
	services: Sequence[ServicePlan],
	products: Sequence[ProductPlan],
	problems: list[Problem],
) -> tuple[SalePlan, ...]:
	items: defaultdict[str, list[str]] = defaultdict(list)
	for service in services:
		items[service.name.casefold()].append(service.code)
	for product in products:
		items[product.name.casefold()].append(product.item_code)
	sales = []
	for row in receipts:
		found = items.get(row.description.casefold(), [])
		if len(found) != 1:
			values = {"value": row.description}
			code = "import_no_item" if row.description else "import_no_description"
			problems.append(Problem(Severity.NOTE, code, RECEIPTS, row.row, "Description", values))
		sales.append(
			SalePlan(
				row=row.row,
				external_id=f"salon:receipt:{row.receipt}:{row.line}",
				receipt=row.receipt,
				day=row.day,
				client=row.client,
				staff=row.staff,
				item_code=found[0] if len(found) == 1 else None,
				description=row.description,
				quantity=row.quantity,
				amount=row.amount,
				gst=row.gst,
				pst=row.pst,
			)
		)
	return tuple(sales)


def _id(key: VisitKey) -> str:
	return f"{key.client}:{key.staff}:{key.service}:{key.day:%Y%m%d}"
