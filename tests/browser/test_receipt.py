"""The receipt of a checkout, printed with the site's own bundles."""

import frappe
from tests import factories

from runbook_ops.api import bookings


def test_the_receipt_prints(db):
	booking = factories.booking(service=factories.bookable_service(price=80))
	booking.status = "Completed"
	booking.save()
	invoice = bookings.check_out(booking.name)["sales_invoice"]
	html = frappe.get_print("Sales Invoice", invoice, "Booking Receipt")
	for text in (booking.customer_name, booking.name, invoice, "Paid"):
		assert text in html
