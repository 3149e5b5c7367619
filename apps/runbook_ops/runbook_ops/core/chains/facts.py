"""The named facts that conditions and templates may use, made from one picture of the booking as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Material:
	"""What a visit uses up of one item, and what the stock is expected to hold for it."""

	item: str
	item_name: str
	qty: Decimal
	available: Decimal
	uom: str = "Nos"

	@property
	def shortage(self) -> Decimal:
		"""How much is missing; zero when there is enough."""
		return max(Decimal(0), self.qty - self.available)


@dataclass(frozen=True)
class BookingPicture:
	"""Everything about one booking that a step may read; moments are aware, None is "not known"."""

	booking: str
	status: str
	customer: str
	customer_name: str
	service: str
	service_name: str
	start: datetime
	end: datetime
	customer_email: str | None = None
	customer_mobile: str | None = None
	customer_visits: int = 0
	contact: str | None = None
	source: str | None = None
	job_type: str | None = None
	address: str | None = None
	needs_address: bool = False
	access_notes: str | None = None
	scope: str | None = None
	prep_instructions: str | None = None
	notes: str | None = None
	price: Decimal = Decimal(0)
	currency: str = ""
	resource: str | None = None
	technician_name: str | None = None
	technician_email: str | None = None
	territory: str | None = None
	opportunity: str | None = None
	company: str | None = None
	company_phone: str | None = None
	review_link: str | None = None
	visit_link: str | None = None
	job: str | None = None
	job_status: str | None = None
	job_completed_at: datetime | None = None
	rebook_after_days: int = 0
	outdoor: bool = False
	moves: int = 0
	"""How often its time was moved."""
	materials: tuple[Material, ...] = ()
	checklist: tuple[str, ...] = ()
	offer_link: str | None = None
	offer_until: datetime | None = None
	services: tuple[str, ...] = ()
	"""The names of several services in one visit, in order; empty for one."""


FACTS: dict[str, str] = {
	"booking": "the booking's number",
	"status": "the booking's state",
	"customer": "the customer's id",
	"customer_name": "the customer's full name",
	"customer_first_name": "the first word of the customer's name",
	"customer_email": "the customer's e-mail address",
	"customer_mobile": "the customer's mobile number",
	"customer_visits": "how many visits the customer has completed",
	"returning_customer": "whether the customer has been here before",
	"contact": "the contact's id",
	"source": "how the customer came: phone, web, walk-in ...",
	"service": "the service's id",
	"service_name": "the service's name",
	"service_names": "the names of all services of the visit, such as Cut, Colour and Wash",
	"job_type": "the kind of job",
	"visit_date": "the day of the visit, such as Tuesday 24 November 2026",
	"visit_time": "when the visit starts, such as 2:30 PM",
	"visit_end_date": "the day on which the visit ends",
	"visit_end_time": "when the visit ends",
	"visit_weekday": "the weekday of the visit",
	"hours_to_visit": "hours from now to the start of the visit",
	"duration_minutes": "how long the visit takes, in minutes",
	"address": "where the visit takes place",
	"needs_address": "whether the service is done at the customer's place",
	"access_notes": "how to get in: gate code, parking, dog",
	"scope": "what is to be done",
	"prep_instructions": "what the customer should prepare",
	"notes": "the booking's notes",
	"price": "the price as text",
	"resource": "the person or crew that does the visit",
	"technician_name": "the name of the person or crew",
	"technician_email": "the technician's e-mail address",
	"territory": "the territory of the visit",
	"opportunity": "the opportunity that the booking came from",
	"company": "the business's name",
	"company_phone": "the business's phone number",
	"review_link": "where a customer leaves a review",
	"visit_link": "the customer's own page of the visit: see, move, cancel",
	"job": "the job's number",
	"job_status": "the job's state",
	"job_completed": "whether the job is done",
	"rebook_after_days": "after how many days the customer should come again",
	"outdoor": "whether the work is outdoors",
	"rescheduled": "whether the booking was moved since it was confirmed",
	"materials": "what the visit uses up",
	"materials_short": "the items of which there is not enough",
	"checklist": "the prep checklist's lines",
	"offer_link": "where a customer on the waitlist answers an offer",
	"offer_until": "until when the offer stands",
}
"""Name -> what it is. The keys are exactly those that `build_facts` gives."""


def build_facts(picture: BookingPicture, now: datetime, zone: tzinfo) -> dict[str, object]:
	"""The facts about a booking at a moment, times told in `zone`."""
	start, end = picture.start.astimezone(zone), picture.end.astimezone(zone)
	return {
		"booking": picture.booking,
		"status": picture.status,
		"customer": picture.customer,
		"customer_name": picture.customer_name,
		"customer_first_name": picture.customer_name.split(" ")[0],
		"customer_email": picture.customer_email,
		"customer_mobile": picture.customer_mobile,
		"customer_visits": picture.customer_visits,
		"returning_customer": picture.customer_visits > 0,
		"contact": picture.contact,
		"source": picture.source,
		"service": picture.service,
		"service_name": picture.service_name,
		"service_names": _listed(picture.services or (picture.service_name,)),
		"job_type": picture.job_type,
		"visit_date": date_text(start.date()),
		"visit_time": time_text(start),
		"visit_end_date": date_text(end.date()),
		"visit_end_time": time_text(end),
		"visit_weekday": f"{start:%A}",
		"hours_to_visit": (picture.start - now) / timedelta(hours=1),
		"duration_minutes": (picture.end - picture.start) // timedelta(minutes=1),
		"address": picture.address,
		"needs_address": picture.needs_address,
		"access_notes": picture.access_notes,
		"scope": picture.scope,
		"prep_instructions": picture.prep_instructions,
		"notes": picture.notes,
		"price": f"{picture.currency} {picture.price:,.2f}".strip() if picture.price else None,
		"resource": picture.resource,
		"technician_name": picture.technician_name,
		"technician_email": picture.technician_email,
		"territory": picture.territory,
		"opportunity": picture.opportunity,
		"company": picture.company,
		"company_phone": picture.company_phone,
		"review_link": picture.review_link,
		"visit_link": picture.visit_link,
		"job": picture.job,
		"job_status": picture.job_status,
		"job_completed": picture.job_completed_at is not None,
		"rebook_after_days": picture.rebook_after_days,
		"outdoor": picture.outdoor,
		"rescheduled": picture.moves > 0,
		"materials": picture.materials,
		"materials_short": tuple(material for material in picture.materials if material.shortage),
		"checklist": picture.checklist,
		"offer_link": picture.offer_link,
		"offer_until": picture.offer_until and _moment_text(picture.offer_until.astimezone(zone)),
	}


def _moment_text(moment: datetime) -> str:
	return f"{date_text(moment.date())}, {time_text(moment)}"


def _listed(names: tuple[str, ...]) -> str:
	return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def date_text(day: date) -> str:
	"""A day as customers read it: Tuesday 24 November 2026."""
	return f"{day:%A} {day.day} {day:%B %Y}"


def time_text(moment: datetime) -> str:
	"""A wall time as customers read it: 2:30 PM."""
	return f"{moment.hour % 12 or 12}:{moment:%M %p}"
