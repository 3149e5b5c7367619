"""Booking policies as the core wants them: the version that was accepted, or the one that is in force."""

from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.deposit_rules import Ahead, AskedOf, DepositRule, DepositTerms
from ..core.fees import Cause, DepositRest, FeeKind, FeeRule, FeeTerms
from ..core.policies import Policy


def load_policy(version: str | None) -> Policy | None:
	"""A frozen version; None when there is none of that name. Answered from the document cache."""
	if not version or not frappe.db.exists("Booking Policy Version", version, cache=True):
		return None
	doc = frappe.get_cached_doc("Booking Policy Version", version)
	return Policy(
		name=doc.name,
		cancel_notice=timedelta(hours=doc.cancel_notice_hours or 0),
		move_notice=timedelta(hours=doc.move_notice_hours or 0),
		most_moves=doc.most_moves or 0,
		text=doc.policy_text or "",
		contact_for_help=doc.contact_for_help or "",
	)


def fee_terms(version: str) -> FeeTerms:
	"""What a version says about fees and deposits; it exists. Answered from the document cache."""
	doc = frappe.get_cached_doc("Booking Policy Version", version)
	rest = DepositRest(doc.deposit_rest or DepositRest.GIVE_BACK)
	return FeeTerms(doc.name, tuple(rule_of(row) for row in doc.fees), doc.free_passes or 0, rest)


def rule_of(row: Document) -> FeeRule:
	"""A row of a policy's fees."""
	cause = Cause(row.cause)
	hours = (row.less_than_hours or 0) if cause is Cause.LATE else 0
	return FeeRule(cause, FeeKind(row.kind), Decimal(str(row.value or 0)), timedelta(hours=hours))


def deposit_terms(version: str | None) -> DepositTerms | None:
	"""What a version says about deposits; None when there is none of that name. Answered from the document cache."""
	if not version or not frappe.db.exists("Booking Policy Version", version, cache=True):
		return None
	doc = frappe.get_cached_doc("Booking Policy Version", version)
	rules = tuple(deposit_rule_of(row) for row in doc.deposits)
	return DepositTerms(doc.name, rules, doc.deposit_free_group or None, deposit_time(doc))


def deposit_rule_of(row: Document) -> DepositRule:
	"""A row of a policy's deposits."""
	ahead = Ahead(row.ahead or Ahead.ANY)
	return DepositRule(
		FeeKind(row.kind),
		Decimal(str(row.value or 0)),
		Decimal(str(row.from_price or 0)),
		AskedOf(row.asked_of or AskedOf.EVERYBODY),
		ahead,
		timedelta(hours=0 if ahead is Ahead.ANY else row.hours_ahead or 0),
	)


def deposit_time(policy: Document) -> timedelta:
	"""How long a policy, or a version of one, keeps the time for whoever has to pay a deposit."""
	return timedelta(minutes=policy.deposit_minutes or 0)


def policy_in_force(service: str) -> Policy | None:
	"""What a customer accepts who books this service now: the service's policy, else the one of the settings."""
	own = frappe.get_cached_value("Bookable Service", service, "booking_policy")
	name = own or frappe.db.get_single_value("Runbook Settings", "booking_policy", cache=True)
	if not name:
		return None
	about = frappe.get_cached_value("Booking Policy", name, ["active", "current_version"], as_dict=True)
	return load_policy(about.current_version) if about and about.active else None


def policy_of(version: str | None, service: str) -> Policy | None:
	"""The policy that counts for a booking: the one that was accepted with it, else the one in force for its service."""
	return load_policy(version) or policy_in_force(service)
