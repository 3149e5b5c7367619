"""Rehearse a chain on a site's own bookings: in memory, on a simulated clock, with no effect outside and no row written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

import frappe

from ..core.booking import BookingStatus
from ..core.chains.compare import compare_chains
from ..core.chains.spec import ChainSpec
from ..core.eligibility import Requirement
from ..core.hours import Shift
from ..core.refusal import Refusal
from ..errors import ChainRefused
from ..messages import refuse
from ..rehearsal import business as staged
from ..rehearsal.bookings import Happening, Row
from ..rehearsal.compare import compare_worlds, render_comparison
from ..rehearsal.engine import rehearse
from ..rehearsal.figures import count
from ..rehearsal.page import render_page
from ..rehearsal.world import World
from ..site_time import from_site, from_utc, site_zone, utc_now
from ..store import rehearsals
from ..store.chain_versions import load_spec
from ..store.channel_settings import set_up_channels
from ..store.office import opening_hours, quiet_hours
from ..store.pictures import zone_of_country
from ..store.resources import load_facts
from .open_task import people_of

MOST_BOOKINGS = 200
ALWAYS_OPEN = tuple(Shift(weekday, time(0), time(0)) for weekday in range(7))
"""A rehearsal of a chain is about its steps: the calendar has judged these bookings before."""

ROLES = ("Runbook Front Desk", "Runbook Manager", "Runbook Technician")
AFTERWARDS = {
	"": None,
	"moved": Happening.RESCHEDULE,
	"cancelled": Happening.CANCEL,
	"no_show": Happening.NO_SHOW,
}


@dataclass(frozen=True)
class StagedBooking:
	"""A booking that is made up for the rehearsal; `start` is aware, `afterwards` a key of AFTERWARDS."""

	service: str
	start: datetime
	customer: str
	email: str = ""
	resource: str = ""
	address: str = ""
	afterwards: str = ""


def page_of_rehearsal(spec: ChainSpec, story: Sequence[Row]) -> str:
	"""The rehearsal of a story with this chain among the published ones, as an HTML page that stands alone."""
	world = _rehearse(spec, story)
	return render_page(world, count(world))


def page_of_comparison(draft: ChainSpec, published: ChainSpec, story: Sequence[Row]) -> str:
	"""What the draft would do otherwise than the published version, in its steps and for each booking of a story."""
	before, after = _rehearse(published, story), _rehearse(draft, story)
	return render_comparison(
		draft.title, compare_chains(published, draft), compare_worlds(before, after), after
	)


def story_of_last(days: int) -> tuple[Row, ...]:
	"""What happened to the bookings that were confirmed in the last days; raises ChainRefused when there are none."""
	names = rehearsals.confirmed_since(utc_now() - timedelta(days=days), MOST_BOOKINGS)
	rows = [row for booking in rehearsals.stories_of(names) for row in _rows_of(booking)]
	if not rows:
		refuse(Refusal("nothing_to_rehearse", "days", {"days": days}), ChainRefused)
	return tuple(sorted(rows, key=lambda row: row.at))


def story_of_one(booking: str) -> tuple[Row, ...]:
	"""What happened to one booking, from its confirmation on."""
	return tuple(row for found in rehearsals.stories_of((booking,)) for row in _rows_of(found))


def story_of_staged(booking: StagedBooking) -> tuple[Row, ...]:
	"""A made-up booking, and what happens to it the day before its visit."""
	if booking.afterwards not in AFTERWARDS:
		known = ", ".join(filter(None, AFTERWARDS))
		values = {"field": "afterwards", "value": booking.afterwards, "known": known}
		refuse(Refusal("choice_unknown", "afterwards", values), ChainRefused)
	now = utc_now()
	if booking.start <= now:
		refuse(Refusal("in_the_past", "starts_at", {"start": booking.start}), ChainRefused)
	booked = Row(
		line=1,
		at=now,
		event=Happening.BOOK,
		ref="staged",
		customer=booking.customer,
		email=booking.email,
		service=booking.service,
		start=booking.start,
		resources=(booking.resource,) if booking.resource else (),
		address=booking.address,
		source="rehearsal",
	)
	event = AFTERWARDS[booking.afterwards]
	if event is None:
		return (booked,)
	late = booking.start + timedelta(minutes=30)
	before = max(booking.start - timedelta(days=1), now + timedelta(minutes=1))
	at = late if event is Happening.NO_SHOW else min(before, booking.start)
	moved_to = booking.start + timedelta(days=7) if event is Happening.RESCHEDULE else None
	return (booked, Row(line=2, at=at, event=event, ref="staged", start=moved_to))


def _rows_of(booking: frappe._dict) -> list[Row]:
	start, end = from_utc(booking.starts_at_utc), from_utc(booking.ends_at_utc)
	confirmed = from_site(booking.confirmed_at or booking.creation)
	booked = Row(
		line=1,
		at=min(confirmed, start - timedelta(minutes=1)),
		event=Happening.BOOK,
		ref=booking.name,
		customer=booking.customer_name or booking.name,
		email=booking.email or "",
		mobile=booking.mobile or "",
		service=booking.service,
		start=start,
		end=end,
		resources=booking.resources,
		address=booking.address or "",
		territory=booking.territory or "",
		access_notes=booking.access_notes or "",
		source=booking.source or "",
		opportunity=booking.opportunity or "",
		notes=booking.notes or "",
		zone=booking.own_zone or zone_of_country(booking.country) or "",
	)
	ends = {
		BookingStatus.CANCELLED: (Happening.CANCEL, booking.cancelled_at),
		BookingStatus.COMPLETED: (Happening.DONE, booking.completed_at),
		BookingStatus.NO_SHOW: (Happening.NO_SHOW, None),
	}
	event, stamp = ends.get(booking.status, (None, None))
	if event is None:
		return [booked]
	at = max(from_site(stamp) if stamp else end, booked.at + timedelta(minutes=1))
	return [booked, Row(line=2, at=at, event=event, ref=booking.name, notes=booking.cancel_reason or "")]


def _rehearse(spec: ChainSpec, story: Sequence[Row]) -> World:
	others = [load_spec(version) for version in rehearsals.active_versions()]
	chains = (*(other for other in others if other.code != spec.code), spec)
	return rehearse(_business({row.service for row in story if row.service}, chains), story)


def _business(services: set[str], chains: tuple[ChainSpec, ...]) -> staged.Business:
	settings = frappe.get_cached_doc("Runbook Settings")
	company = settings.company or frappe.defaults.get_global_default("company") or ""
	about = {name: frappe.get_cached_doc("Bookable Service", name) for name in sorted(services)}
	items = sorted({row.item for doc in about.values() for row in doc.materials})
	write_to = rehearsals.addresses_of_people()
	return staged.Business(
		company=company,
		zone=site_zone(),
		services={name: _service(doc) for name, doc in about.items()},
		resources={
			name: staged.Resource(facts, write_to.get(name, ""), ALWAYS_OPEN)
			for name, facts in load_facts().items()
		},
		team=_team(),
		stock={
			row.name: staged.StockItem(
				row.name, row.item_name, Decimal(str(row.qty)), row.stock_uom, row.lead_time_days or 0
			)
			for row in rehearsals.stock_of(items)
		},
		chains=chains,
		phone=settings.company_phone or "",
		currency=(company and frappe.get_cached_value("Company", company, "default_currency")) or "",
		review_link=settings.review_link or "",
		channels=set_up_channels(),
		opening=opening_hours(),
		quiet=quiet_hours(),
	)


def _service(doc) -> staged.Service:
	return staged.Service(
		name=doc.name,
		duration=timedelta(minutes=doc.duration_minutes),
		job_type=doc.job_type or "",
		requirements=tuple(
			Requirement(row.kind, row.skill or None, row.resource or None, row.quantity or 1)
			for row in doc.requirements
		),
		needs_address=bool(doc.needs_address),
		outdoor=bool(doc.outdoor),
		scope=frappe.utils.strip_html(doc.scope or ""),
		prep_instructions=doc.prep_instructions or "",
		materials=tuple(staged.MaterialUse(row.item, Decimal(str(row.qty))) for row in doc.materials),
		checklist=tuple(row.title for row in doc.checklist),
		rebook_after_days=doc.rebook_after_days or 0,
		chain=doc.chain or "",
	)


def _team() -> tuple[staged.Colleague, ...]:
	roles: dict[str, set[str]] = {}
	for role in ROLES:
		for person in people_of(role):
			roles.setdefault(person.user, set()).add(role)
	return tuple(staged.Colleague(name, frozenset(found)) for name, found in sorted(roles.items()))
