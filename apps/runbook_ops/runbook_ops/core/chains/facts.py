"""The named facts that conditions and templates may use, made from one picture of the booking as it stands now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from ..fees import FeeTerms, Lapse, decide_fee

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
	channels: tuple[str, ...] = ("email",)
	"""The channels that are set up, the first one first."""
	customer_channel: str | None = None
	customer_language: str | None = None
	technician_mobile: str | None = None
	technician_told: bool = False
	previous_technician_name: str | None = None
	previous_technician_email: str | None = None
	previous_technician_mobile: str | None = None
	previous_technician_lost: bool = False
	materials_requested: tuple[str, ...] = ()
	materials_ordered: tuple[str, ...] = ()
	invoice_paid: bool = False
	unpaid_invoice: str | None = None
	pay_link: str | None = None
	customer_zone: str | None = None
	"""The time zone in which the customer lives, such as America/Denver."""
	booked_at: datetime | None = None
	customer_no_shows: int = 0
	customer_cancellations: int = 0
	customer_outstanding: Decimal = Decimal(0)
	customer_group: str | None = None
	customer_tags: tuple[str, ...] = ()
	customer_last_visit: date | None = None
	technician_jobs_that_day: int = 0
	"""Visits of the day on which this one is, itself among them."""
	lapse: Lapse | None = None
	"""The visit as its fee is decided, where it did not take place."""
	fee_terms: FeeTerms | None = None
	fee: Decimal | None = None
	fee_from_deposit: Decimal = Decimal(0)
	fee_owed: Decimal = Decimal(0)
	free_pass: bool = False
	deposit_left: Decimal = Decimal(0)
	deposit_goes_back: bool = True
	record: Mapping[str, object] = field(default_factory=dict)
	"""Plain fields of the record that the run is about, as far as its steps name them."""


FACTS: dict[str, str] = {
	"booking": "the booking's number",
	"status": "the booking's state",
	"customer": "the customer's id",
	"customer_name": "the customer's full name",
	"customer_first_name": "the first word of the customer's name",
	"customer_email": "the customer's e-mail address",
	"customer_mobile": "the customer's mobile number",
	"customer_time_zone": "the time zone in which the customer lives, where it is known",
	"customer_visits": "how many visits the customer has completed",
	"returning_customer": "whether the customer has been here before",
	"customer_no_shows": "how many visits the customer has missed",
	"customer_cancellations": "how many bookings of the customer were cancelled",
	"customer_outstanding": "what the customer owes on invoices, in the company's currency",
	"customer_group": "the customer's group",
	"customer_tags": "the tags on the customer's record",
	"days_since_last_visit": "days since the customer was last here",
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
	"visit_day": "the day of the visit, to compare with other days",
	"visit_clock": "when the visit starts, to compare with other times, such as 14:30",
	"today": "the day on which it is looked at",
	"hours_to_visit": "hours from now to the start of the visit",
	"lead_hours": "hours from the booking to the start of the visit",
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
	"technician_jobs_that_day": "how many visits the person or crew has on that day, this one among them",
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
	"stock_short": "whether there is not enough of anything that the visit uses up",
	"checklist": "the prep checklist's lines",
	"offer_link": "where a customer on the waitlist answers an offer",
	"offer_until": "until when the offer stands",
	"channels": "the channels that are set up: email, sms, whatsapp",
	"customer_channel": "how the customer wants to be written to",
	"customer_language": "the customer's language, such as es",
	"technician_mobile": "the technician's mobile number",
	"technician_told": "whether a technician has been told of the visit",
	"previous_technician_name": "who had the visit before it was given to somebody else",
	"previous_technician_email": "the e-mail address of who had the visit before",
	"previous_technician_mobile": "the mobile number of who had the visit before",
	"previous_technician_lost": "whether who had it before was told of it and has it no longer",
	"materials_requested": "the visit's material requests of which nothing is ordered yet",
	"materials_ordered": "the visit's material requests of which something is ordered",
	"invoice_paid": "whether the invoice is paid: the record, or that of the booking",
	"unpaid_invoice": "the invoice of which something is owed: the record, or that of the booking",
	"pay_link": "where the customer pays that invoice, once a step has made the link",
	"fee_due": "what the accepted policy asks for a visit that was missed or cancelled late, and why",
	"fee": "the fee that was charged for it, as text; not set when it was waived",
	"fee_from_deposit": "what of the fee was kept of the deposit, as text",
	"fee_owed": "what of the fee the customer has to pay, as text",
	"free_pass": "whether a free pass of the policy was used for it",
	"deposit_left": "what is held of the booking's deposits, as text",
	"deposit_goes_back": "whether the accepted policy gives a deposit back that no fee uses up",
}
"""Name -> what it is. The keys are those that `build_facts` gives, beside `doc.<field>` of the run's record."""


class Source(StrEnum):
	"""Where facts come from that cost a query of their own, so that they are read only for a step that names one."""

	STOCK = "stock"
	CUSTOMER = "customer"
	DAY = "day"
	TOLD = "told"
	REQUESTED = "requested"
	PAID = "paid"
	LINK = "link"
	FEE = "fee"


SOURCES: dict[str, Source] = {
	"materials": Source.STOCK,
	"materials_short": Source.STOCK,
	"stock_short": Source.STOCK,
	"customer_no_shows": Source.CUSTOMER,
	"customer_cancellations": Source.CUSTOMER,
	"customer_outstanding": Source.CUSTOMER,
	"customer_group": Source.CUSTOMER,
	"customer_tags": Source.CUSTOMER,
	"days_since_last_visit": Source.CUSTOMER,
	"technician_jobs_that_day": Source.DAY,
	"technician_told": Source.TOLD,
	"previous_technician_name": Source.TOLD,
	"previous_technician_email": Source.TOLD,
	"previous_technician_mobile": Source.TOLD,
	"previous_technician_lost": Source.TOLD,
	"materials_requested": Source.REQUESTED,
	"materials_ordered": Source.REQUESTED,
	"invoice_paid": Source.PAID,
	"unpaid_invoice": Source.LINK,
	"pay_link": Source.LINK,
	"fee_due": Source.FEE,
	"fee": Source.FEE,
	"fee_from_deposit": Source.FEE,
	"fee_owed": Source.FEE,
	"free_pass": Source.FEE,
	"deposit_left": Source.FEE,
	"deposit_goes_back": Source.FEE,
}
"""Fact -> where it comes from; all others are part of every picture."""


def sources_of(names: Collection[str]) -> frozenset[Source]:
	"""The sources that have to be asked for these facts."""
	return frozenset(SOURCES[name] for name in names if name in SOURCES)


def build_facts(picture: BookingPicture, now: datetime, zone: tzinfo) -> dict[str, object]:
	"""The facts about a booking at a moment, times told in `zone`."""
	start, end = picture.start.astimezone(zone), picture.end.astimezone(zone)
	last_visit = picture.customer_last_visit
	short = tuple(material for material in picture.materials if material.shortage)
	return {
		"booking": picture.booking,
		"status": picture.status,
		"customer": picture.customer,
		"customer_name": picture.customer_name,
		"customer_first_name": picture.customer_name.split(" ")[0],
		"customer_email": picture.customer_email,
		"customer_mobile": picture.customer_mobile,
		"customer_time_zone": picture.customer_zone,
		"customer_visits": picture.customer_visits,
		"returning_customer": picture.customer_visits > 0,
		"customer_no_shows": picture.customer_no_shows,
		"customer_cancellations": picture.customer_cancellations,
		"customer_outstanding": picture.customer_outstanding,
		"customer_group": picture.customer_group,
		"customer_tags": picture.customer_tags,
		"days_since_last_visit": last_visit and (now.astimezone(zone).date() - last_visit).days,
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
		"visit_day": start.date(),
		"visit_clock": f"{start:%H:%M}",
		"today": now.astimezone(zone).date(),
		"hours_to_visit": (picture.start - now) / timedelta(hours=1),
		"lead_hours": picture.booked_at and (picture.start - picture.booked_at) / timedelta(hours=1),
		"duration_minutes": (picture.end - picture.start) // timedelta(minutes=1),
		"address": picture.address,
		"needs_address": picture.needs_address,
		"access_notes": picture.access_notes,
		"scope": picture.scope,
		"prep_instructions": picture.prep_instructions,
		"notes": picture.notes,
		"price": _amount_text(picture, picture.price),
		"resource": picture.resource,
		"technician_name": picture.technician_name,
		"technician_email": picture.technician_email,
		"technician_jobs_that_day": picture.technician_jobs_that_day,
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
		"materials_short": short,
		"stock_short": bool(short),
		"checklist": picture.checklist,
		"offer_link": picture.offer_link,
		"offer_until": picture.offer_until and _moment_text(picture.offer_until.astimezone(zone)),
		"channels": picture.channels,
		"customer_channel": picture.customer_channel,
		"customer_language": picture.customer_language,
		"technician_mobile": picture.technician_mobile,
		"technician_told": picture.technician_told,
		"previous_technician_name": picture.previous_technician_name,
		"previous_technician_email": picture.previous_technician_email,
		"previous_technician_mobile": picture.previous_technician_mobile,
		"previous_technician_lost": picture.previous_technician_lost,
		"materials_requested": picture.materials_requested,
		"materials_ordered": picture.materials_ordered,
		"invoice_paid": picture.invoice_paid,
		"unpaid_invoice": picture.unpaid_invoice,
		"pay_link": picture.pay_link,
		"fee_due": decide_fee(picture.fee_terms, picture.lapse),
		"fee": _amount_text(picture, picture.fee),
		"fee_from_deposit": _amount_text(picture, picture.fee_from_deposit),
		"fee_owed": _amount_text(picture, picture.fee_owed),
		"free_pass": picture.free_pass,
		"deposit_left": _amount_text(picture, picture.deposit_left),
		"deposit_goes_back": picture.deposit_goes_back,
		**{f"doc.{name}": value for name, value in picture.record.items()},
	}


def _amount_text(picture: BookingPicture, amount: Decimal | None) -> str | None:
	return f"{picture.currency} {amount:,.2f}".strip() if amount else None


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
