"""Freeze a policy whenever it changes, so that each booking keeps the words that its customer accepted."""

import frappe
from frappe.model.document import Document

from ..core.deposit_rules import check_deposit_rules
from ..core.fees import check_rules
from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..store.policies import deposit_rule_of, deposit_terms, deposit_time, fee_terms, rule_of

FROZEN = (
	"cancel_notice_hours",
	"move_notice_hours",
	"most_moves",
	"contact_for_help",
	"policy_text",
	"free_passes",
	"deposit_rest",
	"deposit_free_group",
	"deposit_minutes",
)
RULE = ("cause", "less_than_hours", "kind", "value")
DEPOSIT = ("asked_of", "from_price", "ahead", "hours_ahead", "kind", "value")
LONGEST_NOTICE_HOURS = 24 * 365


def check_policy(policy: Document) -> None:
	"""Refuse notices that can't be kept; raises BookingRefused."""
	for field in ("cancel_notice_hours", "move_notice_hours"):
		if not 0 <= (policy.get(field) or 0) <= LONGEST_NOTICE_HOURS:
			values = {"field": policy.meta.get_label(field), "most": LONGEST_NOTICE_HOURS}
			refuse(Refusal("policy_notice", field, values), BookingRefused)
	if (policy.most_moves or 0) < 0:
		refuse(Refusal("policy_moves_negative", "most_moves"), BookingRefused)
	if (policy.free_passes or 0) < 0:
		refuse(Refusal("fee_passes", "free_passes"), BookingRefused)
	wrong = check_rules([rule_of(row) for row in policy.fees]) or check_deposit_rules(
		[deposit_rule_of(row) for row in policy.deposits], deposit_time(policy)
	)
	if wrong:
		refuse(wrong, BookingRefused)


def freeze_policy(policy: Document) -> str:
	"""The version that says what the policy says now; a new one only when something in it has changed."""
	latest = _latest(policy.name)
	if latest and _says(latest, policy):
		name = latest.name
	else:
		name = _insert(policy, (latest.version if latest else 0) + 1)
	if policy.current_version != name:
		policy.db_set("current_version", name, update_modified=False)
	return name


def _latest(policy: str) -> frappe._dict | None:
	rows = frappe.get_all(
		"Booking Policy Version",
		filters={"policy": policy},
		fields=["name", "version", *FROZEN],
		order_by="version desc",
		limit=1,
	)
	return rows[0] if rows else None


def _insert(policy: Document, number: int) -> str:
	version = frappe.get_doc(
		{
			"doctype": "Booking Policy Version",
			"name": f"{policy.name}-v{number}",
			"policy": policy.name,
			"version": number,
			**{field: policy.get(field) for field in FROZEN},
			"fees": [{field: row.get(field) for field in RULE} for row in policy.fees],
			"deposits": [{field: row.get(field) for field in DEPOSIT} for row in policy.deposits],
		}
	)
	return version.insert(ignore_permissions=True).name


def _says(version: frappe._dict, policy: Document) -> bool:
	"""Whether a version says what the policy says now."""
	if not all(_same(version.get(field), policy.get(field)) for field in FROZEN):
		return False
	deposits = deposit_terms(version.name)
	same = deposits and deposits.rules == tuple(deposit_rule_of(row) for row in policy.deposits)
	return bool(same) and fee_terms(version.name).rules == tuple(rule_of(row) for row in policy.fees)


def _same(one: object, other: object) -> bool:
	return (one or 0) == (other or 0) if not isinstance(one or other, str) else (one or "") == (other or "")
