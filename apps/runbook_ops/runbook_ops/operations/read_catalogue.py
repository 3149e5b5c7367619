"""What customers can book by themselves, as the public page shows it."""

from collections.abc import Mapping
from decimal import Decimal

import frappe
from frappe.utils import getdate, strip_html

from ..core.eligibility import Resources
from ..site_time import site_zone, to_site, utc_now
from ..store.policies import policy_in_force
from ..store.prices import load_prices
from ..store.resources import load_facts
from ..store.services import Service, load_service
from .hold_slot import hold_time
from .offer_slots import MINUTE, contact_for_help, people_for

MOST_SERVICES = 300


def read_catalogue() -> dict:
	"""`services` in their order with people, add-ons and policy; `policies` by version; who the business is and its `zone`."""
	online = frappe.get_all(
		"Bookable Service",
		filters={"active": 1, "online": 1},
		pluck="name",
		order_by="service_name asc",
		limit=MOST_SERVICES,
	)
	main = [service for name in online if (service := load_service(name))]
	extra_names = {name for service in main for name in service.add_ons} - set(online)
	extras = [service for name in sorted(extra_names) if (service := load_service(name)) and service.active]
	company = frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	company = company or frappe.defaults.get_global_default("company")
	currency = company and frappe.get_cached_value("Company", company, "default_currency")
	today = getdate(to_site(utc_now()))
	prices = load_prices({service.item for service in (*main, *extras)}, None, company, today)
	people = load_facts()
	told = [_told(service, people, prices, service in main) for service in (*main, *extras)]
	return {
		"company": company,
		"contact": contact_for_help(),
		"zone": str(site_zone()),
		"currency": currency,
		"today": today.isoformat(),
		"hold_minutes": hold_time() // MINUTE,
		"services": told,
		"policies": _policies(main),
		"people": {name: name for service in told for name in service["people"]},
	}


def people_named() -> dict[str, str]:
	"""The people and crews whose names customers see."""
	return {
		name: name
		for name, facts in load_facts().items()
		if facts.kind in ("Person", "Crew") and facts.active
	}


def _told(service: Service, people: Resources, prices: Mapping[str, Decimal], main: bool) -> dict:
	doc = frappe.get_cached_doc("Bookable Service", service.name)
	policy = policy_in_force(service.name)
	return {
		"service": service.name,
		"title": doc.service_name,
		"about": strip_html(doc.public_description or ""),
		"minutes": service.lasts() // MINUTE,
		"amount": float(prices.get(service.item) or 0),
		"people": list(people_for(service, people)),
		"add_ons": [{"service": row.service, "note": row.note or ""} for row in doc.add_ons],
		"needs_address": service.needs_address,
		"seats": service.capacity if service.capacity > 1 else 0,
		"policy": policy.name if policy else "",
		"told": [
			{"title": row.title, "body": strip_html(row.body)}
			for row in doc.disclaimers
			if row.shown == "When booking"
		],
		"main": main,
	}


def _policies(services: list[Service]) -> dict[str, str]:
	found = (policy_in_force(service.name) for service in services)
	return {policy.name: policy.text for policy in found if policy}
