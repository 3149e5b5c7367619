"""Reason codes to text in the reader's language."""

from datetime import datetime
from typing import NoReturn

import frappe
from frappe import _

from .core.reasons import REASONS, fill
from .core.refusal import Refusal
from .errors import RunbookError
from .site_time import to_site


def tell(code: str, values: dict | None = None) -> str:
	"""The translated text of a reason; aware moments are told in the site's time."""
	return fill(_(REASONS[code]), {name: _plain(value) for name, value in (values or {}).items()})


def refuse(refusal: Refusal, error: type[RunbookError]) -> NoReturn:
	"""Raise a refusal as the error that people see."""
	frappe.throw(tell(refusal.code, dict(refusal.values)), error)
	raise AssertionError("frappe.throw returned")


def _plain(value: object) -> object:
	return (
		frappe.format(to_site(value), "Datetime") if isinstance(value, datetime) and value.tzinfo else value
	)
