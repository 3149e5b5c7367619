"""Bookable services as the core wants them."""

from dataclasses import dataclass
from datetime import timedelta

import frappe

from ..core.eligibility import Requirement


@dataclass(frozen=True)
class Service:
	"""A bookable service; spans are timedeltas."""

	name: str
	item: str
	active: bool
	duration: timedelta
	buffer_before: timedelta
	buffer_after: timedelta
	min_notice: timedelta
	booking_horizon: timedelta | None
	requirements: tuple[Requirement, ...]


def load_service(name: str) -> Service | None:
	"""The service, or None when there is none of that name. Answered from the document cache."""
	if not name or not frappe.db.exists("Bookable Service", name):
		return None
	doc = frappe.get_cached_doc("Bookable Service", name)
	requirements = tuple(
		Requirement(row.kind, row.skill or None, row.resource or None, row.quantity or 1)
		for row in doc.requirements
	)
	return Service(
		name=doc.name,
		item=doc.item,
		active=bool(doc.active),
		duration=timedelta(minutes=doc.duration_minutes),
		buffer_before=timedelta(minutes=doc.buffer_before_minutes or 0),
		buffer_after=timedelta(minutes=doc.buffer_after_minutes or 0),
		min_notice=timedelta(minutes=doc.min_notice_minutes or 0),
		booking_horizon=timedelta(days=doc.booking_horizon_days) if doc.booking_horizon_days else None,
		requirements=requirements or (Requirement("Person", None, None, 1),),
	)
