"""Create what an import's bookings and sales refer to: items, services, skills, staff, customers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import strip_html
from frappe.utils.nestedset import get_root_of

from ..core.hours import WEEKDAYS
from ..core.imports.problems import Problem, Severity
from ..core.imports.salon_plan import ProductPlan, ServicePlan, StaffPlan
from ..core.imports.salon_rows import BOOKINGS, PRODUCTS, SERVICES, WALK_IN
from ..store.imported import known_by_id, known_names

NO_CATEGORY = "MISC"


class NotSaved(Exception):
	"""A record that ERPNext refuses; `problem` tells the row that it came from."""

	def __init__(self, problem: Problem) -> None:
		super().__init__(problem.text)
		self.problem = problem


@dataclass(frozen=True)
class Created:
	"""The site's names of an import's records by their codes in the files, and the documents that are new."""

	names: Mapping[str, str]
	new: tuple[Document, ...] = ()


def create_item_groups(categories: Collection[str]) -> Created:
	"""An Item Group under the root for each category that has none."""
	wanted = {category: (category or NO_CATEGORY).title() for category in categories}
	known = known_names("Item Group", wanted.values())
	root = get_root_of("Item Group")
	new = [
		_insert({"doctype": "Item Group", "item_group_name": group, "parent_item_group": root}, SERVICES)
		for group in sorted(set(wanted.values()))
		if group.upper() not in known
	]
	return Created(wanted, tuple(new))


def create_service_items(services: Sequence[ServicePlan], groups: Mapping[str, str]) -> Created:
	"""A sales item without stock for each service, and its price where it has one; by service code."""

	def fields(service: ServicePlan) -> dict[str, Any]:
		return {
			"item_code": service.code,
			"item_name": service.name,
			"item_group": groups[service.category],
			"is_stock_item": 0,
			"is_purchase_item": 0,
		}

	return _create_items(SERVICES, "service", services, lambda service: service.code, fields)


def create_product_items(products: Sequence[ProductPlan], groups: Mapping[str, str]) -> Created:
	"""A stock item for each product, its price, and its cost as valuation rate; no stock is posted. By item code."""

	def fields(product: ProductPlan) -> dict[str, Any]:
		return {
			"item_code": product.item_code,
			"item_name": product.name,
			"item_group": groups[product.category],
			"is_stock_item": 1,
			"valuation_rate": product.cost,
		}

	return _create_items(PRODUCTS, "product", products, lambda product: product.item_code, fields)


def _create_items(
	file: str,
	kind: str,
	plans: Sequence[Any],
	code_of: Callable[..., str],
	fields_of: Callable[..., dict[str, Any]],
) -> Created:
	"""Items that are there, under our ID or the same code, are taken as they are."""
	ids = {f"salon:{kind}:{code_of(plan)}": code_of(plan) for plan in plans}
	by_id = known_by_id("Item", ids, "runbook_external_id")
	names = {ids[external_id]: name for external_id, name in by_id.items()}
	by_code = known_names("Item", [code for code in ids.values() if code not in names])
	names |= {code: code for code in ids.values() if code in by_code}
	price_list, uom = _selling_price_list(), _stock_uom()
	new = []
	for plan in plans:
		code = code_of(plan)
		if code in names:
			continue
		item = {
			"doctype": "Item",
			"stock_uom": uom,
			"include_item_in_manufacturing": 0,
			"disabled": int(not plan.active),
			"runbook_external_id": f"salon:{kind}:{code}",
			**fields_of(plan),
		}
		document = _insert(item, file, plan.row)
		new.append(document)
		names[code] = document.name
		if plan.price and price_list:
			price = {"doctype": "Item Price", "item_code": document.name, "price_list": price_list}
			_insert({**price, "price_list_rate": plan.price}, file, plan.row)
	return Created(names, tuple(new))


def create_skills(skills: Collection[str]) -> Created:
	"""A Service Skill for each that is not there yet."""
	known = known_names("Service Skill", skills)
	new = [
		_insert({"doctype": "Service Skill", "skill": skill}, SERVICES)
		for skill in sorted(skills)
		if skill.upper() not in known
	]
	return Created({skill: skill for skill in skills}, tuple(new))


def create_services(services: Sequence[ServicePlan], items: Mapping[str, str]) -> Created:
	"""A Bookable Service for each item that has none; by service code."""
	rows = frappe.get_all(
		"Bookable Service",
		filters={"item": ("in", list(items.values()))},
		fields=["name", "item"],
		order_by=None,
	)
	by_item = {row.item: row.name for row in rows}
	names = {code: by_item[item] for code, item in items.items() if item in by_item}
	taken = known_names("Bookable Service", [service.name for service in services])
	new = []
	for service in services:
		if service.code in names:
			continue
		name = f"{service.name} ({service.code})" if service.name.upper() in taken else service.name
		need = {"kind": "Person", "skill": service.skill, "quantity": 1}
		document = _insert(
			{
				"doctype": "Bookable Service",
				"service_name": name,
				"item": items[service.code],
				"active": int(service.active),
				"job_type": (service.category or NO_CATEGORY).title(),
				"duration_minutes": int(service.duration.total_seconds() // 60),
				"requirements": [need] if service.skill else [],
			},
			SERVICES,
			service.row,
		)
		new.append(document)
		names[service.code] = document.name
	return Created(names, tuple(new))


def create_staff(staff: Sequence[StaffPlan], company: str) -> Created:
	"""A Service Resource for each staff code: people with hours and skills, the house as a room that is switched off."""
	known = known_names("Service Resource", [person.code for person in staff])
	new = [
		_insert(
			{
				"doctype": "Service Resource",
				"resource_name": person.code,
				"kind": "Person" if person.is_person else "Room",
				"active": int(person.is_person),
				"company": company,
				"skills": [{"skill": skill} for skill in person.skills],
				"hours": [
					{"weekday": WEEKDAYS[shift.weekday], "starts_at": shift.start, "ends_at": shift.end}
					for shift in person.hours
				],
			},
			BOOKINGS,
		)
		for person in staff
		if person.code not in known
	]
	return Created({person.code: person.code for person in staff}, tuple(new))


def create_customers(codes: Sequence[str]) -> Created:
	"""A Customer for each client code that has none. The files tell no names, so the code is the name."""
	ids = {f"salon:client:{code}": code for code in codes}
	by_id = known_by_id("Customer", ids, "runbook_external_id")
	names = {ids[external_id]: name for external_id, name in by_id.items()}
	group = "Individual" if frappe.db.exists("Customer Group", "Individual") else None
	new = []
	for external_id, code in ids.items():
		if code in names:
			continue
		customer = {
			"doctype": "Customer",
			"customer_name": "Walk-in" if code == WALK_IN else code,
			"customer_type": "Individual",
			"runbook_external_id": external_id,
		}
		document = _insert({**customer, "customer_group": group} if group else customer, BOOKINGS)
		new.append(document)
		names[code] = document.name
	return Created(names, tuple(new))


def _insert(fields: dict[str, Any], file: str, row: int | None = None) -> Document:
	"""Insert a document through ERPNext's own checks. Raises NotSaved with the row that it came from."""
	document = frappe.new_doc(fields["doctype"])
	document.update(fields)
	try:
		return document.insert(ignore_permissions=True)
	except frappe.ValidationError as error:
		told = f"{document.doctype} {document.get_title() or ''}: {strip_html(str(error))}"
		raise NotSaved(
			Problem(Severity.FILE, "import_not_saved", file, row, None, {"error": told})
		) from error


def _selling_price_list() -> str | None:
	chosen: str | None = frappe.db.get_single_value("Selling Settings", "selling_price_list")
	return chosen or frappe.db.get_value("Price List", {"selling": 1, "enabled": 1})


def _stock_uom() -> str:
	return frappe.db.get_single_value("Stock Settings", "stock_uom") or "Nos"
