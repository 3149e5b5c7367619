"""Make the demo business's records: each once, whatever is there already stays."""

import frappe

from . import business
from .packages import make_packages


def make_business() -> None:
	"""Settings, people, services, stock, customers and packages."""
	_settings()
	_territories()
	for skill, description in business.SKILLS.items():
		_once("Service Skill", skill, {"skill": skill, "description": description})
	_front_desk()
	_materials()
	for row in business.RESOURCES:
		_resource(row)
	for row in sorted(business.SERVICES, key=lambda row: bool(row.get("add_ons"))):
		_service(row)
	for row in business.CUSTOMERS:
		_customer(row)
	make_packages(company())


def company() -> str:
	"""Whose business the demo is: the site's company."""
	name = frappe.defaults.get_global_default("company") or frappe.db.get_value("Company", {}, "name")
	if not name:
		frappe.throw(frappe._("Company: there is none. Run ERPNext's setup wizard first."))
	return name


def _once(doctype: str, name: str, values: dict) -> str:
	if frappe.db.exists(doctype, name):
		return name
	return frappe.get_doc({"doctype": doctype, **values}).insert().name


def _settings() -> None:
	settings = frappe.get_doc("Runbook Settings")
	settings.company = settings.company or company()
	settings.company_phone = settings.company_phone or business.PHONE
	settings.review_link = settings.review_link or business.REVIEW_LINK
	settings.save()


def _territories() -> None:
	root = frappe.db.get_value("Territory", {"parent_territory": ("in", ("", None)), "is_group": 1}, "name")
	for name in business.TERRITORIES:
		_once("Territory", name, {"territory_name": name, "parent_territory": root})


def _front_desk() -> None:
	_once(
		"User",
		business.FRONT_DESK["email"],
		{
			**business.FRONT_DESK,
			"send_welcome_email": 0,
			"user_type": "System User",
			"roles": [{"role": role} for role in business.FRONT_DESK_ROLES],
		},
	)


def _item(code: str, name: str, price: float, stock: bool) -> None:
	group = frappe.db.get_value("Item Group", {"is_group": 0, "name": "Products" if stock else "Services"})
	group = group or frappe.db.get_value("Item Group", {"is_group": 0}, "name", order_by="lft asc")
	values = {"item_code": code, "item_name": name, "item_group": group, "stock_uom": "Nos"}
	_once(
		"Item", code, {**values, "is_stock_item": int(stock), "valuation_rate": price * 0.6 if stock else 0}
	)
	price_list = frappe.db.get_single_value("Selling Settings", "selling_price_list") or "Standard Selling"
	if not frappe.db.exists("Item Price", {"item_code": code, "price_list": price_list}):
		frappe.get_doc(
			{"doctype": "Item Price", "item_code": code, "price_list": price_list, "price_list_rate": price}
		).insert()


def _materials() -> None:
	for row in business.MATERIALS:
		_item(row["code"], row["name"], row["price"], stock=True)
	codes = [row["code"] for row in business.MATERIALS]
	if frappe.db.exists("Stock Ledger Entry", {"item_code": ("in", codes)}):
		return
	entry = frappe.new_doc("Stock Entry")
	entry.update({"stock_entry_type": "Material Receipt", "company": company()})
	for row in business.MATERIALS:
		entry.append(
			"items",
			{
				"item_code": row["code"],
				"qty": row["on_hand"],
				"t_warehouse": _warehouse(),
				"basic_rate": row["price"] * 0.6,
			},
		)
	entry.insert()
	entry.submit()


def _warehouse() -> str:
	default = frappe.db.get_single_value("Stock Settings", "default_warehouse")
	if default and frappe.get_cached_value("Warehouse", default, "company") == company():
		return default
	filters = {"company": company(), "is_group": 0, "disabled": 0}
	return frappe.db.get_value("Warehouse", filters, "name", order_by="lft asc")


def _resource(row: dict) -> None:
	hours = [
		{"weekday": weekday, "starts_at": opens, "ends_at": closes}
		for weekday in business.WEEK
		for opens, closes in row.get("hours", ())
	]
	values = {
		"resource_name": row["name"],
		"kind": row.get("kind", "Person"),
		"company": company(),
		"email": row.get("email"),
		"mobile": row.get("mobile"),
		"skills": [{"skill": skill} for skill in row.get("skills", ())],
		"members": [{"resource": name} for name in row.get("members", ())],
		"hours": hours,
	}
	_once("Service Resource", row["name"], values)


def _service(row: dict) -> None:
	_item(row["code"], row["name"], row["price"], stock=False)
	values = {
		"service_name": row["name"],
		"item": row["code"],
		"job_type": row["job_type"],
		"duration_minutes": row["minutes"],
		"buffer_before_minutes": row.get("before", 0),
		"buffer_after_minutes": row.get("after", 0),
		"min_notice_minutes": 120,
		"booking_horizon_days": 90,
		"rebook_after_days": row.get("rebook", 0),
		"needs_address": int(not row.get("at_ours")),
		"capacity": row.get("seats", 1),
		"add_ons": [{"service": name} for name in row.get("add_ons", ())],
		"outdoor": row.get("outdoor", 0),
		"scope": row["scope"],
		"prep_instructions": row.get("prep"),
		"requirements": [
			{"kind": kind, "skill": skill, "resource": resource, "quantity": 1}
			for kind, skill, resource in row["needs"]
		],
		"materials": [{"item": item, "qty": qty} for item, qty in row.get("materials", ())],
		"checklist": [{"title": title} for title in row.get("checklist", ())],
	}
	_once("Bookable Service", row["name"], values)


def _customer(row: dict) -> None:
	if frappe.db.exists("Customer", {"customer_name": row["name"]}):
		return
	group = "Commercial" if row.get("company") else "Individual"
	if not frappe.db.exists("Customer Group", group):
		group = frappe.db.get_value("Customer Group", {"is_group": 0}, "name", order_by="lft asc")
	customer = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": row["name"],
			"customer_type": "Company" if row.get("company") else "Individual",
			"customer_group": group,
			"territory": row["territory"],
			"email_id": row["email"],
			"mobile_no": row["mobile"],
		}
	).insert()
	if row["street"]:
		frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": row["name"],
				"address_type": "Billing",
				"address_line1": row["street"],
				"city": row["city"],
				"state": "California",
				"pincode": "93611",
				"country": "United States",
				"links": [{"link_doctype": "Customer", "link_name": customer.name}],
			}
		).insert()
