"""Work that the database undid is done again: deadlocks, lock timeouts, stale snapshots, records that others saved meanwhile."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe

from ..errors import is_conflict

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


@contextmanager
def again_on_conflict() -> Iterator[None]:
	"""A background job that meets a conflict is done again by Frappe, up to five times."""
	try:
		yield
	except Exception as error:
		if not is_conflict(error):
			raise
		raise frappe.RetryBackgroundJobError(str(error)) from error
