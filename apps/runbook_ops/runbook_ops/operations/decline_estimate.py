"""A customer declines an estimate: the Quotation is lost, with the reason, and its owner follows up."""

from datetime import timedelta

from frappe import _
from frappe.model.document import Document

from ..core.estimates import EstimateState
from ..errors import GuestRefused
from ..site_time import utc_now
from ..store.estimates import STATE, state_of
from .open_task import TaskWish, open_task
from .read_estimate import open_estimate, why_closed
from .request_visits import task_owners

CALL_WITHIN = timedelta(days=1)


def decline_estimate(token: str, reason: str) -> Document:
	"""The lost Quotation; one that is declined stays so, with its first reason. Raises GuestRefused.

	A draft is submitted first, since ERPNext loses submitted ones only.
	"""
	quotation = open_estimate(token, lock=True)
	if state_of(quotation) is EstimateState.DECLINED:
		return quotation
	closed = why_closed(quotation)
	if closed:
		raise GuestRefused(closed)
	quotation.set(STATE, EstimateState.DECLINED.value)
	if quotation.docstatus == 0:
		quotation.submit()
	else:
		quotation.save()
	quotation.db_set({"status": "Lost", "order_lost_reason": reason})
	quotation.update_opportunity("Lost")
	quotation.update_lead()
	open_task(
		TaskWish(
			subject=_("{0} declined estimate {1}").format(quotation.customer_name, quotation.name),
			due_at=utc_now() + CALL_WITHIN,
			key=f"estimate-declined|{quotation.name}",
			role="Runbook Front Desk",
			owners=task_owners(quotation),
			values={
				"reference_doctype": quotation.doctype,
				"reference_name": quotation.name,
				"customer": quotation.party_name if quotation.quotation_to == "Customer" else None,
				"notes": reason,
			},
		)
	)
	return quotation
