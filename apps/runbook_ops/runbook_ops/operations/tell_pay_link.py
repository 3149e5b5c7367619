"""A pay link as its customer may see it: what was done, taxes, what is paid already, what is owed, and how to pay."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from .. import links
from ..core.deposit_rules import DepositState
from ..core.pay_links import PayKind, PayStatus, check_payable
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..messages import tell
from ..providers.registry import provider_named
from ..site_time import from_site, from_utc, site_zone, to_site, utc_now
from ..store.job_pictures import pictures_of_visit
from ..store.pay_links import PURPOSE, pay_token, room_of, to_link
from ..store.receivables import debt_of
from .offer_slots import contact_for_help


def link_of_token(token: str) -> str:
	"""The link that a token names; raises GuestRefused for one that is forged or expired."""
	name = links.read(PURPOSE, token, to_site(utc_now()).date())
	if isinstance(name, str):
		return name
	code = "pay_link_over" if name.code == "link_expired" else name.code
	raise GuestRefused(Refusal(code, "token", {"contact": contact_for_help()}))


def tell_pay_link(name: str) -> dict:
	"""What the page shows; raises GuestRefused when the link is gone."""
	if not frappe.db.exists("Pay Link", name):
		raise GuestRefused(Refusal("pay_link_gone", "token", {"contact": contact_for_help()}))
	link = frappe.get_doc("Pay Link", name)
	today = to_site(utc_now()).date()
	amount = check_payable(to_link(link), room_of(link), today, contact_for_help())
	provider = provider_named(link.provider)
	return {
		"number": link.name,
		"kind": link.kind,
		"status": link.status,
		"company": link.company,
		"currency": link.currency,
		"amount": 0 if isinstance(amount, Refusal) else float(amount),
		"why_not": tell(amount.code, dict(amount.values)) if isinstance(amount, Refusal) else "",
		"online": provider.online,
		"instructions": provider.instructions(),
		"has_payment": bool(link.session),
		"invoice": _invoice(link.sales_invoice) if link.kind == PayKind.INVOICE else None,
		"visit": _visit(link.booking),
		"due_at": _due_at(link),
		"pictures": [
			{"number": picture.name, "caption": picture.caption}
			for picture in pictures_of_visit(link.booking)
		],
		"paid_at": from_site(link.paid_at).isoformat() if link.paid_at else None,
		"settled": link.status in (PayStatus.PAID, PayStatus.REFUNDED, PayStatus.DISPUTED),
		"zone": str(site_zone()),
		"contact": contact_for_help(),
		"token": pay_token(link),
	}


def _invoice(name: str) -> dict:
	doc = frappe.get_doc("Sales Invoice", name)
	debt = debt_of(doc)
	total, owed = float(debt.total), float(debt.owed)
	return {
		"number": doc.name,
		"date": str(doc.posting_date),
		"due": str(doc.due_date or doc.posting_date),
		"lines": [
			{"text": row.item_name, "qty": row.qty, "unit": row.uom, "amount": row.amount}
			for row in doc.items
		],
		"discount": doc.discount_amount,
		"taxes": [
			{"text": tax.description, "amount": tax.tax_amount_after_discount_amount}
			for tax in doc.taxes
			if tax.tax_amount_after_discount_amount
		],
		"total": total,
		"paid": flt(total - owed, 3),
		"outstanding": owed,
	}


def _visit(name: str | None) -> dict | None:
	"""When the visit was and who did it."""
	if not name:
		return None
	visit: Document = frappe.get_doc("Service Booking", name)
	return {
		"number": visit.name,
		"status": visit.status,
		"services": [row.service for row in visit.services] or [visit.service],
		"starts_at": from_site(visit.starts_at).isoformat(),
		"ends_at": from_site(visit.ends_at).isoformat(),
	}


def _until(link: Document) -> str:
	"""The last moment, or day, to pay it."""
	due_at = _due_at(link)
	if due_at:
		return str(frappe.format(to_site(from_site(due_at)), "Datetime"))
	return frappe.utils.format_date(link.valid_until)


def _due_at(link: Document) -> str | None:
	"""Until when a booking keeps its time for this deposit."""
	if link.kind != PayKind.DEPOSIT:
		return None
	state, due_at = frappe.db.get_value(
		"Service Booking", link.booking, ["deposit_state", "deposit_due_at_utc"]
	)
	return from_utc(due_at).isoformat() if due_at and state == DepositState.ASKED else None


def message_for(link: Document) -> dict[str, str]:
	"""The message that takes the link to the customer: `subject`, `message` in HTML, `recipients`, `url`."""
	url = links.link_to("pay", pay_token(link))
	about = link.sales_invoice if link.kind == PayKind.INVOICE else link.booking
	values = {
		"customer": link.customer_name,
		"amount": frappe.utils.fmt_money(link.amount, currency=link.currency),
		"about": about,
		"company": link.company,
		"until": _until(link),
		"url": url,
	}
	code = "pay_mail_invoice" if link.kind == PayKind.INVOICE else "pay_mail_deposit"
	told = {name: frappe.utils.escape_html(str(value)) for name, value in values.items()}
	paragraphs = tell(code, told).split("\n")
	shown = _("Show and pay")
	button = f'<a href="{told["url"]}">{frappe.utils.escape_html(shown)}</a>'
	return {
		"url": url,
		"link": link.name,
		"subject": tell(f"{code}_subject", values),
		"message": "".join(f"<p>{part}</p>" for part in paragraphs) + f"<p>{button}<br>{told['url']}</p>",
		"recipients": frappe.db.get_value("Customer", link.customer, "email_id") or "",
	}
