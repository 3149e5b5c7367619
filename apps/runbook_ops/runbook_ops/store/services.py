"""Bookable services as the core wants them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import frappe

from ..core.eligibility import ANYBODY, Requirement
from ..derived import of_document

NOBODYS = ""


@dataclass(frozen=True)
class Service:
	"""A bookable service; spans are timedeltas.

	`durations`: (resource, variant) -> how long it takes then, with an empty text for anyone and any variant.
	`capacity` above 1 makes it a class; `add_ons` are services that may follow in the same visit.
	"""

	name: str
	item: str
	active: bool
	duration: timedelta
	buffer_before: timedelta
	buffer_after: timedelta
	min_notice: timedelta
	booking_horizon: timedelta | None
	requirements: tuple[Requirement, ...]
	durations: Mapping[tuple[str, str], timedelta] = field(default_factory=dict)
	grid: int = 15
	capacity: int = 1
	online: bool = True
	needs_address: bool = False
	outdoor: bool = False
	territories: frozenset[str] = frozenset()
	add_ons: tuple[str, ...] = ()
	booking_policy: str | None = None
	chain: str | None = None

	def lasts(self, variant: str | None = None) -> timedelta:
		"""How long it takes with somebody for whom nothing else is said."""
		return self.durations.get((NOBODYS, variant or ""), self.duration)

	def lasts_with(self, variant: str | None = None) -> Mapping[str, timedelta]:
		"""How long it takes with those for whom something else is said: their time for the variant, else for any."""
		own = {name: span for (name, what), span in self.durations.items() if name and not what}
		for (name, what), span in self.durations.items():
			if name and variant and what == variant:
				own[name] = span
		return own


@dataclass(frozen=True)
class WantedPart:
	"""One service of a wanted visit.

	`only` narrows the choice to these resources, and leaves the choice of what is of another kind; `duration` is what was
	agreed on, whoever does it.
	"""

	service: Service
	only: tuple[str, ...] = ()
	variant: str | None = None
	duration: timedelta | None = None

	@property
	def lasts(self) -> timedelta:
		"""How long it takes with somebody for whom nothing else is said."""
		return self.duration or self.service.lasts(self.variant)

	@property
	def lasts_with(self) -> Mapping[str, timedelta]:
		"""How long it takes with those for whom something else is said."""
		return {} if self.duration else self.service.lasts_with(self.variant)


def load_service(name: str) -> Service | None:
	"""The service, or None when there is none of that name. Answered from the document cache."""
	if not name:
		return None
	try:
		return of_document("Bookable Service", name, _service)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		return None


def _service(doc) -> Service:
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
		requirements=requirements or (ANYBODY,),
		durations={
			(row.resource or NOBODYS, row.variant or ""): timedelta(minutes=row.duration_minutes)
			for row in doc.durations
		},
		grid=doc.slot_grid_minutes or 15,
		capacity=max(doc.capacity or 1, 1),
		online=bool(doc.online),
		needs_address=bool(doc.needs_address),
		outdoor=bool(doc.outdoor),
		territories=frozenset(row.territory for row in doc.territories),
		add_ons=tuple(row.service for row in doc.add_ons),
		booking_policy=doc.booking_policy or None,
		chain=doc.chain or None,
	)
