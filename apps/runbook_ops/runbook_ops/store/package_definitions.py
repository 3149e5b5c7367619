"""Service Packages as they are sold: by item, with their terms and stand-alone prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.package_holding import Breakage, Group, PackageKind, Terms
from ..core.package_value import NOTHING
from ..core.refusal import Refusal

SESSION = "Session"
"""The unit of which a package of ten is sold as ten."""


@dataclass(frozen=True)
class Definition:
	"""A Service Package as far as a sale needs it."""

	name: str
	item: str
	kind: PackageKind
	sessions: int
	active: bool

	def units(self, uom: str | None) -> int:
		"""How many of the invoice's units make one package."""
		return self.sessions if self.kind is PackageKind.SESSIONS and uom == SESSION else 1


def definitions_of(items: Iterable[str]) -> dict[str, Definition]:
	"""Item -> the package that is sold under it; items that are no package are left out."""
	codes = sorted({item for item in items if item})
	if not codes:
		return {}
	rows = frappe.get_all(
		"Service Package",
		{"item": ("in", codes)},
		["name", "item", "kind", "sessions", "active"],
		order_by="name asc",
	)
	return {
		row.item: Definition(row.name, row.item, PackageKind(row.kind), row.sessions or 0, bool(row.active))
		for row in rows
	}


def terms_of(package: Document, price_list: str | None) -> Terms | Refusal:
	"""The terms to be frozen; a refusal when sessions of several kinds lack a stand-alone price."""
	expected = NOTHING
	if package.breakage == Breakage.EXPECTED:
		expected = Decimal(str(package.expected_percent or 0)) / 100
	kind = PackageKind(package.kind)
	groups: tuple[Group, ...] = ()
	if kind is PackageKind.SESSIONS:
		found = _groups(package, _prices(package, price_list))
		if isinstance(found, Refusal):
			return found
		groups = found
	face = Decimal(str(package.face_value or 0)) if kind is PackageKind.VALUE else NOTHING
	return Terms(kind, groups, face, package.validity_days or 0, expected)


def _groups(package: Document, prices: dict[str, Decimal]) -> tuple[Group, ...] | Refusal:
	fixed = [row for row in package.services if row.sessions]
	pool = tuple(row.service for row in package.services if not row.sessions)
	rest = (package.sessions or 0) - sum(row.sessions for row in fixed) + (package.bonus_sessions or 0)
	several = len(fixed) + bool(rest) > 1
	missing = [row.service for row in package.services if not prices.get(row.service)]
	if several and missing:
		return Refusal("package_no_price", "stand_alone_price", {"service": missing[0]})
	groups = [
		Group((row.service,), row.sessions + (row.bonus_sessions or 0), prices.get(row.service, NOTHING))
		for row in fixed
	]
	if rest:
		known = [prices.get(service, NOTHING) for service in pool or prices]
		groups.append(Group(pool, rest, sum(known, NOTHING) / len(known) if known else NOTHING))
	return tuple(groups)


def _prices(package: Document, price_list: str | None) -> dict[str, Decimal]:
	"""Service -> the price of one session on its own: the row's, else the price list's."""
	own = {
		row.service: Decimal(str(row.stand_alone_price)) for row in package.services if row.stand_alone_price
	}
	lacking = [row.service for row in package.services if row.service not in own]
	if not lacking:
		return own
	price_list = price_list or frappe.db.get_single_value(
		"Selling Settings", "selling_price_list", cache=True
	)
	service, price = frappe.qb.DocType("Bookable Service"), frappe.qb.DocType("Item Price")
	rows = (
		frappe.qb.from_(service)
		.join(price)
		.on(price.item_code == service.item)
		.where(service.name.isin(lacking) & (price.price_list == price_list) & (price.selling == 1))
		.select(service.name, price.price_list_rate)
		.orderby(price.valid_from)
	).run()
	return {**{name: Decimal(str(rate)) for name, rate in rows}, **own}
