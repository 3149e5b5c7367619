"""What conditions ask about a customer's past and a technician's day, in one statement each."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe

from ..site_time import to_site

HISTORY = """select customer.runbook_no_shows as no_shows, customer.customer_group, customer.runbook_last_visit as last_visit,
		customer._user_tags as tags,
		(select count(*) from `tabService Booking` booking
			where booking.customer = customer.name and booking.status = 'Cancelled') as cancellations,
		(select sum(invoice.outstanding_amount * if(invoice.party_account_currency = invoice.currency, invoice.conversion_rate, 1))
			from `tabSales Invoice` invoice
			where invoice.customer = customer.name and invoice.docstatus = 1 and invoice.company = %(company)s) as outstanding
	from `tabCustomer` customer where customer.name = %(customer)s"""
DAY = """select count(distinct booking.name) from `tabService Booking` booking
	join `tabService Booking Resource` chosen on chosen.parent = booking.name and chosen.parenttype = 'Service Booking'
	where booking.status in ('Confirmed', 'In Progress', 'Completed') and booking.starts_at >= %(begin)s
		and booking.starts_at < %(end)s and chosen.resource = %(resource)s"""


def history_of(customer: str, company: str | None) -> dict[str, Any]:
	"""The fields of a picture that tell of a customer's past; empty for one who is none."""
	rows = frappe.db.sql(HISTORY, {"customer": customer, "company": company or ""}, as_dict=True)
	if not rows:
		return {}
	row = rows[0]
	return {
		"customer_no_shows": row.no_shows or 0,
		"customer_cancellations": row.cancellations or 0,
		"customer_outstanding": Decimal(str(row.outstanding or 0)),
		"customer_group": row.customer_group,
		"customer_tags": tuple(filter(None, (tag.strip() for tag in (row.tags or "").split(",")))),
		"customer_last_visit": row.last_visit,
	}


def visits_that_day(resource: str, start: datetime) -> int:
	"""How many visits a person or crew has on the site's day of a moment."""
	begin = datetime.combine(to_site(start).date(), time())
	return frappe.db.sql(DAY, {"resource": resource, "begin": begin, "end": begin + timedelta(days=1)})[0][0]
