"""What the checkout page starts with: what is to be paid for, by what it can be paid, and who did it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.basket_input import Sold
from ..core.checkout import Line, LineKind, Rights
from ..core.packages import Wish, redeem
from ..core.refusal import Refusal
from ..store.accounts import load_accounts
from ..store.checkouts import deposits_of, modes_of
from ..store.package_definitions import definitions_of
from ..store.packages import Package, usable_packages
from ..store.resources import load_facts
from .fill_basket import basket_of

MANAGERS = frozenset({"Runbook Manager", "System Manager", "Administrator"})


def rights_of_user() -> Rights:
	"""How far below the price list the user may go: managers any way, others as the settings say."""
	if MANAGERS.intersection(frappe.get_roles()):
		return Rights()
	most = frappe.db.get_single_value("Runbook Settings", "front_desk_discount", cache=True)
	return Rights(Decimal(str(most or 0)))


def open_checkout(customer: str, company: str, booking: Document | None) -> dict[str, object]:
	"""Lines, modes of payment, deposit, packages and staff; amounts in the company's currency."""
	lines = basket_of(booking).lines if booking else ()
	day = getdate(booking.starts_at) if booking else getdate()
	accounts = load_accounts(company)
	deposits = deposits_of(booking.name, customer, accounts) if booking else ()
	packages = usable_packages(customer, company, day)
	most = rights_of_user().most_discount
	who = frappe.get_cached_value("Customer", customer, ["customer_name", "email_id"], as_dict=True)
	return {
		"customer": customer,
		"customer_name": who.customer_name,
		"customer_email": who.email_id,
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"booking": booking and booking.name,
		"lines": [_told(line) for line in lines],
		"deposit": float(sum(deposit.left for deposit in deposits)),
		"modes": [
			{"name": mode.name, "is_cash": mode.is_cash}
			for mode in modes_of(company).values()
			if mode.account
		],
		"default_mode": frappe.db.get_single_value("Runbook Settings", "default_mode_of_payment", cache=True),
		"packages": [_package(package) for package in packages],
		"staff": sorted(
			name for name, facts in load_facts().items() if facts.active and facts.kind in ("Person", "Crew")
		),
		"takes_tips": bool(accounts and accounts.tips_payable),
		"most_discount": None if most is None else float(most),
	}


def payable_by(lines: Iterable[Line], customer: str, company: str, day) -> Mapping[str, Sequence[str]]:
	"""Key of a service's line -> the customer's packages that could pay for it, the first to expire first."""
	packages = usable_packages(customer, company, day)
	return {
		line.key: [package.name for package in packages if _covers(package, line, customer, company, day)]
		for line in lines
		if line.kind is LineKind.SERVICE
	}


def sold_as(names: Iterable[tuple[LineKind, str]]) -> Mapping[tuple[LineKind, str], Sold]:
	"""The items behind services, products and packages; those that nobody knows are left out."""
	wanted: dict[LineKind, set[str]] = {kind: set() for kind in LineKind}
	for kind, name in names:
		wanted[kind].add(name)
	found: dict[tuple[LineKind, str], Sold] = {}
	for row in _rows("Bookable Service", wanted[LineKind.SERVICE], ["name", "item"]):
		found[LineKind.SERVICE, row.name] = Sold(row.item)
	for row in _rows("Item", wanted[LineKind.PRODUCT], ["name"], {"disabled": 0, "is_sales_item": 1}):
		found[LineKind.PRODUCT, row.name] = Sold(row.name)
	packages = _rows("Service Package", wanted[LineKind.PACKAGE], ["name", "item"], {"active": 1})
	definitions = definitions_of([row.item for row in packages])
	for row in packages:
		unit = frappe.get_cached_value("Item", row.item, "stock_uom")
		found[LineKind.PACKAGE, row.name] = Sold(row.item, definitions[row.item].units(unit))
	return found


def _rows(
	doctype: str, names: set[str], fields: list[str], filters: dict | None = None
) -> list[frappe._dict]:
	if not names:
		return []
	return frappe.get_all(
		doctype, {"name": ("in", sorted(names)), **(filters or {})}, fields, order_by="name asc"
	)


def _covers(package: Package, line: Line, customer: str, company: str, day) -> bool:
	wish = Wish(line.service, customer, company, package.holding.currency, day, Decimal("0.01"))
	return not isinstance(redeem(package.holding, wish), Refusal)


def _package(package: Package) -> dict[str, object]:
	holding = package.holding
	return {
		"name": package.name,
		"package": package.package,
		"left": float(holding.face) if holding.is_value else len(holding.sessions),
		"is_value": holding.is_value,
		"expires_on": holding.expires_on and str(holding.expires_on),
	}


def _told(line: Line) -> dict[str, object]:
	return {
		"key": line.key,
		"kind": line.kind.value,
		"name": line.service or line.item,
		"text": line.text,
		"qty": float(line.qty),
		"rate": None if line.rate is None else float(line.rate),
		"resource": line.resource,
	}
