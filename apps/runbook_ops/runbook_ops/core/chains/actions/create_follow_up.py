"""Make a Follow-up Task that a person owns, due in `due_in_days` plus the days that the fact `due_in_days_of` holds."""

from typing import cast

from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..template import MissingFact, render
from .contract import Action, Settings

DUE_IN_DAYS = 2
DAY_FACTS = ("rebook_after_days",)
"""The facts that hold a number of days."""


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


CREATE_FOLLOW_UP = Action(
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
	reads=DAY_FACTS,
	writes=("Follow-up Task",),
	once="One transaction with the step's end; the task's key is the effect's.",
)
