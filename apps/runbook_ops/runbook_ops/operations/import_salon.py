"""Import a salon's export files: lists, clients, bookings in their final state, receipts as history; safe to repeat."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.global_search import update_global_search

from ..core.booking import BookingStatus
from ..core.imports.problems import Problem, Severity, blocking
from ..core.imports.salon import plan_salon
from ..core.imports.salon_plan import BookingPlan, SalePlan, SalonPlan
from ..core.imports.salon_rows import FILES, RECEIPTS
from ..core.timeline import to_minutes
from ..site_time import site_zone, to_site, to_utc, utc_now
from ..store import claims, imported
from .import_catalogue import (
	Created,
	NotSaved,
	create_customers,
	create_item_groups,
	create_product_items,
	create_service_items,
	create_services,
	create_skills,
	create_staff,
)

IMPORTERS = frozenset({"Runbook Manager", "System Manager"})
SAVEPOINT = "runbook_import_salon"
SOURCE = "Import"

Progress = Callable[[str, int, float], None]


@dataclass(frozen=True)
class Step:
	"""What became of one kind of record: how many the files ask for, how many of them are new, and the seconds it took."""

	what: str
	in_files: int
	new: int
	seconds: float

	@property
	def unchanged(self) -> int:
		"""How many were there already."""
		return self.in_files - self.new


@dataclass(frozen=True)
class Figure:
	"""A count or sum of the files beside the site's, over the records of this import."""

	what: str
	in_files: int | Decimal
	on_site: int | Decimal


@dataclass(frozen=True)
class ImportResult:
	"""What an import did, or would do. A refused one has written nothing and tells why in `problems`."""

	refused: bool
	dry_run: bool
	problems: tuple[Problem, ...]
	steps: tuple[Step, ...] = ()
	figures: tuple[Figure, ...] = ()
	seconds: float = 0.0

	@property
	def new(self) -> int:
		"""How many records are new, of all kinds together."""
		return sum(step.new for step in self.steps)


@dataclass
class _Run:
	"""An import under way: what it has learned and made so far."""

	plan: SalonPlan
	company: str
	skip_bad_rows: bool
	progress: Progress | None
	problems: list[Problem]
	steps: list[Step] = field(default_factory=list)
	documents: list[Document] = field(default_factory=list)

	def step(self, what: str, in_files: int, new: int, began: float) -> None:
		seconds = perf_counter() - began
		self.steps.append(Step(what, in_files, new, seconds))
		if self.progress:
			self.progress(what, new, seconds)


def import_salon(
	directory: str | Path,
	*,
	dry_run: bool = False,
	skip_bad_rows: bool = False,
	as_of: datetime | None = None,
	company: str | None = None,
	progress: Progress | None = None,
) -> ImportResult:
	"""Import the six CSV files of `directory` in the caller's transaction; the caller commits.

	`as_of` (aware; None means now): bookings that start later are still to come. `progress` hears each finished kind, its
	new records and seconds. A dry run does everything and undoes it. A problem undoes everything too, unless bad rows may
	be skipped. Raises frappe.PermissionError for users without the role, frappe.ValidationError without a company.
	"""
	_check_role()
	began = perf_counter()
	plan = plan_salon(_read_files(Path(directory)), site_zone(), as_of or utc_now())
	rows = sum(plan.row_counts.values())
	if progress:
		progress("rows read", rows, perf_counter() - began)
	if blocking(plan.problems, skip_bad_rows):
		return ImportResult(True, dry_run, plan.problems, seconds=perf_counter() - began)
	run = _Run(plan, company or _default_company(), skip_bad_rows, progress, list(plan.problems))
	frappe.db.savepoint(SAVEPOINT)
	with _quietly():
		figures = _apply(run)
	refused = bool(blocking(run.problems, skip_bad_rows))
	if refused or dry_run:
		frappe.db.rollback(save_point=SAVEPOINT)
		_forget(run.documents)
	else:
		frappe.db.after_commit.add(lambda: _index(run.documents))
	return ImportResult(
		refused=refused,
		dry_run=dry_run,
		problems=tuple(run.problems),
		steps=() if refused else tuple(run.steps),
		figures=() if refused else figures,
		seconds=perf_counter() - began,
	)


def _check_role() -> None:
	if not IMPORTERS & set(frappe.get_roles()):
		frappe.throw(
			_("To import, {0} needs the role {1}.").format(frappe.session.user, _("Runbook Manager")),
			frappe.PermissionError,
		)


def _read_files(directory: Path) -> dict[str, bytes]:
	return {name: (directory / name).read_bytes() for name in FILES if (directory / name).is_file()}


def _default_company() -> str:
	chosen: str | None = frappe.db.get_single_value("Runbook Settings", "company")
	company = chosen or frappe.defaults.get_defaults().get("company")
	if not company:
		raise frappe.ValidationError(
			_("Company: there is none. Finish the setup wizard, or choose one in Runbook Settings.")
		)
	return company


def _apply(run: _Run) -> tuple[Figure, ...]:
	try:
		names = _create_catalogue(run)
	except NotSaved as error:
		run.problems.append(error.problem)
		return ()
	_import_bookings(run, names)
	if blocking(run.problems, run.skip_bad_rows):
		return ()
	_import_sales(run, names)
	return _figures(run, names)


@dataclass(frozen=True)
class _Names:
	"""The site's names by the files' codes."""

	items: Mapping[str, str]
	services: Mapping[str, str]
	staff: Mapping[str, str]
	customers: Mapping[str, str]


def _create_catalogue(run: _Run) -> _Names:
	plan = run.plan
	categories = {row.category for row in plan.services} | {row.category for row in plan.products}
	groups = _made(run, "item groups", create_item_groups, categories)
	items = _made(run, "service items", create_service_items, plan.services, groups)
	products = _made(run, "product items", create_product_items, plan.products, groups)
	_made(run, "skills", create_skills, {service.skill for service in plan.services if service.skill})
	return _Names(
		items={**items, **products},
		services=_made(run, "bookable services", create_services, plan.services, items),
		staff=_made(run, "staff", create_staff, plan.staff, run.company),
		customers=_made(run, "customers", create_customers, plan.clients),
	)


def _made(run: _Run, what: str, create: Callable[..., Created], *arguments: object) -> Mapping[str, str]:
	began = perf_counter()
	created = create(*arguments)
	run.documents += created.new
	run.step(what, len(set(created.names.values())), len(created.new), began)
	return created.names


def _import_bookings(run: _Run, names: _Names) -> None:
	began = perf_counter()
	known = imported.booking_states([booking.external_id for booking in run.plan.bookings])
	run.problems += _state_notes(run.plan.bookings, known)
	new = [booking for booking in run.plan.bookings if booking.external_id not in known]
	codes = {booking.external_id: imported.new_booking_name() for booking in new}
	new = _claim_coming(run, new, codes, names)
	called = imported.customer_names({names.customers[booking.client] for booking in new})
	people = {person.code: "Person" if person.is_person else "Room" for person in run.plan.staff}
	rows = []
	for booking in new:
		customer = names.customers[booking.client]
		rows.append(
			imported.ImportedBooking(
				name=codes[booking.external_id],
				customer=customer,
				customer_name=called[customer],
				service=names.services[booking.service],
				source=SOURCE,
				company=run.company,
				external_id=booking.external_id,
				resource=names.staff[booking.staff],
				kind=people[booking.staff],
				**_state(booking),
			)
		)
	imported.insert_bookings(rows)
	imported.refresh_history({row.customer for row in rows})
	run.step("bookings", len(run.plan.bookings), len(rows), began)


def _state(booking: BookingPlan) -> dict[str, Any]:
	cancelled = booking.status == BookingStatus.CANCELLED
	return {
		"status": booking.status.value,
		"starts_at": to_site(booking.starts_at),
		"ends_at": to_site(booking.ends_at),
		"starts_at_utc": to_utc(booking.starts_at),
		"ends_at_utc": to_utc(booking.ends_at),
		"completed_at": to_site(booking.ends_at) if booking.status == BookingStatus.COMPLETED else None,
		"cancelled_at": booking.cancelled_on,
		"cancelled_by": booking.cancelled_by or None,
		"cancel_reason": _("Cancelled before the import") if cancelled else None,
		"notes": booking.notes or None,
	}


def _claim_coming(
	run: _Run, new: list[BookingPlan], codes: Mapping[str, str], names: _Names
) -> list[BookingPlan]:
	"""Claim the time of bookings that are really still to come; those whose time is taken become problems.

	The salon booked these without buffers, so none are added. The house is nobody's time.
	"""
	people = {person.code for person in run.plan.staff if person.is_person}
	now = utc_now()
	coming = [
		booking
		for booking in new
		if booking.status == BookingStatus.CONFIRMED and booking.starts_at > now and booking.staff in people
	]
	if not coming:
		return new
	claims.lock_resources({names.staff[booking.staff] for booking in coming})
	refused = set()
	for booking in coming:
		span = to_minutes(booking.starts_at), to_minutes(booking.ends_at)
		resource = names.staff[booking.staff]
		if claims.take(codes[booking.external_id], (resource,), *span):
			refused.add(booking.external_id)
			values = {"value": resource}
			run.problems.append(
				Problem(Severity.ROW, "import_slot_taken", booking.file, booking.row, "Time", values)
			)
	return [booking for booking in new if booking.external_id not in refused]


def _state_notes(bookings: tuple[BookingPlan, ...], known: Mapping[str, str]) -> list[Problem]:
	"""Bookings that the site has in another state: people may have worked on them since, so theirs stays."""
	notes = []
	for booking in bookings:
		state = known.get(booking.external_id, booking.status.value)
		if state != booking.status.value:
			values = {"site": state, "file_state": booking.status.value}
			notes.append(
				Problem(Severity.NOTE, "import_state_differs", booking.file, booking.row, None, values)
			)
	return notes


def _import_sales(run: _Run, names: _Names) -> None:
	began = perf_counter()
	known = imported.sale_amounts([sale.external_id for sale in run.plan.sales])
	new = [sale for sale in run.plan.sales if sale.external_id not in known]
	for sale in run.plan.sales:
		amounts = known.get(sale.external_id)
		if amounts and amounts != _amounts(sale):
			values = {"site": amounts[1]}
			run.problems.append(
				Problem(Severity.NOTE, "import_sale_differs", RECEIPTS, sale.row, "Amount", values)
			)
	imported.insert_sales(
		[
			imported.ImportedSale(
				receipt=sale.receipt,
				posting_date=sale.day,
				customer=names.customers[sale.client],
				resource=names.staff[sale.staff],
				item=names.items[sale.item_code] if sale.item_code else None,
				description=sale.description,
				qty=sale.quantity,
				net_amount=sale.amount,
				gst_amount=sale.gst,
				pst_amount=sale.pst,
				external_id=sale.external_id,
			)
			for sale in new
		]
	)
	run.step("receipt lines", len(run.plan.sales), len(new), began)


def _amounts(sale: SalePlan) -> tuple[Decimal, ...]:
	return sale.quantity, sale.amount, sale.gst, sale.pst


def _figures(run: _Run, names: _Names) -> tuple[Figure, ...]:
	plan, rows = run.plan, run.plan.row_counts
	states = list(imported.booking_states([booking.external_id for booking in plan.bookings]).values())
	cancelled = states.count(BookingStatus.CANCELLED)
	lines, receipts, quantity, amount, gst, pst = imported.sale_sums(
		[sale.external_id for sale in plan.sales]
	)
	count = imported.known_names
	return (
		Figure("services", rows["services"], len(count("Bookable Service", names.services.values()))),
		Figure("products", rows["products"], len(count("Item", names.items.values())) - len(names.services)),
		Figure("clients", len(plan.clients), len(count("Customer", names.customers.values()))),
		Figure("bookings", rows["bookings"], len(states) - cancelled),
		Figure("no-shows", rows["no_shows"], states.count(BookingStatus.NO_SHOW)),
		Figure("cancellations", rows["cancellations"], cancelled),
		Figure("receipts", len({sale.receipt for sale in plan.sales}), receipts),
		Figure("receipt lines", rows["receipts"], lines),
		Figure("quantity", sum((sale.quantity for sale in plan.sales), Decimal(0)), quantity),
		Figure("amount", sum((sale.amount for sale in plan.sales), Decimal(0)), amount),
		Figure("GST", sum((sale.gst for sale in plan.sales), Decimal(0)), gst),
		Figure("PST", sum((sale.pst for sale in plan.sales), Decimal(0)), pst),
	)


@contextmanager
def _quietly() -> Iterator[None]:
	"""No notices to people about records of the past, and nothing into the search index before the commit."""
	flags = {key: frappe.flags.get(key) for key in ("in_import", "mute_emails", "mute_messages")}
	frappe.flags.update(dict.fromkeys(flags, True))
	searching = frappe.local.conf.get("disable_global_search")
	frappe.local.conf["disable_global_search"] = 1
	try:
		yield
	finally:
		frappe.flags.update(flags)
		frappe.local.conf["disable_global_search"] = searching


def _index(documents: list[Document]) -> None:
	for document in documents:
		update_global_search(document)


def _forget(documents: list[Document]) -> None:
	"""Documents that were undone may not live on in caches."""
	for document in documents:
		frappe.clear_document_cache(document.doctype, document.name)
