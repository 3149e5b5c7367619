"""Gather what a bank asks for when a customer disputes a charge: what was agreed, what was said, and what happened, each with its time."""

import html
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money, format_datetime, get_datetime, strip_html
from frappe.utils.user import get_user_fullname

from ..core.fees import Cause
from ..core.policies import hours_text
from ..store.evidence import changes_of, messages_of, notes_of, vouchers_of
from ..store.policies import deposit_terms, fee_terms
from .explain_fee import explain_rule

TOLD_FIELDS = (
	"status",
	"starts_at",
	"ends_at",
	"service",
	"price",
	"customer",
	"cancel_reason",
	"cancelled_by",
	"policy_version",
	"override_reason",
	"deposit_state",
)
"""The fields whose changes say something about what was agreed."""


@dataclass(frozen=True)
class Event:
	"""One thing that happened, in site time; `text` may have several lines."""

	at: datetime
	what: str
	text: str
	who: str = ""


@dataclass(frozen=True)
class Evidence:
	"""What was accepted, and all that happened in order of time."""

	version: str | None
	accepted_at: datetime | None
	policy_text: str
	rules: tuple[str, ...]
	events: tuple[Event, ...]


def gather_evidence(booking: Document) -> Evidence:
	"""All that the site keeps of a booking, as a reader outside the business can follow it."""
	version = booking.policy_version
	policy = frappe.get_cached_doc("Booking Policy Version", version) if version else None
	currency = frappe.get_cached_value("Company", booking.company, "default_currency")
	events = [
		Event(get_datetime(booking.creation), _("Booked"), _booked(booking), _name(booking.owner)),
		*_acceptance(booking),
		*_changes(booking),
		*_messages(booking),
		*_notes(booking),
		*_vouchers(booking, currency),
	]
	return Evidence(
		version=version,
		accepted_at=booking.policy_accepted_at and get_datetime(booking.policy_accepted_at),
		policy_text=policy.policy_text if policy else "",
		rules=_rules(version, currency) if version else (),
		events=tuple(sorted(events, key=lambda event: event.at)),
	)


def _rules(version: str, currency: str) -> tuple[str, ...]:
	asked = deposit_terms(version)
	deposits = [explain_rule(rule, currency) for rule in asked.rules] if asked else []
	told = _("Who books may be asked for a deposit of {0}.")
	fees = [_rule(rule, currency) for rule in fee_terms(version).rules]
	return (*fees, *(told.format(deposit) for deposit in dict.fromkeys(deposits)))


def _rule(rule, currency: str) -> str:
	asked = explain_rule(rule, currency)
	if rule.cause is Cause.NO_SHOW:
		return _("Who does not come pays {0}.").format(asked)
	return _("Who cancels less than {0} hours before pays {1}.").format(hours_text(rule.less_than), asked)


def _booked(booking: Document) -> str:
	start = format_datetime(booking.requested_starts_at or booking.starts_at, "EEEE d MMMM yyyy, HH:mm")
	came = _(" ({0})").format(booking.source) if booking.source else ""
	return f"{booking.service}, {start}{came}"


def _acceptance(booking: Document) -> list[Event]:
	if not booking.policy_accepted_at:
		return []
	text = _("The customer accepted {0}.").format(booking.policy_version)
	return [Event(get_datetime(booking.policy_accepted_at), _("Policy accepted"), text)]


def _changes(booking: Document) -> list[Event]:
	return [
		Event(
			change.at,
			_("Changed"),
			f"{_(booking.meta.get_label(change.field))}: {change.before or '–'} → {change.after or '–'}",
			_name(change.user),
		)
		for change in changes_of(booking.name)
		if change.field in TOLD_FIELDS
	]


def _messages(booking: Document) -> list[Event]:
	events = []
	for row in messages_of(booking.name):
		sent = row.sent_or_received == "Sent"
		what = _("Message sent ({0})") if sent else _("Message received ({0})")
		head = _("To {0}").format(row.recipients) if sent else _("From {0}").format(row.sender)
		lines = (head, row.subject, _plain(row.content), row.message_id and f"<{row.message_id}>")
		medium = _(row.communication_medium or "Email")
		text = "\n".join(line for line in lines if line)
		events.append(Event(get_datetime(row.communication_date), what.format(medium), text))
	return events


def _notes(booking: Document) -> list[Event]:
	return [
		Event(row.creation, _("Note"), _plain(row.content), _name(row.owner))
		for row in notes_of(booking.name)
	]


def _vouchers(booking: Document, currency: str) -> list[Event]:
	return [
		Event(
			row.creation,
			_(row.doctype),
			f"{row.name}, {_(row.kind)}: {fmt_money(row.amount, currency=currency)}"
			+ (f" ({_('Cancelled')})" if row.docstatus == 2 else ""),
			_name(row.owner),
		)
		for row in vouchers_of(booking.name)
	]


def _plain(content: str | None) -> str:
	text = html.unescape(strip_html((content or "").replace("</p>", "\n").replace("<br>", "\n")))
	return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _name(user: str) -> str:
	return get_user_fullname(user) or user
