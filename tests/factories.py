"""Valid records for tests on a site; a test states only what matters to it, all else is filled in.

	service = bookable_service(minutes=30, needs=["Person", "Room"])
	visit = booking(service=service, resources=[person(), room()])       # Confirmed, tomorrow or later
	asked = booking(status="Requested", starts_at=day(3, "14:00"))

Each factory inserts and gives the document. A record that another one needs is made on the way, or handed in as a document
or as its name. Further fields go in as keywords: `person(mobile="+1 555 0100")`. Names are unique, so factories can be
called as often as needed; nothing is committed. A customer or item of no particular kind is a spare one, see support/spares.py.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime
from tests.support import spares

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OPENS, CLOSES = "08:00", "18:00"
Record = Document | str


def stock_spares() -> None:
	"""Insert the spare records, and commit them; once a session."""
	spares.stock("Customer", _customer)
	spares.stock("Item", _item)


def unique(word: str) -> str:
	"""The word with an ending that no other record has."""
	return f"{word} {secrets.token_hex(4)}"


def insert(doctype: str, **values) -> Document:
	"""Insert a record from field values, whoever the user is."""
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def name_of(record: Record) -> str:
	"""The name of a record that was handed in as a document or as its name."""
	return record if isinstance(record, str) else record.name


# -- time


def day(ahead: int, at: str = "10:00") -> datetime:
	"""A site time `ahead` days from today: `day(3, "14:30")`."""
	return datetime.combine(now_datetime().date() + timedelta(days=ahead), time.fromisoformat(at))


def weekly_hours(
	opens: str = OPENS, closes: str = CLOSES, weekdays: Iterable[str] = WEEKDAYS
) -> list[dict[str, str]]:
	"""The same hours on each of the weekdays, for a resource."""
	return [{"weekday": weekday, "starts_at": opens, "ends_at": closes} for weekday in weekdays]


# -- the business


def company() -> str:
	"""The site's company."""
	return frappe.defaults.get_global_default("company") or frappe.get_all("Company", pluck="name")[0]


def warehouse() -> str:
	"""A warehouse of the company that can hold stock."""
	filters = {"company": company(), "is_group": 0, "disabled": 0}
	return frappe.get_all("Warehouse", filters, pluck="name", order_by="lft asc", limit=1)[0]


def user(*roles: str, **values) -> Document:
	"""A desk user with these roles."""
	values.setdefault("email", f"{secrets.token_hex(4)}@staff.example")
	values.setdefault("first_name", "Robin")
	return insert(
		"User",
		send_welcome_email=0,
		user_type="System User",
		roles=[{"role": role} for role in roles],
		**values,
	)


def api_token(login: Document) -> str:
	"""The Authorization header's value with which programs act as this user."""
	from frappe.core.doctype.user.user import generate_keys

	before = frappe.session.user
	frappe.set_user("Administrator")
	secret = generate_keys(login.name)["api_secret"]
	frappe.set_user(before)
	return f"token {frappe.db.get_value('User', login.name, 'api_key')}:{secret}"


# -- customers


def customer(email: str | None = "", **values) -> Document:
	"""A customer with an e-mail address, hence with a contact; `email=None` for one without."""
	spare = spares.take("Customer") if email == "" and not values else None
	return spare or _customer(email, **values)


def _customer(email: str | None = "", **values) -> Document:
	values.setdefault("customer_name", unique("Ada Vance"))
	values.setdefault("customer_type", "Individual")
	values.setdefault("customer_group", _leaf("Customer Group", "Individual"))
	values.setdefault("territory", _leaf("Territory"))
	if email is not None:
		values["email_id"] = email or f"{secrets.token_hex(5)}@customer.example"
	return insert("Customer", **values)


def address(of: Record, **values) -> Document:
	"""A customer's address."""
	given = {"address_line1": "12 Mill Lane", "city": "Concord", "country": "United States", **values}
	links = [{"link_doctype": "Customer", "link_name": name_of(of)}]
	return insert("Address", address_title=name_of(of), address_type="Billing", links=links, **given)


def opportunity(of: Record, **values) -> Document:
	"""A deal with a customer."""
	return insert(
		"Opportunity", opportunity_from="Customer", party_name=name_of(of), company=company(), **values
	)


def _leaf(doctype: str, wished: str = "") -> str:
	"""The wished record of a tree if the site has it, else its first leaf."""
	if wished and frappe.db.exists(doctype, {"name": wished, "is_group": 0}):
		return wished
	return frappe.get_all(doctype, {"is_group": 0}, pluck="name", order_by="lft asc", limit=1)[0]


# -- what is sold and used up


def item(price: float | None = None, **values) -> Document:
	"""An item that is no stock, with a selling price when one is given."""
	spare = None if values else spares.take("Item")
	doc = spare or _item(**values)
	if price is not None:
		insert("Item Price", item_code=doc.name, price_list=_selling_list(), price_list_rate=price)
	return doc


def _item(**values) -> Document:
	values.setdefault("item_code", unique("Item"))
	values.setdefault("item_group", _leaf("Item Group", "Services"))
	values.setdefault("stock_uom", "Nos")
	values.setdefault("is_stock_item", 0)
	return insert("Item", **values)


def material(in_stock: float = 0, **values) -> Document:
	"""A stock item, with so much of it in the warehouse."""
	values.setdefault("item_code", unique("Material"))
	doc = item(is_stock_item=1, item_group=_leaf("Item Group", "Consumable"), **values)
	if in_stock:
		row = {"item_code": doc.name, "qty": in_stock, "t_warehouse": warehouse(), "basic_rate": 1}
		insert("Stock Entry", stock_entry_type="Material Receipt", company=company(), items=[row]).submit()
	return doc


def _selling_list() -> str:
	return frappe.db.get_single_value("Selling Settings", "selling_price_list") or "Standard Selling"


# -- services and those who do them


def bookable_service(
	minutes: int = 60,
	price: float | None = 80,
	needs: Sequence[str | Mapping] = (),
	uses: Mapping[str, float] | None = None,
	checklist: Sequence[str] = (),
	**values,
) -> Document:
	"""A service that can be booked, with an item of its own.

	`needs`: kinds ("Person", "Room") or rows ({"kind": "Person", "skill": ...}), nothing is one person; `uses`: item -> quantity.
	"""
	values.setdefault("service_name", unique("Hair cut"))
	values.setdefault("item", item(price).name)
	return insert(
		"Bookable Service",
		duration_minutes=minutes,
		requirements=[{"kind": need} if isinstance(need, str) else dict(need) for need in needs],
		materials=[{"item": code, "qty": qty} for code, qty in (uses or {}).items()],
		checklist=[{"title": title} for title in checklist],
		**values,
	)


def skill(name: str | None = None) -> Document:
	"""A skill that people have and services ask for."""
	return insert("Service Skill", skill=name or unique("Colour"))


def resource(
	kind: str,
	skills: Iterable[Record] = (),
	territories: Iterable[str] = (),
	members: Iterable[Record] = (),
	**values,
) -> Document:
	"""A person, crew, room or piece of equipment, open 8:00 to 18:00 every day unless given other `hours`."""
	values.setdefault("resource_name", unique(kind))
	values.setdefault("hours", weekly_hours())
	return insert(
		"Service Resource",
		kind=kind,
		skills=[{"skill": name_of(one)} for one in skills],
		territories=[{"territory": one} for one in territories],
		members=[{"resource": name_of(one)} for one in members],
		**values,
	)


def person(**values) -> Document:
	"""Somebody who does visits and has an e-mail address."""
	values.setdefault("email", f"{secrets.token_hex(5)}@staff.example")
	return resource("Person", **values)


def crew(*members: Record, **values) -> Document:
	"""People who work together."""
	values.setdefault("email", f"{secrets.token_hex(5)}@staff.example")
	return resource("Crew", members=members, **values)


def room(**values) -> Document:
	"""A room."""
	return resource("Room", **values)


def time_off(of: Record, starts_at: datetime, ends_at: datetime, **values) -> Document:
	"""A stretch in which a resource is away, site time."""
	return insert("Resource Time Off", resource=name_of(of), starts_at=starts_at, ends_at=ends_at, **values)


# -- chains


def chain(steps: Sequence[Mapping], trigger: str = "booking_confirmed", **values) -> Document:
	"""A published chain with these steps, written as in the chain library; it runs for the services that name it.

	A step needs a `code` and an `action`: `chain([{"code": "job", "action": "create_job"}])`.
	"""
	from runbook_ops.operations.publish_chain import data_to_form, publish_chain

	rows = [{"title": step["code"].replace("_", " ").capitalize(), **step} for step in steps]
	form = data_to_form({"code": unique("chain"), "title": "A chain", "trigger": trigger, "steps": rows})
	doc = insert("Trigger Chain", **{"enabled": 1, "for_every_booking": 0, **form, **values})
	publish_chain(doc.name)
	return doc.reload()


def message(code: str = "message", **values) -> dict:
	"""A step that sends the customer a short message, for `chain`."""
	settings = {"subject": f"{code}: {{{{ visit_date }}}}", "body": "Hello {{ customer_first_name }}"}
	return {"code": code, "action": "send_message", "settings": settings, **values}


# -- bookings


def booking(
	status: str = "Confirmed",
	starts_at: datetime | str | None = None,
	service: Record | None = None,
	resources: Sequence[Record] | None = None,
	**values,
) -> Document:
	"""A booking for in three days at ten, with somebody of its own; `resources=[]` leaves the choice to the booking.

	A Confirmed one has claimed its time and planned its chain. `customer` can be handed in too.
	"""
	values["customer"] = name_of(values["customer"]) if "customer" in values else customer().name
	chosen = [person()] if resources is None else resources
	return insert(
		"Service Booking",
		status=status,
		starts_at=get_datetime(starts_at) if starts_at else day(3),
		service=name_of(service) if service else bookable_service().name,
		resources=[{"resource": name_of(one)} for one in chosen],
		**values,
	)


def visit(*services: Record | Mapping, **values) -> Document:
	"""A booking of several services in one visit: services, or rows (`{"service": cut, "resource": anna}`).

	Nobody is named unless a row asks for somebody.
	"""
	rows = [dict(one) if isinstance(one, Mapping) else {"service": one} for one in services]
	rows = [{key: getattr(value, "name", value) for key, value in row.items()} for row in rows]
	values.setdefault("resources", [])
	return booking(service=rows[0]["service"], services=rows, **values)


def class_session(
	starts_at: datetime | str | None = None,
	service: Record | None = None,
	resources: Sequence[Record] | None = None,
	seats: int = 8,
	**values,
) -> Document:
	"""A class for in three days at ten, led by somebody of its own; `seats` is what the service has."""
	chosen = [person()] if resources is None else resources
	return insert(
		"Class Session",
		starts_at=get_datetime(starts_at) if starts_at else day(3),
		service=name_of(service) if service else bookable_service(capacity=seats).name,
		resources=[{"resource": name_of(one)} for one in chosen],
		**values,
	)


def service_plan(
	service: Record | None = None, resources: Sequence[Record] | None = None, **values
) -> Document:
	"""A plan of weekly visits from in two days on at ten, with somebody of its own, booked three weeks ahead."""
	values["customer"] = name_of(values["customer"]) if "customer" in values else customer().name
	chosen = [person()] if resources is None else resources
	given = {"frequency": "Weekly", "starts_on": day(2).date(), "start_time": "10:00", "window_days": 21}
	return insert(
		"Service Plan",
		service=name_of(service) if service else bookable_service().name,
		resources=[{"resource": name_of(one)} for one in chosen],
		**{**given, **values},
	)


def holiday_list(*days: date) -> Document:
	"""A list of holidays, for a resource or the company."""
	dates = sorted(days)
	return insert(
		"Holiday List",
		holiday_list_name=unique("Holidays"),
		from_date=dates[0],
		to_date=dates[-1],
		holidays=[{"holiday_date": each, "description": "Closed"} for each in dates],
	)
