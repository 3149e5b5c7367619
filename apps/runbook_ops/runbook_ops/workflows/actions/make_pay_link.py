"""Make the pay link of an invoice; nothing goes out, the messages of later steps carry it."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import strip_html

from ...errors import PaymentRefused
from ...operations.make_pay_link import link_for_invoice
from .context import Context, Result


def make_pay_link(context: Context, arguments: Mapping[str, object]) -> Result:
	"""The one link of the invoice, brought up to date. Where none can be made now the story says why, and messages go without."""
	invoice = str(arguments["invoice"])
	try:
		link = link_for_invoice(invoice)
	except PaymentRefused as refused:
		frappe.clear_messages()
		return Result(_("No pay link: {0}").format(strip_html(str(refused))))
	return Result(_("Pay link {0} for {1}").format(link.name, invoice), ("Pay Link", link.name))
