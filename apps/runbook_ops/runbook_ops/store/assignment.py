"""What is known about those who might take a visit: whom they have served, and what was given to them last."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe

from ..core.booking import BookingStatus
from ..core.timeline import to_minutes
from ..site_time import from_site

SERVED = (BookingStatus.CONFIRMED.value, BookingStatus.IN_PROGRESS.value, BookingStatus.COMPLETED.value)

VISITS = """select row.resource, count(distinct booking.name)
	from `tabService Booking` booking
	join `tabService Booking Resource` row on row.parent = booking.name and row.parenttype = 'Service Booking'
	where booking.customer = %(customer)s and booking.status in %(states)s and booking.name != %(apart_from)s
		and row.resource in %(resources)s
	group by row.resource"""

LAST_GIVEN = """select resource, max(creation) from `tabResource Claim`
	where resource in %(resources)s and start_minute >= %(since)s and holder != %(apart_from)s
	group by resource"""


def count_visits(customer: str, resources: Sequence[str], apart_from: str) -> Mapping[str, int]:
	"""How many of the customer's visits each of these has done or is booked for, without one booking."""
	if not resources or not customer:
		return {}
	values = {"customer": customer, "states": SERVED, "apart_from": apart_from, "resources": tuple(resources)}
	return dict(frappe.db.sql(VISITS, values))


def last_given(resources: Sequence[str], since: datetime, apart_from: str) -> Mapping[str, int]:
	"""The UTC minute at which each was last given a visit that starts after `since`; who was given none is missing."""
	if not resources:
		return {}
	values = {"resources": tuple(resources), "since": to_minutes(since), "apart_from": apart_from}
	return {name: to_minutes(from_site(at)) for name, at in frappe.db.sql(LAST_GIVEN, values)}
