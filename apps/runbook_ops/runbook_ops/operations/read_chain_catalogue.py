"""What a chain can be built from, as the editor shows it: events, moments, actions with their settings, facts, operators."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import cast

import frappe
from frappe import _
from frappe.model.meta import Meta

from ..chain_library import read_library_data
from ..core.booking import BookingStatus
from ..core.chains.actions import ACTIONS, Action
from ..core.chains.condition import OPERATORS
from ..core.chains.facts import FACTS, BookingPicture, build_facts
from ..core.chains.parse import WITHOUT_BOOKING
from ..core.job import JobStatus
from . import setting_words
from .publish_chain import OWN_SETTINGS

LINKS = {
	"chain": "Trigger Chain",
	"company": "Company",
	"customer": "Customer",
	"job_type": "Job Type",
	"opportunity": "Opportunity",
	"resource": "Service Resource",
	"role": "Role",
	"service": "Bookable Service",
	"stage": "Sales Stage",
	"territory": "Territory",
}
"""Facts and settings that name a record, and of what type it is."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CHOICES: dict[str, tuple[str, ...]] = {
	"status": tuple(BookingStatus),
	"job_status": tuple(JobStatus),
	"visit_weekday": WEEKDAYS,
}
GROUPS = (
	("customer", ("customer", "returning_customer", "contact", "source", "days_since")),
	(
		"visit",
		(
			*(
				"visit",
				"service",
				"hours_to",
				"duration",
				"booking",
				"status",
				"price",
				"address",
				"needs_address",
			),
			*("lead_hours", "rescheduled", "today", "prep", "notes", "rebook"),
		),
	),
	(
		"work",
		(
			*(
				"job",
				"technician",
				"previous_technician",
				"resource",
				"territory",
				"scope",
				"access",
				"material",
			),
			*("checklist", "outdoor", "stock"),
		),
	),
	("business", ("company", "review_link", "channels", "invoice")),
)
"""How facts are grouped in menus, by how their names begin."""

OPERATORS_OF = {
	"yes_no": ("=", "!="),
	"number": ("=", "!=", ">", ">=", "<", "<=", "between", "is set", "is not set"),
	"list": ("is set", "is not set", "contains", "not contains"),
	"date": ("=", "before", "after", "between", "is set", "is not set"),
	"text": (
		*(
			"=",
			"!=",
			"contains",
			"not contains",
			"in",
			"not in",
			"starts with",
			"ends with",
			"is set",
			"is not set",
		),
		*("before", "after", "between"),
	),
}


def read_chain_catalogue() -> dict:
	"""Everything that the editor offers, in the reader's language.

	`actions`: code, title, description, effect, needs_booking, settings; a setting: name, label, kind (`template`, `number`,
	`choice`, `yes_no`, `link`, `lines`, `facts`, `structure` or `text`), required, long, choices, options, description, depends_on;
	`starts_with`: what a new step of it begins with. `facts`: name, label, description, kind,
	group, choices, options. `operators_of`: kind of fact -> operators. `own_settings`: those with a column of the step's row.
	"""
	meta = frappe.get_meta("Trigger Chain Step")
	return {
		"actions": [_action(action, meta) for action in ACTIONS.values()],
		"facts": [_fact(name, description) for name, description in FACTS.items()],
		"operators": list(OPERATORS),
		"operators_of": {
			kind: [operator for operator in known if operator in OPERATORS]
			for kind, known in OPERATORS_OF.items()
		},
		"own_settings": list(OWN_SETTINGS),
		"without_booking": [event.value for event in WITHOUT_BOOKING],
	}


def read_ready_made() -> list[dict]:
	"""The chains of the library that one can start from: code, title, trigger, and the titles of their steps."""
	return [
		{
			"code": data["code"],
			"title": _(str(data["title"])),
			"trigger": data["trigger"],
			"steps": [_(str(step.get("title") or step["code"])) for step in cast(list[dict], data["steps"])],
		}
		for data in read_library_data()
	]


def _action(action: Action, meta: Meta) -> dict:
	return {
		"code": action.code,
		"title": _(action.title),
		"description": setting_words.about_actions().get(action.code)
		or _(_first_line(action.decide.__doc__)),
		"effect": action.effect.value,
		"needs_booking": action.needs_booking,
		"starts_with": {
			"on_reschedule": action.on_reschedule.value,
			"useful_minutes": action.useful_for // timedelta(minutes=1) if action.useful_for else 0,
		},
		"settings": [_setting(action, name, required, meta) for name, required in action.settings.items()],
	}


def _first_line(text: str | None) -> str:
	return (text or "").strip().partition("\n")[0]


def _setting(action: Action, name: str, required: bool, meta: Meta) -> dict:
	column = meta.get_field(name) if name in OWN_SETTINGS else None
	choices = [str(choice) for choice in action.choices.get(name, ())]
	of_site = setting_words.choices_of_site(action.code, name)
	kind = _kind_of_setting(action, name, bool(of_site))
	words = setting_words.words_of_choices()
	return {
		"name": name,
		"label": setting_words.labels().get(name) or (_(column.label) if column else _label(name)),
		"description": setting_words.descriptions().get(name, ""),
		"kind": kind,
		"required": required,
		"long": name not in ("subject", "title", "question"),
		"choices": [[choice, words.get(choice) or _label(choice)] for choice in choices or of_site],
		"options": (column and column.options if column and column.fieldtype == "Link" else LINKS.get(name)),
		"empty_means": setting_words.what_empty_means().get(name),
		"depends_on": setting_words.DEPENDS_ON.get((action.code, name)),
	}


def _kind_of_setting(action: Action, name: str, chosen_on_site: bool) -> str:
	choices = action.choices.get(name, ())
	structured = "text" if name == "value" else "structure"
	found = {
		"template": name in action.templates,
		"lines": name in setting_words.LINES,
		"facts": name in setting_words.FACTS,
		structured: name in action.structured,
		"yes_no": bool(choices) and set(choices) <= {True, False},
		"choice": bool(choices) or chosen_on_site,
		"number": name in action.numbers,
		"link": name in LINKS,
	}
	return next((kind for kind, holds in found.items() if holds), "text")


def _fact(name: str, description: str) -> dict:
	choices = CHOICES.get(name, ())
	return {
		"name": name,
		"label": _label(name),
		"description": _(description),
		"kind": _kinds().get(name, "text"),
		"group": next((group for group, starts in GROUPS if name.startswith(starts)), "other"),
		"choices": list(choices),
		"options": LINKS.get(name),
	}


def _label(name: str) -> str:
	return _(name.replace("_", " ").capitalize())


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
	"""What each fact holds, read off the facts of a booking about which little is known."""
	start = datetime(2026, 1, 5, 10, tzinfo=UTC)
	about = BookingPicture(
		*("B", "Confirmed", "C", "Ada", "S", "Cut", start, start + timedelta(hours=1)),
		customer_last_visit=start.date(),
		booked_at=start,
	)
	return {name: _kind(value) for name, value in build_facts(about, start, UTC).items()}


def _kind(value: object) -> str:
	if isinstance(value, bool):
		return "yes_no"
	if isinstance(value, int | float | Decimal):
		return "number"
	if isinstance(value, date):
		return "date"
	return "list" if isinstance(value, tuple) else "text"
