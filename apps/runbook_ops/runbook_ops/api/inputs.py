"""Times, days and amounts as programs and pages write them; what is none of these is refused by the field's name."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from frappe.utils import get_datetime

from ..core.refusal import Refusal
from ..errors import InputRefused
from ..messages import refuse
from ..site_time import from_site


def to_moment(text: str, field: str) -> datetime:
	"""A moment from text: site time, or with an offset of its own."""
	try:
		return from_site(get_datetime(text) or "")
	except (ValueError, TypeError, OverflowError):
		refuse(Refusal("not_a_time", field, {"field": field, "value": text}), InputRefused)


def to_day(text: str | None, field: str) -> date:
	"""A day from text, such as 2026-11-30."""
	try:
		return date.fromisoformat(str(text or ""))
	except ValueError:
		refuse(Refusal("not_a_day", field, {"field": field, "value": text or "—"}), InputRefused)


def to_day_or_none(text: str | None, field: str) -> date | None:
	"""A day from text; None where there is none."""
	return to_day(text, field) if text else None


def to_amount(value: str | float | None, field: str) -> Decimal | None:
	"""A number that is not negative; None where there is none."""
	if value in (None, ""):
		return None
	try:
		found = Decimal(str(value))
	except InvalidOperation:
		found = Decimal(-1)
	if not found.is_finite() or found < 0:
		refuse(Refusal("not_an_amount", field, {"field": field, "value": value}), InputRefused)
	return found
