"""What the site should hold after the import of a salon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..booking import BookingStatus
from ..hours import Shift
from .problems import Problem


@dataclass(frozen=True)
class ServicePlan:
	"""A service to offer; `name` differs from every other service's."""

	row: int
	code: str
	name: str
	category: str
	skill: str | None
	price: Decimal
	active: bool
	duration: timedelta


@dataclass(frozen=True)
class ProductPlan:
	"""A product to sell; `item_code` differs from every service's code."""

	row: int
	item_code: str
	name: str
	category: str
	price: Decimal
	cost: Decimal
	active: bool


@dataclass(frozen=True)
class StaffPlan:
	"""Whose time was booked: a person with hours and skills, or the house with neither."""

	code: str
	is_person: bool
	hours: tuple[Shift, ...]
	skills: tuple[str, ...]


@dataclass(frozen=True)
class BookingPlan:
	"""A booking in its final state; moments are aware, `cancelled_on` is a day."""

	file: str
	row: int
	external_id: str
	client: str
	staff: str
	service: str
	starts_at: datetime
	ends_at: datetime
	status: BookingStatus
	cancelled_on: date | None = None
	cancelled_by: str = ""
	notes: str = ""


@dataclass(frozen=True)
class SalePlan:
	"""A receipt line; `item_code` is None when its description fits no single service or product."""

	row: int
	external_id: str
	receipt: str
	day: date
	client: str
	staff: str
	item_code: str | None
	description: str
	quantity: Decimal
	amount: Decimal
	gst: Decimal
	pst: Decimal


@dataclass(frozen=True)
class SalonPlan:
	"""All that the files say, by kind; `row_counts` are the files' data rows, good and bad."""

	services: tuple[ServicePlan, ...]
	products: tuple[ProductPlan, ...]
	staff: tuple[StaffPlan, ...]
	clients: tuple[str, ...]
	bookings: tuple[BookingPlan, ...]
	sales: tuple[SalePlan, ...]
	problems: tuple[Problem, ...]
	row_counts: Mapping[str, int]
