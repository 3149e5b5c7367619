"""Send a pay link to its customer by mail; the message stays with the invoice or booking that it is about."""

import frappe
from frappe.core.doctype.communication.email import make
from frappe.model.document import Document
from frappe.utils import validate_email_address

from ..core.pay_links import PayKind
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse
from .tell_pay_link import message_for


def send_pay_link(link: Document, recipient: str = "") -> str:
	"""The address that it was sent to; `recipient` empty means the customer's own. Raises PaymentRefused without one."""
	mail = message_for(link)
	address = validate_email_address(recipient.strip() or mail["recipients"])
	if not address:
		refuse(Refusal("pay_mail_address", "recipient", {"customer": link.customer_name}), PaymentRefused)
	is_invoice = link.kind == PayKind.INVOICE
	sent = make(
		doctype="Sales Invoice" if is_invoice else "Service Booking",
		name=link.sales_invoice if is_invoice else link.booking,
		content=mail["message"],
		subject=mail["subject"],
		recipients=address,
		send_email=True,
	)
	if sent.get("emails_not_sent_to"):
		frappe.msgprint(frappe._("Not sent to: {0}").format(sent["emails_not_sent_to"]))
	return address
