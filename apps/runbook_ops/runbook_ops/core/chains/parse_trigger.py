"""What starts a chain, from plain data: each event asks for what it needs, and what it has no use for is left out."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta

from ..recurrence import Rule, check_first_day, parse_rule
from ..refusal import Refusal
from .moments import USUAL_FIRST_DAY, USUAL_TIME
from .parse_value import names, wall_time, whole
from .spec import Event, TriggerDetails

MOST_VALUES = 50
RECORD_EVENTS = (
	Event.FORM_SUBMITTED,
	Event.RECORD_CHANGED,
	Event.RECORD_SUBMITTED,
	Event.RECORD_CANCELLED,
	Event.DATE_REACHED,
)
"""The events of a record of a DocType that the chain names."""

CHAIN_EVENTS = (Event.CHAIN_ENDED, Event.CHAIN_STEP)
"""The events of other chains; the run is about the same record, a booking where the chain names no DocType."""

NEEDS: dict[Event, tuple[str, ...]] = {
	Event.FORM_SUBMITTED: ("trigger_doctype",),
	Event.RECORD_CHANGED: ("trigger_doctype", "trigger_field"),
	Event.RECORD_SUBMITTED: ("trigger_doctype",),
	Event.RECORD_CANCELLED: ("trigger_doctype",),
	Event.DATE_REACHED: ("trigger_doctype", "trigger_field"),
	Event.TIME_RECURRING: ("trigger_rule", "trigger_at"),
	Event.SUBMISSION: ("trigger_values",),
	Event.CHAIN_ENDED: ("trigger_chain",),
}
USES: dict[Event, tuple[str, ...]] = {
	Event.OPPORTUNITY_STAGE: ("trigger_from", "trigger_to"),
	Event.RECORD_CHANGED: ("trigger_from", "trigger_to"),
	Event.DATE_REACHED: ("trigger_offset_minutes", "trigger_at"),
	Event.TIME_RECURRING: ("trigger_starts_on",),
	Event.CHAIN_ENDED: ("trigger_doctype",),
	Event.CHAIN_STEP: ("trigger_doctype",),
}
TRIGGER_KEYS = (
	"trigger_doctype",
	"trigger_field",
	"trigger_from",
	"trigger_to",
	"trigger_offset_minutes",
	"trigger_at",
	"trigger_rule",
	"trigger_starts_on",
	"trigger_chain",
	"trigger_values",
)
"""The keys of plain data, and the fields of the form, that tell of the trigger beside its event."""

STATES_BY_EVENT = ("Service Booking", "Service Job")


def parse_trigger(
	data: Mapping[str, object], event: Event, problems: list[Refusal]
) -> tuple[str | None, TriggerDetails]:
	"""The DocType that the trigger watches, if any, and the other details; what is wrong is added to `problems`."""
	used = (*NEEDS.get(event, ()), *USES.get(event, ()))
	given = {key: data.get(key) for key in used if data.get(key) not in (None, "", [], ())}
	for key in NEEDS.get(event, ()):
		if key not in given:
			problems.append(Refusal("trigger_lacks", key, {"field": key, "trigger": event.value}))
	doctype = str(given["trigger_doctype"]) if "trigger_doctype" in given else None
	field = str(given.get("trigger_field", ""))
	if doctype in STATES_BY_EVENT and field == "status" and event is Event.RECORD_CHANGED:
		problems.append(Refusal("trigger_has_event", "trigger_field", {"doctype": doctype}))
	details = TriggerDetails(
		field=field,
		from_value=str(given.get("trigger_from", "")),
		to_value=str(given.get("trigger_to", "")),
		offset=timedelta(
			minutes=whole(given.get("trigger_offset_minutes"), 0, "trigger_offset_minutes", problems) or 0
		),
		at=wall_time(given.get("trigger_at"), "trigger_at", problems),
		starts_on=_day(given.get("trigger_starts_on"), problems),
		chain=str(given.get("trigger_chain", "")),
		values=_names(given.get("trigger_values"), problems),
	)
	if details.from_value and details.from_value == details.to_value:
		problems.append(Refusal("trigger_no_change", "trigger_to", {"value": details.to_value}))
	if "trigger_rule" not in given:
		return doctype, details
	rule = _rule(str(given["trigger_rule"]), details, problems)
	return doctype, TriggerDetails(at=details.at, starts_on=details.starts_on, rule=rule)


def trigger_to_data(doctype: str | None, details: TriggerDetails) -> dict[str, object]:
	"""The plain data that `parse_trigger` reads back; what is not set is left out."""
	written: dict[str, object] = {
		"trigger_field": details.field,
		"trigger_from": details.from_value,
		"trigger_to": details.to_value,
		"trigger_offset_minutes": details.offset // timedelta(minutes=1),
		"trigger_at": details.at and details.at.strftime("%H:%M"),
		"trigger_rule": details.rule and details.rule.text,
		"trigger_starts_on": details.starts_on and details.starts_on.isoformat(),
		"trigger_chain": details.chain,
		"trigger_values": list(details.values),
	}
	return {"trigger_doctype": doctype, **{key: value for key, value in written.items() if value}}


def _day(value: object, problems: list[Refusal]) -> date | None:
	if value is None:
		return None
	try:
		return date.fromisoformat(str(value)[:10])
	except ValueError:
		field = "trigger_starts_on"
		problems.append(Refusal("not_a_day", field, {"field": field, "value": str(value)[:40]}))
		return None


def _names(value: object, problems: list[Refusal]) -> tuple[str, ...]:
	found = tuple(dict.fromkeys(filter(None, names(value))))
	for name in found:
		if not name.isidentifier() or len(name) > 60:
			problems.append(Refusal("trigger_value_name", "trigger_values", {"name": name[:60]}))
	if len(found) > MOST_VALUES:
		problems.append(Refusal("trigger_values_many", "trigger_values", {"most": MOST_VALUES}))
	return found


def _rule(text: str, details: TriggerDetails, problems: list[Refusal]) -> Rule | None:
	rule = parse_rule(text, details.at or USUAL_TIME, UTC)
	checked = check_first_day(rule, details.starts_on or USUAL_FIRST_DAY) if isinstance(rule, Rule) else rule
	if checked is not None:
		problems.append(Refusal(checked.code, "trigger_rule", checked.values))
		return None
	assert isinstance(rule, Rule)
	if rule.count is not None and details.starts_on is None:
		problems.append(Refusal("trigger_count_without_start", "trigger_starts_on"))
	return rule
