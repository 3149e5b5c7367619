"""Set one field of the record, or of the booking's job, customer, contact or opportunity; which fields may be set, Runbook Settings say."""

from collections.abc import Container, Iterable

from ...refusal import Refusal
from ..decision import Act, Ask, Decision, Skip
from ..facts import Facts
from ..parse_template import template_problem
from ..template import MissingFact, render
from .contract import Action, Settings

RECORDS = {
	"booking": "Service Booking",
	"job": "Service Job",
	"customer": "Customer",
	"contact": "Contact",
	"opportunity": "Opportunity",
}
THE_RECORD = "record"
"""The record that the run is about, whatever its doctype."""


def update_field(settings: Settings, facts: Facts) -> Decision:
	"""Set one field of the record, or of the booking's job, customer, contact or opportunity."""
	of = str(settings["of"])
	name = facts[of] if of != THE_RECORD else None
	if of != THE_RECORD and not name:
		return Skip("no_record_to_update", {"record": of})
	value = settings.get("value")
	if isinstance(value, str):
		try:
			value = render(value, facts).strip()
		except MissingFact as missing:
			return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	return Act(
		{"of": of, "doctype": RECORDS.get(of), "name": name, "field": settings["field"], "value": value}
	)


def check_update(step: str, settings: Settings, names: Container[str]) -> Iterable[Refusal]:
	"""A value is a template, a number, yes or no, or empty."""
	value = settings.get("value")
	if isinstance(value, str):
		problem = template_problem(step, "value", value, names)
		if problem:
			yield problem
	elif value is not None and not isinstance(value, (int, float)):
		yield Refusal("setting_not_a_value", f"{step}.settings.value", {"step": step, "setting": "value"})


UPDATE_FIELD = Action(
	"update_field",
	"Update a field",
	update_field,
	settings={"of": True, "field": True, "value": False},
	choices={"of": (*RECORDS, THE_RECORD)},
	structured=("value",),
	check=check_update,
	needs_booking=False,
	reads=tuple(RECORDS),
	writes=(*RECORDS.values(), "the record of the run"),
	once="One transaction with the step's end; setting a field to a value twice is setting it once.",
)
