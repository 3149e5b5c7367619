"""Give a booking to somebody else, or another place: by hand and by a move on the board, through the booking's own save."""

from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.eligibility import Resources, check_choice, claimed_resources
from ..core.refusal import Refusal
from ..core.timeline import MINUTE
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import from_site, to_site
from ..store.resources import load_facts
from ..store.services import WantedPart
from .find_slots import find_slots
from .lay_out_visit import resources_of, service_named
from .rank_candidates import DOERS


def book_with(values: dict, resource: str | None, confirm: bool = False) -> str:
	"""A new booking with this resource, and whoever is free for what else the service needs; gives its number."""
	status = BookingStatus.CONFIRMED if confirm else BookingStatus.REQUESTED
	doc = frappe.get_doc({**values, "doctype": "Service Booking", "status": status})
	if resource:
		_replace(doc, resource, None)
	return doc.insert().name


def assign_booking(booking: str, resource: str) -> None:
	"""Give the booking to this person or crew, in the place of whoever has it; its time stays."""
	move_booking(booking, None, resource, None)


def move_booking(
	booking: str, starts_at: datetime | None, onto: str | None, off: str | None, confirm: bool = False
) -> None:
	"""Move a booking in time (aware), from one resource to another, or both; whole or not at all.

	`off` may be one of a crew's people, whose crew then gives its place. Raises what saving the booking raises.
	"""
	doc = frappe.get_doc("Service Booking", booking)
	if starts_at:
		doc.starts_at = to_site(starts_at)
	if onto:
		_replace(doc, onto, off)
	if confirm:
		doc.status = BookingStatus.CONFIRMED
	doc.save()


def _replace(doc: Document, onto: str, off: str | None) -> None:
	resources = load_facts()
	if onto not in resources:
		refuse(Refusal("unknown_resource", "resources", {"resource": onto}), BookingRefused)
	leaving = _who_leaves(doc, onto, off, resources)
	if onto == leaving or (leaving is None and onto in resources_of(doc)):
		return
	if onto in resources_of(doc):
		refuse(Refusal("assigned_already", "resources", {"resource": onto}), BookingRefused)
	newcomer = {"resource": onto, "kind": resources[onto].kind}
	if leaving is None:
		doc.append("resources", newcomer)
	else:
		_hand_over(doc, leaving, newcomer)
	_fill_up(doc, resources)


def _hand_over(doc: Document, leaving: str, newcomer: dict) -> None:
	for row in doc.resources:
		if row.resource == leaving:
			row.update(newcomer)
	for part in doc.services:
		if part.resource == leaving:
			part.resource = newcomer["resource"]


def _who_leaves(doc: Document, onto: str, off: str | None, resources: Resources) -> str | None:
	"""Whose place it is: of him who is dragged from, or his crew; without one of the first who is of the same kind."""
	same = DOERS if resources[onto].kind in DOERS else (resources[onto].kind,)
	for name in resources_of(doc):
		if off in claimed_resources((name,), resources) if off else resources[name].kind in same:
			return name
	return None


def _fill_up(doc: Document, resources: Resources) -> None:
	"""What the service needs beside those who are named, such as a room, is whatever is free then."""
	service = service_named(doc.service)
	chosen = resources_of(doc)
	if doc.services or not doc.starts_at or check_choice(chosen, service.requirements, resources) is None:
		return
	start = from_site(doc.starts_at)
	wanted = [WantedPart(service, chosen)]
	found = find_slots(wanted, start, start + MINUTE, apart_from=doc.name, limit=1, grid=1)
	if found and set(chosen) <= set(found[0].resources):
		doc.set(
			"resources", [{"resource": name, "kind": resources[name].kind} for name in found[0].resources]
		)
