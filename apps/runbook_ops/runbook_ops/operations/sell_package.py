"""Sell packages: an invoice with package items posts to the liability and opens a package for each that was sold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from ..core.package_holding import Funding, Holding, UsageKind
from ..core.package_value import NOTHING, allocate
from ..core.packages import last_day, sell, take, top_up
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.package_definitions import Definition, definitions_of, terms_of
from ..store.packages import Package, holding_columns, lock_packages, set_counterpart, write_terms
from .post_package_entry import Posting, post_entry
from .record_usage import accounts_of, decided, record


@dataclass(frozen=True)
class PackageRow:
	"""A row of an invoice that sells or gives back packages."""

	row: Document
	definition: Definition

	@property
	def count(self) -> int:
		"""How many packages it sells."""
		return int(flt(self.row.qty) / self.definition.units(self.row.uom))


def package_rows(invoice: Document) -> list[PackageRow]:
	"""The rows of an invoice whose items are packages."""
	known = definitions_of(row.item_code for row in invoice.items)
	return [PackageRow(row, known[row.item_code]) for row in invoice.items if row.item_code in known]


def prepare_invoice(invoice: Document) -> None:
	"""Package rows are owed, not earned: they post to the liability, whatever the item says."""
	rows = package_rows(invoice)
	if not rows:
		return
	liability = accounts_of(invoice.company).package_liability
	for one in rows:
		one.row.income_account = liability
		one.row.enable_deferred_revenue = 0
		if invoice.is_return:
			continue
		if invoice.is_debit_note:
			refuse(Refusal("package_debit_note", "items", {"row": one.row.idx}), PackageRefused)
		_check_row(one)


def _check_row(one: PackageRow) -> None:
	if not one.definition.active:
		refuse(Refusal("package_inactive", "items", {"package": one.definition.name}), PackageRefused)
	units = one.definition.units(one.row.uom)
	whole = flt(one.row.qty) % units == 0 and one.row.qty > 0
	if not whole or (one.row.runbook_upgrade_of and one.count != 1):
		values = {"item": one.row.item_code, "size": units}
		refuse(Refusal("package_quantity", "items", values), PackageRefused)


def sell_invoice(invoice: Document) -> list[str]:
	"""Open the packages of a submitted invoice; gives their numbers."""
	rows = package_rows(invoice)
	if not rows:
		return []
	worth = sum((base_amount(invoice, one.row) for one in rows), NOTHING)
	check_posted(invoice, worth)
	sold = []
	for one in rows:
		packages = list(_sell_row(invoice, one))
		sold += packages
		if len(packages) == 1:
			one.row.db_set("runbook_customer_package", packages[0], update_modified=False)
	return sold


def check_posted(invoice: Document, worth: Decimal) -> None:
	"""What the invoice posted to the liability is what its packages are worth; raises PackageRefused otherwise."""
	account = accounts_of(invoice.company).package_liability
	entries = frappe.get_all(
		"GL Entry",
		{"voucher_type": invoice.doctype, "voucher_no": invoice.name, "account": account, "is_cancelled": 0},
		["debit", "credit"],
		order_by="name asc",
	)
	posted = sum((Decimal(str(row.credit)) - Decimal(str(row.debit)) for row in entries), NOTHING)
	if posted != worth:
		values = {"posted": posted, "account": account, "worth": worth}
		refuse(Refusal("package_not_posted", "items", values), PackageRefused)


def base_amount(invoice: Document, row: Document) -> Decimal:
	"""What ERPNext posts for a row, without tax, in the company's currency."""
	discounts = cint(frappe.db.get_single_value("Selling Settings", "enable_discount_accounting", cache=True))
	amount = invoice.get_amount_and_base_amount(row, discounts)[1]
	return Decimal(str(flt(amount, row.precision("base_net_amount"))))


def _sell_row(invoice: Document, one: PackageRow) -> Iterator[str]:
	definition = frappe.get_cached_doc("Service Package", one.definition.name)
	terms = terms_of(definition, invoice.selling_price_list)
	if isinstance(terms, Refusal):
		refuse(terms, PackageRefused)
	before = _upgraded(invoice, one)
	for base in allocate(base_amount(invoice, one.row), [Decimal(1)] * one.count):
		empty = Holding(
			customer=invoice.customer,
			company=invoice.company,
			currency=frappe.get_cached_value("Company", invoice.company, "default_currency"),
			terms=terms,
			sold_on=getdate(invoice.posting_date),
			expires_on=last_day(terms, getdate(invoice.posting_date)),
		)
		credit = before.credit if before else NOTHING
		movement = sell(terms, base + credit, (Funding(invoice.name, one.row.name, base),) if base else ())
		movement = replace(movement, value=base)
		package = open_package(
			empty,
			definition,
			{
				"sales_invoice": invoice.name,
				"sales_invoice_item": one.row.name,
				"came_from": before.package.name if before else None,
				"price_net": base + credit,
				"sessions_sold": len(movement.sessions),
				"face_sold": movement.face,
				"session_values": [
					[one.number, list(one.services), str(one.paid)] for one in movement.sessions
				],
			},
		)
		voucher = {"voucher_type": invoice.doctype, "voucher_no": invoice.name}
		record(package, movement, empty.sold_on, booking=invoice.get("runbook_booking"), **voucher)
		if before:
			_bring_along(invoice, package, before)
		yield package.name


def open_package(empty: Holding, definition: Document, values: dict) -> Package:
	"""Insert a Customer Package that holds nothing yet."""
	doc = frappe.new_doc("Customer Package")
	doc.update(
		{
			**values,
			**holding_columns(empty),
			"session_values": frappe.as_json(values.get("session_values"), indent=None),
			"customer": empty.customer,
			"customer_name": frappe.db.get_value("Customer", empty.customer, "customer_name"),
			"package": definition.name,
			"company": empty.company,
			"currency": empty.currency,
			"kind": str(empty.terms.kind),
			"sold_on": empty.sold_on,
			"terms": write_terms(empty.terms),
			"breakage": definition.breakage,
			"shareable": definition.shareable,
			"transferable": definition.transferable,
		}
	)
	doc.flags.by_engine = True
	doc.insert(ignore_permissions=True)
	return Package(
		doc.name,
		doc.package,
		doc.sales_invoice,
		bool(definition.transferable),
		bool(definition.shareable),
		empty,
	)


# -- upgrades: the package before is counted towards the new one


@dataclass(frozen=True)
class Before:
	"""The package that is upgraded, what the customer is credited for it, and its row in the ledger."""

	package: Package
	credit: Decimal
	owed: Decimal
	usage: str
	funding: tuple[Funding, ...]


def _upgraded(invoice: Document, one: PackageRow) -> Before | None:
	name = one.row.runbook_upgrade_of
	if not name:
		return None
	package = lock_packages({name}).get(name)
	if package is None:
		refuse(Refusal("package_unknown", "items", {"package": name}), PackageRefused)
	movement = decided(take(package.holding, UsageKind.UPGRADE))
	counted = Decimal(str(flt(one.row.runbook_upgrade_credit, 2)))
	if -movement.paid != counted:
		values = {"row": one.row.idx, "now": -movement.paid, "before": counted}
		refuse(Refusal("package_upgrade_stale", "items", values), PackageRefused)
	usage = record(
		package,
		movement,
		getdate(invoice.posting_date),
		voucher_type=invoice.doctype,
		voucher_no=invoice.name,
	)
	return Before(package, counted, -movement.value, usage, movement.funding)


def _bring_along(invoice: Document, new: Package, before: Before) -> None:
	"""Add what was left of the old package to the new one; breakage recognised on it too early is taken back."""
	package = lock_packages({new.name})[new.name]
	usage = record(
		package,
		top_up(before.credit, before.funding),
		getdate(invoice.posting_date),
		voucher_type=invoice.doctype,
		voucher_no=invoice.name,
		counterpart=before.usage,
	)
	set_counterpart(before.usage, usage)
	accounts = accounts_of(invoice.company)
	early = before.credit - before.owed
	lines = ((accounts.package_breakage_income, early), (accounts.package_liability, -early))
	posting = Posting(getdate(invoice.posting_date), usage, f"{before.package.name} upgraded to {new.name}")
	post_entry(accounts, lines, posting)
