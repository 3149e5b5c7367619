"""The actions that a step can take, each deciding from settings and facts alone what is to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from ..booking import BookingStatus
from .decision import Act, Ask, Decision, Skip
from .facts import Facts, Material
from .spec import EffectClass, Event
from .template import MissingFact, render

Settings = Mapping[str, object]


@dataclass(frozen=True)
class Action:
	"""An action's contract. `settings`: name -> whether it is required; `templates`: the settings that are templates."""

	code: str
	title: str
	decide: Callable[[Settings, Facts], Decision]
	effect: EffectClass = EffectClass.LOCAL
	settings: Mapping[str, bool] = field(default_factory=dict)
	templates: tuple[str, ...] = ()
	choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
	numbers: tuple[str, ...] = ()
	waits_for: Event | None = None
	needs_booking: bool = True


def update_customer(settings: Settings, facts: Facts) -> Decision:
	"""Write what the booking tells about the customer to the customer's and the contact's record."""
	return Act({"source": facts["source"], "job_type": facts["job_type"], "contact": facts["contact"]})


def move_opportunity(settings: Settings, facts: Facts) -> Decision:
	"""Move the deal that the booking came from to the stage that the step names."""
	if not facts["opportunity"]:
		return Skip("no_opportunity")
	return Act({"opportunity": facts["opportunity"], "stage": settings.get("stage", "Booked")})


def create_job(settings: Settings, facts: Facts) -> Decision:
	"""Make the work order: what is to be done, where, and how to get in."""
	if facts["needs_address"] and not facts["address"]:
		return Ask("job_needs_address", ("address",))
	return Act(
		{
			"scope": facts["scope"] or facts["service_name"],
			"address": facts["address"],
			"access_notes": facts["access_notes"],
		}
	)


def assign_job(settings: Settings, facts: Facts) -> Decision:
	"""Give the job to the person or crew whose time the booking has claimed."""
	if not facts["job"]:
		return Ask("no_job", ("job",))
	if not facts["resource"]:
		return Ask("nobody_booked", ("resource",))
	return Act({"job": facts["job"], "resource": facts["resource"]})


def check_materials(settings: Settings, facts: Facts) -> Decision:
	"""Compare what the visit uses up with the stock, and order what is short."""
	if not facts["materials"]:
		return Skip("no_materials")
	short = cast(tuple[Material, ...], facts["materials_short"])
	return Act({"short": tuple((material.item, material.shortage, material.uom) for material in short)})


def prepare_checklist(settings: Settings, facts: Facts) -> Decision:
	"""Put the service's prep checklist on the job for the assigned technician."""
	if not facts["checklist"]:
		return Skip("no_checklist")
	if not facts["job"]:
		return Ask("no_job", ("job",))
	return Act({"job": facts["job"], "lines": facts["checklist"]})


def await_completion(settings: Settings, facts: Facts) -> Decision:
	"""Fire when the technician marks the job done; at the step's own time, when nobody did, a person looks."""
	if facts["job_completed"]:
		return Act({"booking": facts["booking"]})
	return Ask("job_not_completed", ("job_completed",), {"job": facts["job"]})


def send_message(settings: Settings, facts: Facts) -> Decision:
	"""Compose a message for this booking as it stands and send it to the customer or the technician."""
	to = str(settings.get("to", "customer"))
	recipient = facts[f"{to}_email"]
	if not recipient:
		return Ask(f"{to}_has_no_email", (f"{to}_email",))
	try:
		subject = " ".join(render(str(settings["subject"]), facts).split())
		body = render(str(settings["body"]), facts).strip()
	except MissingFact as missing:
		return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	message = {"to": to, "recipient": recipient, "subject": subject, "body": body}
	if settings.get("invitation"):
		about = {"invitation": _method(facts), "booking": facts["booking"], "name": facts[f"{to}_name"] or ""}
		return Act({**message, **about})
	return Act(message)


def _method(facts: Facts) -> str:
	"""What the invitation asks of the recipient's calendar: to show the visit, or to take it out (RFC 5546)."""
	return "CANCEL" if facts["status"] in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW) else "REQUEST"


def create_follow_up(settings: Settings, facts: Facts) -> Decision:
	"""Make a Follow-up Task that a person owns, due in `due_in_days` plus the days that the fact `due_in_days_of` holds."""
	try:
		subject = " ".join(render(str(settings["subject"]), facts).split())
		note = render(str(settings.get("body", "")), facts).strip()
	except MissingFact as missing:
		return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	fact, days = settings.get("due_in_days_of"), settings.get("due_in_days")
	if days is None:
		days = 0 if fact else DUE_IN_DAYS
	days = int(cast(int, days)) + (int(cast(int, facts[str(fact)])) if fact else 0)
	return Act({"subject": subject, "note": note, "role": settings.get("role"), "due_in_days": max(0, days)})


DUE_IN_DAYS = 2
DAY_FACTS = ("rebook_after_days",)
"""The facts that hold a number of days."""

MESSAGE_SETTINGS = {"to": False, "subject": True, "body": True, "invitation": False}

ACTIONS: dict[str, Action] = {
	action.code: action
	for action in (
		Action("update_customer", "Update customer and contact", update_customer),
		Action(
			"move_opportunity",
			"Move the opportunity",
			move_opportunity,
			settings={"stage": False},
			needs_booking=False,
		),
		Action("create_job", "Create the job", create_job),
		Action("assign_job", "Assign the job", assign_job),
		Action("check_materials", "Check materials", check_materials),
		Action("prepare_checklist", "Prepare the checklist", prepare_checklist),
		Action(
			"await_completion", "Wait for the job to be done", await_completion, waits_for=Event.JOB_COMPLETED
		),
		Action(
			"send_message",
			"Send a message",
			send_message,
			EffectClass.LOOK_UP,
			MESSAGE_SETTINGS,
			("subject", "body"),
			{"to": ("customer", "technician"), "invitation": (True, False)},
			needs_booking=False,
		),
		Action(
			"create_follow_up",
			"Create a Follow-up Task",
			create_follow_up,
			settings={
				"subject": True,
				"body": False,
				"role": False,
				"due_in_days": False,
				"due_in_days_of": False,
			},
			templates=("subject", "body"),
			choices={"due_in_days_of": DAY_FACTS},
			numbers=("due_in_days",),
			needs_booking=False,
		),
	)
}
