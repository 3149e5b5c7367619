"""Moments, spans and reasons as people read them, in the business's time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from ..core.chains.facts import time_text
from ..core.reasons import reason_text
from ..core.refusal import Refusal
from ..core.slots import Slot
from ..core.timeline import from_minutes


def moment_text(moment: datetime, zone: tzinfo) -> str:
	"""A moment: Tue 24 Nov 2026, 2:30 PM."""
	local = moment.astimezone(zone)
	return f"{day_text(local.date())}, {time_text(local)}"


def day_text(day: date) -> str:
	"""A day: Tue 24 Nov 2026."""
	return f"{day:%a} {day.day} {day:%b %Y}"


def span_text(span: timedelta) -> str:
	"""A span in its largest fitting unit: at once, 12 min, 3.5 h, 2 days."""
	minutes = span / timedelta(minutes=1)
	if minutes < 1:
		return "at once"
	if minutes < 90:
		return f"{minutes:.0f} min"
	if minutes < 48 * 60:
		return f"{minutes / 60:.3g} h"
	return f"{minutes / 1440:.3g} days"


def reason(code: str, values: Mapping[str, object], zone: tzinfo) -> str:
	"""The text of a reason code, moments and days told in `zone`."""
	return reason_text(code, {name: _value_text(value, zone) for name, value in values.items()})


def refusal_text(refusal: Refusal, zone: tzinfo) -> str:
	"""The text of a refusal."""
	return reason(refusal.code, refusal.values, zone)


def slot_text(slot: Slot, zone: tzinfo) -> str:
	"""An open slot that is offered: Tue 24 Nov 2026, 2:30 PM with Crew North."""
	return f"{moment_text(from_minutes(slot.start), zone)} with {', '.join(slot.resources)}"


def amount_text(value: Decimal) -> str:
	"""A quantity without useless zeros: 2, 0.5."""
	return f"{value.normalize():f}"


def _value_text(value: object, zone: tzinfo) -> object:
	if isinstance(value, datetime):
		return moment_text(value if value.tzinfo else value.replace(tzinfo=UTC), zone)
	if isinstance(value, date):
		return day_text(value)
	if isinstance(value, bool):
		return "yes" if value else "no"
	return value
