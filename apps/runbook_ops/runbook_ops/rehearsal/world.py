"""The store of a rehearsal: what the site keeps in its database, in dictionaries, with the same keys and the same limits."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..core.booking import BookingStatus
from ..core.chains.facts import BookingPicture, Material
from ..core.chains.spec import StepState
from ..core.chains.told import who_knows
from ..core.claims import buckets
from ..core.eligibility import ResourceFacts
from ..core.followups import TaskStatus
from ..core.hours import working_intervals
from ..core.routing import Person, choose_owner
from ..core.slots import Calendar
from ..core.timeline import Interval, from_minutes, merge
from .business import Business
from .records import Booking, Customer, Message, Order, Refused, Run, StepRun, Task

STANDING = (BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED)
NOBODY = "Owner of the business"
VISIT_LINK = "https://your-site.example/visit/THE-LINK"
"""Stands for the address that the site signs for each visit."""


class World:
	"""Everything that exists during a rehearsal."""

	def __init__(self, business: Business):
		self.business = business
		self.facts: Mapping[str, ResourceFacts] = {
			name: business.resources[name].facts for name in sorted(business.resources)
		}
		self.customers: dict[str, Customer] = {}
		self.bookings: dict[str, Booking] = {}
		self.refused: list[Refused] = []
		self.tasks: list[Task] = []
		self.outbox: list[Message] = []
		self.orders: list[Order] = []
		self.now = datetime.min.replace(tzinfo=UTC)
		self.opportunities: dict[str, str] = {}
		self.claims: dict[str, tuple[tuple[str, ...], Interval]] = {}
		self._buckets: dict[tuple[str, int], str] = {}
		self._used: dict[str, Decimal] = {}
		self._reserved: dict[tuple[str, str], Decimal] = {}

	# customers

	def customer(self, name: str, email: str, mobile: str) -> Customer:
		"""The customer with this e-mail address, or of this name when there is none; a new one when unknown."""
		customer = self.customers.setdefault(email.casefold() or name.casefold(), Customer(name))
		customer.email = email or customer.email
		customer.mobile = mobile or customer.mobile
		return customer

	# time

	def take(self, booking: str, resources: Iterable[str], span: Interval) -> tuple[str, ...]:
		"""Claim a span of UTC minutes on all the resources or none; gives those that are taken."""
		wanted = [(name, bucket) for name in resources for bucket in buckets(*span)]
		taken = {name for name, bucket in wanted if (name, bucket) in self._buckets}
		if taken:
			return tuple(sorted(taken))
		self._buckets.update(dict.fromkeys(wanted, booking))
		self.claims[booking] = (tuple(dict.fromkeys(name for name, _ in wanted)), span)
		return ()

	def release(self, booking: str) -> None:
		"""Give back all that a booking claims."""
		resources, span = self.claims.pop(booking, ((), (0, 0)))
		for name in resources:
			for bucket in buckets(*span):
				del self._buckets[name, bucket]

	def working(self, name: str, first: int, last: int) -> tuple[Interval, ...]:
		"""When a resource works in [first, last), in UTC minutes and a day around it, claims not counted."""
		resource = self.business.resources[name]
		zone = self.business.zone
		days = [
			from_minutes(first).astimezone(zone).date() - timedelta(days=1),
			from_minutes(last).astimezone(zone).date() + timedelta(days=1),
		]
		return working_intervals(resource.shifts, zone, days[0], days[1], resource.closed, resource.time_off)

	def calendars(self, first: int, last: int) -> dict[str, Calendar]:
		"""Every resource's working and claimed time in [first, last)."""
		busy: dict[str, list[Interval]] = {}
		for resources, span in self.claims.values():
			if span[0] < last and first < span[1]:
				for name in resources:
					busy.setdefault(name, []).append(span)
		return {
			name: Calendar(self.working(name, first, last), merge(busy.get(name, ()))) for name in self.facts
		}

	# stock

	def expected(self, item: str, booking: Booking) -> Decimal:
		"""What the stock is expected to hold of an item for a visit: arrived by its start, not used and not kept for others."""
		arriving = (
			order.qty for order in self.orders if order.item == item and order.arrives_at <= booking.start
		)
		kept = (
			qty for (name, other), qty in self._reserved.items() if name == item and other != booking.name
		)
		left = self.business.stock[item].qty - self._used.get(item, Decimal(0))
		return max(Decimal(0), left + sum(arriving, Decimal(0)) - sum(kept, Decimal(0)))

	def reserve(self, booking: Booking) -> None:
		"""Keep what the visit uses up."""
		for use in booking.service.materials:
			self._reserved[use.item, booking.name] = use.qty

	def free_stock(self, booking: Booking, used: bool) -> None:
		"""The visit no longer needs its materials; `used` says whether it has used them up."""
		for use in booking.service.materials:
			self._reserved.pop((use.item, booking.name), None)
			if used:
				self._used[use.item] = self._used.get(use.item, Decimal(0)) + use.qty

	# tasks

	def owner_for(self, role: str) -> str:
		"""Who gets a task of a role: the colleague with the fewest open ones, else the owner of the business."""
		people = [
			Person(each.name, open_tasks=sum(task.is_open and task.owner == each.name for task in self.tasks))
			for each in self.business.team
			if role in each.roles
		]
		return choose_owner((), people, NOBODY)

	def close_task(self, task: Task | None, outcome: str, now: datetime, done: bool = True) -> None:
		"""End an open task; a task that has ended stays as it is."""
		if task is not None and task.is_open:
			task.status = TaskStatus.DONE if done else TaskStatus.DISMISSED
			task.outcome, task.closed_at = outcome, now

	# pictures

	def runs(self) -> Iterable[Run]:
		"""Every run of every booking."""
		return (run for booking in self.bookings.values() for run in booking.runs)

	def human_steps(self, booking: Booking) -> list[tuple[Run, StepRun]]:
		"""The run and step of everything about a booking that waits for a person."""
		return [
			(run, step)
			for run in booking.runs
			for step in run.current.values()
			if step.state is StepState.HUMAN
		]

	def lead(self, booking: Booking) -> str | None:
		"""Who does the visit: the first person or crew."""
		return next((name for name in booking.resources if self.facts[name].kind in ("Person", "Crew")), None)

	def picture(self, booking: Booking) -> BookingPicture:
		"""The booking as it stands now, as the core's facts are made from it; an empty text is not known."""
		business, service, customer, job = self.business, booking.service, booking.customer, booking.job
		lead, past = (
			self.lead(booking),
			[each for each in self.bookings.values() if each.customer is customer],
		)
		visits = [
			each.start.astimezone(business.zone).date()
			for each in past
			if each.status is BookingStatus.COMPLETED
		]
		return BookingPicture(
			booking=booking.name,
			status=booking.status.value,
			customer=customer.name,
			customer_name=customer.name,
			service=service.name,
			service_name=service.name,
			start=booking.start,
			end=booking.end,
			customer_email=customer.email or None,
			customer_mobile=customer.mobile or None,
			customer_zone=customer.zone or None,
			customer_visits=customer.visits,
			contact=customer.name,
			source=booking.source or None,
			job_type=service.job_type or None,
			address=booking.address or None,
			needs_address=service.needs_address,
			access_notes=booking.access_notes or None,
			scope=service.scope or None,
			prep_instructions=service.prep_instructions or None,
			notes=booking.notes or None,
			price=service.price,
			currency=business.currency,
			resource=lead,
			technician_name=lead,
			technician_email=(business.resources[lead].email or None) if lead else None,
			territory=booking.territory or None,
			opportunity=booking.opportunity or None,
			company=business.company,
			company_phone=business.phone or None,
			review_link=business.review_link or None,
			visit_link=VISIT_LINK,
			job=job.name if job else None,
			job_status=job.status.value if job else None,
			job_completed_at=job.completed_at if job else None,
			rebook_after_days=service.rebook_after_days,
			outdoor=service.outdoor,
			moves=booking.revision,
			materials=tuple(self._material(booking, use.item, use.qty) for use in service.materials),
			checklist=service.checklist,
			booked_at=booking.requested_at,
			customer_no_shows=sum(each.status is BookingStatus.NO_SHOW for each in past),
			customer_cancellations=sum(each.status is BookingStatus.CANCELLED for each in past),
			customer_last_visit=max(visits, default=None),
			technician_jobs_that_day=self._visits_that_day(
				lead, booking.start.astimezone(business.zone).date()
			)
			if lead
			else 0,
			record=_record(booking),
			channels=business.channels,
			**self._trail(booking),
		)

	def _trail(self, booking: Booking) -> dict[str, Any]:
		"""What the chains have done for a booking that later steps ask for."""
		people = {name: self.business.resources[name].email for name in self.facts}
		current = {people[name] for name in booking.resources if people.get(name)}
		sent = [(message.to, message.recipient) for message in self.outbox if message.booking is booking]
		told = who_knows(sent, current)
		orders = [order for order in self.orders if order.booking is booking]
		found: dict[str, Any] = {
			"technician_told": told.now,
			"materials_requested": tuple(one.item for one in orders if one.arrives_at > self.now),
			"materials_ordered": tuple(one.item for one in orders if one.arrives_at <= self.now),
		}
		if told.lost:
			name = next((name for name, email in people.items() if email == told.lost), None)
			found |= {
				"previous_technician_lost": True,
				"previous_technician_name": name,
				"previous_technician_email": told.lost,
			}
		return found

	def _visits_that_day(self, lead: str, day: date) -> int:
		zone = self.business.zone
		return sum(
			lead in each.resources and each.start.astimezone(zone).date() == day
			for each in self.bookings.values()
			if each.status in STANDING
		)

	def _material(self, booking: Booking, item: str, qty: Decimal) -> Material:
		stock = self.business.stock[item]
		return Material(item, stock.item_name, qty, self.expected(item, booking), stock.unit)


def _record(booking: Booking) -> dict[str, object]:
	"""The fields of the booking's record that a rehearsal knows."""
	return {
		"name": booking.name,
		"status": booking.status.value,
		"customer": booking.customer.name,
		"customer_name": booking.customer.name,
		"service": booking.service.name,
		"source": booking.source or None,
		"territory": booking.territory or None,
		"access_notes": booking.access_notes or None,
		"notes": booking.notes or None,
		"opportunity": booking.opportunity or None,
	}
