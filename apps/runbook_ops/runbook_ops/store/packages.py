"""Customers' packages and the rows of their ledger: locked, read as the core's values, and written back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate, now

from ..core.package_holding import Funding, Group, Holding, Movement, PackageKind, Session, Terms, UsageKind
from ..naming import new_code
from .newest import on_newest
from .rows import insert_rows

COLUMNS = """select name, package, customer, company, currency, state, sold_on, expires_on, terms, open_sessions, funding,
	face_left, paid_left, value_left, paid_used, shareable, transferable, sales_invoice from `tabCustomer Package`"""

LOCK = COLUMNS + " where name = %s for update"
"""The first statement of whoever changes a package: all others wait here."""

USABLE = """ where state = 'Active' and company = %(company)s and (customer = %(customer)s
	or (shareable = 1 and name in (select parent from `tabCustomer Package Member` where customer = %(customer)s)))
	and ifnull(expires_on, %(day)s) >= %(day)s order by ifnull(expires_on, '9999-12-31'), sold_on, name"""

UPDATE = """update `tabCustomer Package` set state = %(state)s, expires_on = %(expires_on)s, sessions_left = %(sessions)s,
	face_left = %(face)s, paid_left = %(paid)s, value_left = %(value)s, paid_used = %(used)s,
	open_sessions = %(open)s, funding = %(funding)s, modified = %(now)s, modified_by = %(user)s
where name = %(name)s and sessions_left = %(sessions_before)s and face_left = %(face_before)s
	and value_left = %(value_before)s"""

WITH_KEY = (
	"select name, customer_package from `tabPackage Usage` where idempotency_key = %s lock in share mode"
)

USAGE_FIELDS = (
	"name",
	"customer_package",
	"package",
	"company",
	"currency",
	"kind",
	"posting_date",
	"sessions",
	"face",
	"amount",
	"earned",
	"expires_on",
	"customer",
	"service",
	"booking",
	"voucher_type",
	"voucher_no",
	"user",
	"reason",
	"reverses",
	"counterpart",
	"idempotency_key",
	"detail",
)


@dataclass(frozen=True)
class Package:
	"""A locked row of Customer Package: the core's holding and what else operations need."""

	name: str
	package: str
	sales_invoice: str | None
	transferable: bool
	shareable: bool
	holding: Holding


@dataclass(frozen=True)
class Usage:
	"""A stored row of the ledger with the movement it stands for; `is_live` until a further row reverses it."""

	name: str
	customer_package: str
	kind: UsageKind
	posting_date: date
	voucher_type: str | None
	voucher_no: str | None
	counterpart: str | None
	is_live: bool
	movement: Movement
	row: frappe._dict


def lock_package(name: str) -> Package | None:
	"""The package as it stands now; nobody else changes it until this transaction ends."""
	rows = frappe.db.sql(on_newest(LOCK), name, as_dict=True)
	return _package(rows[0]) if rows else None


def usable_packages(customer: str, company: str, day: date) -> list[Package]:
	"""The packages that a customer can use on a day, those that expire first before the others; not locked."""
	values = {"customer": customer, "company": company, "day": day}
	return [_package(row) for row in frappe.db.sql(COLUMNS + USABLE, values, as_dict=True)]


def lock_packages(names: set[str]) -> dict[str, Package]:
	"""Several packages, always locked in the same order."""
	found = {name: lock_package(name) for name in sorted(names)}
	return {name: package for name, package in found.items() if package}


def _package(row: frappe._dict) -> Package:
	others = (
		frappe.get_all("Customer Package Member", {"parent": row.name}, pluck="customer", order_by="idx asc")
		if row.shareable
		else ()
	)
	holding = Holding(
		customer=row.customer,
		company=row.company,
		currency=row.currency,
		terms=read_terms(row.terms),
		sold_on=getdate(row.sold_on),
		expires_on=row.expires_on and getdate(row.expires_on),
		state=row.state,
		shared_with=frozenset(others),
		sessions=_sessions(json.loads(row.open_sessions or "[]")),
		face=_money(row.face_left),
		paid=_money(row.paid_left),
		value=_money(row.value_left),
		used=_money(row.paid_used),
		funding=_funding(json.loads(row.funding or "[]")),
	)
	return Package(
		row.name, row.package, row.sales_invoice, bool(row.transferable), bool(row.shareable), holding
	)


def holding_columns(holding: Holding) -> dict[str, object]:
	"""The fields of Customer Package that change with each movement."""
	return {
		"state": str(holding.state),
		"expires_on": holding.expires_on,
		"sessions_left": len(holding.sessions),
		"face_left": holding.face,
		"paid_left": holding.paid,
		"value_left": holding.value,
		"paid_used": holding.used,
		"open_sessions": _json_sessions(holding.sessions),
		"funding": _json_funding(holding.funding),
	}


def save_holding(package: Package, after: Holding) -> None:
	"""Write what is left, on the condition that it is still what was read; raises AssertionError when it is not."""
	columns, before = holding_columns(after), package.holding
	frappe.db.sql(
		on_newest(UPDATE),
		{
			"name": package.name,
			"now": now(),
			"user": frappe.session.user,
			"state": columns["state"],
			"expires_on": columns["expires_on"],
			"sessions": columns["sessions_left"],
			"face": after.face,
			"paid": after.paid,
			"value": after.value,
			"used": after.used,
			"open": columns["open_sessions"],
			"funding": columns["funding"],
			"sessions_before": len(before.sessions),
			"face_before": before.face,
			"value_before": before.value,
		},
	)
	if frappe.db._cursor.rowcount != 1:
		raise AssertionError(f"{package.name} was changed by somebody who did not lock it")


def lapsed_packages(today: str, among: list[str] | None = None) -> list[str]:
	"""Active packages whose last day is over, those longest over first."""
	filters: dict = {"state": "Active", "expires_on": ("<", today)}
	if among is not None:
		filters["name"] = ("in", among or [""])
	return frappe.get_all("Customer Package", filters, pluck="name", order_by="expires_on asc, name asc")


def packages_of_invoice(invoice: str) -> list[str]:
	"""The packages that an invoice sold, in the order of its rows."""
	filters = {"sales_invoice": invoice, "sales_invoice_item": ("is", "set")}
	return frappe.get_all("Customer Package", filters, pluck="name", order_by="creation asc, name asc")


def package_of_row(row: str | None) -> str | None:
	"""The package that a row of an invoice sold, when it is one only."""
	found = (
		frappe.get_all(
			"Customer Package", {"sales_invoice_item": row}, pluck="name", order_by="name asc", limit=2
		)
		if row
		else []
	)
	return found[0] if len(found) == 1 else None


# -- rows of the ledger


def insert_usage(
	package: Package, movement: Movement, posting_date: date, values: Mapping[str, object]
) -> str:
	"""Write a row; `values` are further fields of Package Usage. Raises frappe.DuplicateEntryError when the key is there."""
	name = str(values.get("name") or new_code("PU"))
	row: dict[str, object] = {
		"customer": package.holding.customer,
		**values,
		"name": name,
		"customer_package": package.name,
		"package": package.package,
		"company": package.holding.company,
		"currency": package.holding.currency,
		"kind": str(movement.kind),
		"posting_date": posting_date,
		"sessions": movement.count,
		"face": movement.face,
		"amount": movement.value,
		"earned": movement.earned,
		"expires_on": movement.expires_on,
		"user": frappe.session.user,
		"detail": write_movement(movement),
	}
	insert_rows("Package Usage", USAGE_FIELDS, [[row.get(field) for field in USAGE_FIELDS]])
	return name


def set_voucher(usage: str, voucher_type: str, voucher_no: str) -> None:
	"""Name the voucher that posts a row, made right after it."""
	frappe.db.set_value(
		"Package Usage",
		usage,
		{"voucher_type": voucher_type, "voucher_no": voucher_no},
		update_modified=False,
	)


def set_counterpart(usage: str, other: str) -> None:
	"""Name the row on the other side, written after this one."""
	frappe.db.set_value("Package Usage", usage, "counterpart", other, update_modified=False)


def load_usage(name: str) -> Usage | None:
	"""One row."""
	return next(iter(_usages({"name": name})), None)


def usages_of_voucher(voucher_type: str, voucher_no: str) -> list[Usage]:
	"""The rows that a voucher posts, in the order they were written, reversals apart."""
	return _usages({"voucher_type": voucher_type, "voucher_no": voucher_no, "kind": ("!=", "Reversal")})


def live_usages(package: str) -> list[Usage]:
	"""The rows of a package that no further row has reversed, oldest first."""
	found = _usages({"customer_package": package, "kind": ("!=", "Reversal")})
	return [usage for usage in found if usage.is_live]


def usage_with_key(key: str, newest: bool = False) -> tuple[str, str] | None:
	"""The row that was posted under a key, and its package; `newest`: also if committed after this transaction first looked."""
	if newest:
		rows = frappe.db.sql(on_newest(WITH_KEY), key)
		return rows[0] if rows else None
	return frappe.db.get_value("Package Usage", {"idempotency_key": key}, ["name", "customer_package"])


def count_reversed(booking: str) -> int:
	"""How many rows of a booking were reversed."""
	return frappe.db.count("Package Usage", {"booking": booking, "kind": "Reversal"})


def _usages(filters: dict) -> list[Usage]:
	rows = frappe.get_all("Package Usage", filters, list(USAGE_FIELDS), order_by="creation asc, name asc")
	names = [row.name for row in rows]
	undone = (
		set(
			frappe.get_all(
				"Package Usage", {"reverses": ("in", names)}, pluck="reverses", order_by="name asc"
			)
		)
		if names
		else set()
	)
	return [
		Usage(
			name=row.name,
			customer_package=row.customer_package,
			kind=UsageKind(row.kind),
			posting_date=getdate(row.posting_date),
			voucher_type=row.voucher_type,
			voucher_no=row.voucher_no,
			counterpart=row.counterpart,
			is_live=row.name not in undone,
			movement=read_movement(UsageKind(row.kind), row.detail),
			row=row,
		)
		for row in rows
	]


def read_history(package: str) -> list[dict]:
	"""The rows of a package for people, newest first; `is_live` until a further row reverses it."""
	rows = frappe.get_all(
		"Package Usage",
		{"customer_package": package},
		[field for field in USAGE_FIELDS if field not in ("detail", "idempotency_key")],
		order_by="creation desc, name desc",
	)
	undone = {row.reverses for row in rows}
	return [{**row, "is_live": row.kind != "Reversal" and row.name not in undone} for row in rows]


# -- as text


def write_terms(terms: Terms) -> str:
	"""Terms for the database."""
	return json.dumps(asdict(terms), default=str)


def read_terms(text: str) -> Terms:
	"""Terms as `write_terms` wrote them."""
	data = json.loads(text)
	return Terms(
		kind=PackageKind(data["kind"]),
		groups=tuple(
			Group(tuple(group["services"]), group["sessions"], Decimal(group["price"]))
			for group in data["groups"]
		),
		face=Decimal(data["face"]),
		validity_days=data["validity_days"],
		expected_breakage=Decimal(data["expected_breakage"]),
	)


def write_movement(movement: Movement) -> str:
	"""What moved, so that it can be reversed to the cent."""
	return json.dumps(asdict(movement), default=str)


def read_movement(kind: UsageKind, text: str) -> Movement:
	"""A movement as `write_movement` wrote it."""
	data = json.loads(text)
	return Movement(
		kind=kind,
		adds=data["adds"],
		sessions=tuple(
			Session(one["number"], tuple(one["services"]), Decimal(one["paid"])) for one in data["sessions"]
		),
		funding=tuple(Funding(one["invoice"], one["row"], Decimal(one["amount"])) for one in data["funding"]),
		expires_on=_date(data["expires_on"]),
		expired_before=_date(data["expired_before"]),
		**{field: Decimal(data[field]) for field in ("face", "paid", "value", "used", "earned")},
	)


def _json_sessions(sessions: tuple[Session, ...]) -> str:
	return json.dumps([[one.number, list(one.services), str(one.paid)] for one in sessions])


def _sessions(rows: list) -> tuple[Session, ...]:
	return tuple(Session(number, tuple(services), Decimal(paid)) for number, services, paid in rows)


def _json_funding(funding: tuple[Funding, ...]) -> str:
	return json.dumps([[one.invoice, one.row, str(one.amount)] for one in funding])


def _funding(rows: list) -> tuple[Funding, ...]:
	return tuple(Funding(invoice, row, Decimal(amount)) for invoice, row, amount in rows)


def _date(text: str | None) -> date | None:
	return getdate(text) if text else None


def _money(value: object) -> Decimal:
	"""A Currency column; the driver gives floats."""
	return Decimal(str(value or 0))
