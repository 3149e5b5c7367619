"""How many statements a piece of work sends, as the server counts them."""

from collections.abc import Callable

import frappe


def statements(work: Callable[[], object]) -> int:
	"""How many statements this connection sends while the work is done once."""
	before = _sent()
	work()
	return _sent() - before - 1


def _sent() -> int:
	return int(frappe.db.sql("show session status like 'Questions'")[0][1])
