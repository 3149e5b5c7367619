"""Work many records in one transaction, where one that fails holds up none of the others."""

from collections.abc import Callable, Iterable

import frappe
from rq.timeouts import JobTimeoutException

from ..errors import is_conflict

SAVEPOINT = "runbook_one_by_one"


def one_by_one(doctype: str, names: Iterable[str], work: Callable[[str], object], what: str) -> None:
	"""Call `work` with each name; what a failing one wrote is taken back, and the error log says `what` of it failed.

	A conflict with another transaction ends them all: it has taken the transaction with it.
	"""
	for name in names:
		frappe.db.savepoint(SAVEPOINT)
		try:
			work(name)
		except JobTimeoutException:
			raise
		except Exception as error:
			if is_conflict(error):
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.log_error(f"{what} of {name}", reference_doctype=doctype, reference_name=name)
