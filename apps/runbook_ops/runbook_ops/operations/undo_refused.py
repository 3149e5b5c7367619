"""A part of a larger piece of work that is done whole or not at all: what refuses it is noted, and the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import frappe
from frappe.utils import strip_html
from rq.timeouts import JobTimeoutException

from ..errors import is_conflict


@dataclass
class Attempt:
	"""How the part went: the error that stopped it, None when it was done."""

	error: Exception | None = None

	@property
	def refusal(self) -> str:
		"""The error's own words, or its name where it has none; empty when the part was done."""
		if self.error is None:
			return ""
		return strip_html(str(self.error)) or type(self.error).__name__


@contextmanager
def undo_refused(
	errors: tuple[type[Exception], ...] = (frappe.ValidationError,), but: tuple[type[Exception], ...] = ()
) -> Iterator[Attempt]:
	"""Do what stands inside; what raises one of `errors` is undone, and told to nobody else.

	Raised all the same: those of `but`, and a conflict with another transaction, which has undone more than this part.
	"""
	attempt = Attempt()
	savepoint, messages = f"attempt_{id(attempt)}", len(frappe.local.message_log)
	frappe.db.savepoint(savepoint)
	try:
		yield attempt
	except errors as error:
		if isinstance(error, (JobTimeoutException, *but)) or is_conflict(error):
			raise
		frappe.db.rollback(save_point=savepoint)
		del frappe.local.message_log[messages:]
		attempt.error = error
