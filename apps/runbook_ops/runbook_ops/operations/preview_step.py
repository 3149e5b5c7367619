"""What a step would do for a real record, with nothing sent and nothing saved: its time, its texts, its decision."""

from collections.abc import Mapping
from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.chains.actions import ACTIONS
from ..core.chains.decide import ABOUT_CLOSED, CLOSED_BOOKING, decide_step, facts_read
from ..core.chains.decision import Act, Decision
from ..core.chains.facts import FACTS, BookingPicture, build_facts
from ..core.chains.parse import ChainProblems, parse_chain, record_of
from ..core.chains.plan import due_time
from ..core.chains.spec import Anchor, ChainSpec, Event, StepSpec
from ..core.chains.template import MissingFact, render
from ..messages import tell
from ..site_time import site_zone, to_site, utc_now
from ..store.office import opening_hours, quiet_hours
from ..store.pictures import picture_about
from .check_trigger import known_fields
from .publish_chain import form_to_data


def record_type(trigger: str, form: str | None) -> str | None:
	"""The type of the records that a chain with this trigger is about; None where they are about none."""
	return record_of(Event(trigger), form or None) if trigger in set(Event) else None


def preview_step(doc: Document, number: int, doctype: str, name: str) -> dict | None:
	"""What the step in row `number` (from 0) would do for a record; None when the step has problems or the record is gone.

	`about` (whom and what the record is about), `due_at` (site time, None when it hangs on what has not happened), `outcome`
	(`act`, `skip`, `ask` or `postpone`), `reason`, `recipient`, `texts` (setting -> what its template gives), `missing` (setting ->
	the fact that it lacks), `uses` (label -> value).
	"""
	found = _read_step(doc, number)
	if found is None:
		return None
	chain, step = found
	wanted = facts_read(step)
	about = picture_about(doctype, name, name if doctype == "Service Booking" else None, wanted)
	if about is None:
		return None
	due = due_time(step.timing, _anchors(about), site_zone(), opening_hours())
	now = due or utc_now()
	facts = {**dict.fromkeys(wanted), **build_facts(about, now, site_zone())}
	facts["status"] = _status(about, chain.trigger)
	decision = decide_step(step, facts, now, now, chain.trigger, quiet_hours())
	texts, missing = _texts(step, facts)
	arguments = decision.arguments if isinstance(decision, Act) else {}
	return {
		"about": ", ".join(filter(None, (about.customer_name, about.service_name))),
		"due_at": to_site(due) if due else None,
		"outcome": type(decision).__name__.lower(),
		"reason": _reason(decision),
		"recipient": arguments.get("recipient"),
		"texts": texts,
		"missing": missing,
		"uses": {} if "recipient" in arguments else _uses(arguments, texts),
	}


def _read_step(doc: Document, number: int) -> tuple[ChainSpec, StepSpec] | None:
	"""A step with its chain; when others of its steps have problems, with the chain that it alone would be."""
	data, fields = form_to_data(doc), known_fields(doc.trigger_event, doc.trigger_doctype)
	row = data["steps"][number]
	for steps in (data["steps"], [{**row, "after": None}]):
		try:
			chain = parse_chain({**data, "steps": steps}, fields)
		except ChainProblems:
			continue
		step = chain.step(str(row["code"]))
		return (chain, step) if step else None
	return None


def _uses(arguments: Mapping[str, object], texts: Mapping[str, str]) -> dict[str, str]:
	"""What an action would work with, beside the texts that are shown anyway."""
	return {
		name.replace("_", " ").capitalize(): _plain(value)
		for name, value in arguments.items()
		if name not in texts and value not in (None, "", ())
	}


def _anchors(about: BookingPicture) -> Mapping[Anchor, datetime]:
	"""As if the chain started now and the work were done when the visit ends."""
	return {
		Anchor.RUN_START: utc_now(),
		Anchor.BOOKING_START: about.start,
		Anchor.BOOKING_END: about.end,
		Anchor.JOB_COMPLETED: about.job_completed_at or about.end,
	}


def _status(about: BookingPicture, trigger: Event) -> str:
	"""The record's state as it would be while the chain runs: a closed booking can still lend its data."""
	if trigger in ABOUT_CLOSED:
		return ABOUT_CLOSED[trigger]
	return BookingStatus.CONFIRMED if about.status in CLOSED_BOOKING else about.status


def _texts(step: StepSpec, facts: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
	texts: dict[str, str] = {}
	missing: dict[str, str] = {}
	for setting in ACTIONS[step.action].templates:
		try:
			texts[setting] = render(str(step.settings.get(setting) or ""), facts).strip()
		except MissingFact as lacking:
			missing[setting] = frappe._(FACTS.get(lacking.name, lacking.name))
	return texts, missing


def _reason(decision: Decision) -> str:
	return "" if isinstance(decision, Act) else tell(decision.code, dict(decision.values))


def _plain(value: object) -> str:
	if isinstance(value, tuple | list):
		return ", ".join(_plain(each) for each in value)
	return str(value)
