"""Do a request again when the database undid it for a conflict, so that nobody sees a deadlock."""

import random
import time
from collections.abc import Callable
from functools import wraps

import frappe

from ..errors import is_conflict

TRIES = 4


def retried(function: Callable) -> Callable:
	"""Run a whitelisted function again, from a fresh transaction, after a deadlock, a lock timeout or a stale snapshot."""

	@wraps(function)
	def run(*args, **kwargs):
		for attempt in range(TRIES):
			try:
				return function(*args, **kwargs)
			except Exception as error:
				if not is_conflict(error) or attempt == TRIES - 1:
					raise
				frappe.db.rollback()
				frappe.clear_messages()
				time.sleep(random.random() * 0.05 * (attempt + 1))
		return None

	return run
