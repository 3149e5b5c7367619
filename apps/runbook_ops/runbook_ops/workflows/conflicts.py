"""Work that the database undid is done again: deadlocks, lock timeouts, stale snapshots, records that others saved meanwhile."""

import random
import time
from collections.abc import Callable

import frappe

TRIES_ON_CONFLICT = 5


def through_conflicts(work: Callable[[], None]) -> bool:
	"""Do the work, again after a conflict; False when there was one each time."""
	for attempt in range(TRIES_ON_CONFLICT):
		try:
			work()
			return True
		except Exception as error:
			frappe.db.rollback()
			if not is_conflict(error):
				raise
			time.sleep(random.random() * 0.05 * (attempt + 1))
	return False


def is_conflict(error: BaseException) -> bool:
	"""Whether the work was undone and may simply be done again: deadlock, lock timeout, stale snapshot, a record that somebody
	else saved meanwhile."""
	if isinstance(
		error, frappe.QueryDeadlockError | frappe.QueryTimeoutError | frappe.TimestampMismatchError
	):
		return True
	return bool(getattr(error, "args", None)) and error.args[0] in (1020, 1205, 1213)
