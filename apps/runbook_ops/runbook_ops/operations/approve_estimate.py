"""A customer approves an estimate: signature, Quotation, deal, and the visits that come of it, in one transaction and once."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from ..core.estimates import Content, EstimateState, canonical, document_hash
from ..core.guest_input import Approval
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..site_time import to_site, to_utc, utc_now
from ..store.estimates import SIGNATURE, STATE, content_of, drop_unchosen, signed_hash, state_of
from .read_estimate import apply_choice, open_estimate, why_closed
from .request_visits import request_visits

STAGE = "Estimate Approved"
BEHIND = ("Booked", STAGE)
"""Stages of a deal from which an approval does not move it."""


@dataclass(frozen=True)
class Signer:
	"""Where a signature comes from."""

	address: str
	browser: str


def approve_estimate(approval: Approval, signer: Signer) -> Document:
	"""The approved Quotation; the same approval sent again changes nothing.

	The lock on its row comes first: of several approvals, or of an approval and a change by staff, the second sees what the first
	has done. Raises GuestRefused; where what was looked at is not what it is now, it has to be looked at again.
	"""
	quotation = open_estimate(approval.token, lock=True)
	if state_of(quotation) is EstimateState.APPROVED and signed_hash(quotation) == approval.seen:
		return quotation
	closed = why_closed(quotation)
	if closed:
		raise GuestRefused(closed)
	content = apply_choice(quotation, approval.choice)
	_check_seen(content, approval)
	signature = _sign(quotation, content, approval, signer)
	quotation.set(STATE, EstimateState.APPROVED.value)
	quotation.set(SIGNATURE, signature)
	if quotation.docstatus == 0:
		drop_unchosen(quotation)
		quotation.submit()
	else:
		quotation.save()
	_check_seen(content_of(quotation), approval)
	request_visits(quotation, signature)
	_move_deal(quotation)
	text = _("{0} approved the estimate and signed it: {1}")
	quotation.add_comment("Info", text.format(frappe.utils.escape_html(approval.name), signature))
	return quotation


def _check_seen(content: Content, approval: Approval) -> None:
	if document_hash(content) != approval.seen:
		raise GuestRefused(Refusal("estimate_changed", "seen"))


def _sign(quotation: Document, content: Content, approval: Approval, signer: Signer) -> str:
	now = utc_now()
	signature = frappe.get_doc(
		{
			"doctype": "Estimate Signature",
			"quotation": quotation.name,
			"customer_name": content.customer,
			"signed_name": approval.name,
			"signature": approval.signature or None,
			"signed_at": to_site(now),
			"signed_at_utc": to_utc(now),
			"ip_address": signer.address,
			"user_agent": signer.browser[:500],
			"total": flt(content.total),
			"currency": content.currency,
			"document_hash": document_hash(content),
			"document": canonical(content),
		}
	)
	signature.flags.by_customer = True
	return signature.insert(ignore_permissions=True).name


def _move_deal(quotation: Document) -> None:
	if not quotation.opportunity:
		return
	deal = frappe.get_doc("Opportunity", quotation.opportunity)
	if deal.sales_stage not in BEHIND:
		deal.sales_stage = STAGE
		deal.save(ignore_permissions=True)
