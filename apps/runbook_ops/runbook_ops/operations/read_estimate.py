"""An estimate by its customer's link: opened, and told as the customer may see it."""

from collections.abc import Sequence
from html import unescape

import frappe
from frappe.model.document import Document
from frappe.utils import strip_html

from .. import links
from ..core.deposit_rules import DepositState
from ..core.estimates import Content, EstimateState, Line, check_open, choose, document_hash
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store.estimates import (
	PURPOSE,
	SIGNATURE,
	STATE,
	content_of,
	estimate_with,
	lines_of,
	set_chosen,
	state_of,
	valid_till,
)
from ..store.policies import load_policy
from .offer_slots import contact_for_help
from .tell_deposit import tell_deposit

LINE_ENDS = ("</p>", "</div>", "</li>", "</h1>", "</h2>", "</h3>", "<br>", "<br/>", "<br />")


def open_estimate(token: str, lock: bool = False) -> Document:
	"""The Quotation that a link names; `lock` before anything of it is read. Raises GuestRefused."""
	code = links.read(PURPOSE, token, to_site(utc_now()).date())
	contact = {"contact": contact_for_help()}
	if isinstance(code, Refusal):
		expired = code.code == "link_expired"
		raise GuestRefused(Refusal("estimate_link_expired", "token", contact) if expired else code)
	name = estimate_with(code, lock)
	if not name:
		raise GuestRefused(Refusal("estimate_gone", "token", contact))
	quotation = frappe.get_doc("Quotation", name, for_update=lock)
	quotation.flags.ignore_permissions = True
	quotation.flags.by_estimate = True
	return quotation


def why_closed(quotation: Document) -> Refusal | None:
	"""Why the customer can't answer it now."""
	today = to_site(utc_now()).date()
	return check_open(state_of(quotation), valid_till(quotation), today, contact_for_help())


def apply_choice(quotation: Document, rows: Sequence[str]) -> Content:
	"""The estimate with these options and add-ons, reckoned by ERPNext, nothing saved.

	One that is submitted has nothing left to choose. Raises GuestRefused.
	"""
	if quotation.docstatus == 0:
		lines = choose(lines_of(quotation), rows)
		if isinstance(lines, Refusal):
			raise GuestRefused(lines)
		set_chosen(quotation, lines)
		quotation.run_method("calculate_taxes_and_totals")
	return content_of(quotation)


def note_viewed(quotation: Document) -> None:
	"""The first look of the customer; what staff have open in a form stays theirs to save."""
	if state_of(quotation) is EstimateState.SENT and why_closed(quotation) is None:
		values = {STATE: EstimateState.VIEWED.value, "runbook_estimate_viewed_at": to_site(utc_now())}
		quotation.db_set(values, update_modified=False)


def tell_estimate(quotation: Document) -> dict:
	"""What is offered, until when, what can be chosen, the sums, and what has become of it."""
	closed, content, state = why_closed(quotation), content_of(quotation), state_of(quotation)
	signature = quotation.get(SIGNATURE) if state is EstimateState.APPROVED else None
	return {
		"number": quotation.name,
		"state": EstimateState.EXPIRED.value if closed and closed.code == "estimate_expired" else state.value,
		"customer": content.customer,
		"company": content.company,
		"currency": content.currency,
		"valid_till": str(quotation.valid_till or ""),
		"lines": [_line(line) for line in content.lines if quotation.docstatus == 0 or line.chosen],
		"may_choose": quotation.docstatus == 0,
		"terms": plain_text(content.terms),
		"policies": [policy.text for policy in map(load_policy, content.policies) if policy],
		"over": tell(closed.code, dict(closed.values)) if closed else "",
		"signed": _signed(signature) if signature else None,
		"contact": contact_for_help(),
		"deposits": _deposits(quotation) if state is EstimateState.APPROVED else [],
		**tell_sums(content),
	}


def _deposits(quotation: Document) -> list[dict]:
	"""What its visits wait for, or have got: `service`, and the deposit as `tell_deposit` tells it."""
	asked = ("in", (DepositState.ASKED.value, DepositState.PAID.value))
	filters = {"quotation": quotation.name, "deposit_state": asked}
	fields = ["name", "service", "deposit_state", "deposit_amount", "deposit_due_at_utc"]
	visits = frappe.get_all("Service Booking", filters, fields, order_by="starts_at asc, name asc")
	return [{"service": visit.service, **(tell_deposit(visit) or {})} for visit in visits]


def tell_sums(content: Content) -> dict:
	"""ERPNext's sums of the chosen lines, and the hash of what is seen with them."""
	return {
		"net": float(content.net),
		"discount": float(content.discount),
		"taxes": [{"name": tax.name, "amount": float(tax.amount)} for tax in content.taxes],
		"total": float(content.total),
		"deposit": float(content.deposit),
		"seen": document_hash(content),
	}


def plain_text(html: str) -> str:
	"""Terms as lines of text."""
	for tag in LINE_ENDS:
		html = html.replace(tag, f"{tag}\n")
	lines = (" ".join(line.split()) for line in unescape(strip_html(html)).splitlines())
	return "\n".join(line for line in lines if line)


def _line(line: Line) -> dict:
	return {
		"row": line.row,
		"name": line.name,
		"about": plain_text(line.about),
		"qty": float(line.qty),
		"uom": line.uom,
		"rate": float(line.rate),
		"amount": float(line.amount),
		"group": line.group,
		"add_on": line.add_on,
		"chosen": line.chosen,
	}


def _signed(name: str) -> dict:
	row = frappe.db.get_value("Estimate Signature", name, ["signed_name", "signed_at"], as_dict=True)
	return {"name": row.signed_name, "at": row.signed_at.isoformat()}
