"""Daily work on pay links: what the provider took against the books, and links whose time is over."""

import frappe

from ..operations.expire_pay_links import expire_pay_links
from ..operations.reconcile_payments import reconcile_payments
from ..site_time import to_site, utc_now
from ..store.pay_links import links_past


def reconcile() -> None:
	"""Book what was missed; a difference becomes a task."""
	found = reconcile_payments()
	if found:
		frappe.logger("runbook_ops").info(
			"payments: %s", [(one.session, one.reason.code, dict(one.reason.values)) for one in found]
		)


def expire() -> None:
	"""End what can't be paid any more."""
	expire_pay_links(links_past(to_site(utc_now()).date()))
