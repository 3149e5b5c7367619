"""Ask a person a question with named answers; later steps read the answer as the fact `answer.<this step's code>`."""

from collections.abc import Container, Iterable, Sequence
from typing import cast

from ...followups import Choice
from ...refusal import Refusal
from ..decision import Ask, Decision
from ..facts import Facts
from ..template import MissingFact, render
from .contract import Action, Settings

FEWEST, MOST = 2, 6
LONGEST = 60
RESERVED = frozenset(Choice)
"""Answers that mean something of their own to every task."""


def ask_person(settings: Settings, facts: Facts) -> Decision:
	"""Ask a person a question with named answers; skipping it, with a reason, is one more."""
	try:
		question = " ".join(render(str(settings["question"]), facts).split())
		note = render(str(settings.get("body") or ""), facts).strip()
	except MissingFact as missing:
		return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	values = {"question": question, "note": note, "role": settings.get("role")}
	return Ask("asked", (), values, (*answers_of(settings), Choice.SKIP))


def answers_of(settings: Settings) -> tuple[str, ...]:
	"""The named answers of a question, in their order."""
	return tuple(str(answer) for answer in cast(Sequence[object], settings.get("answers") or ()))


def check_question(step: str, settings: Settings, names: Container[str]) -> Iterable[Refusal]:
	"""A few answers, each short, different from the others and from what every task offers."""
	answers, field = settings.get("answers"), f"{step}.settings.answers"
	if not answers:
		return
	if not isinstance(answers, Sequence) or isinstance(answers, str):
		yield Refusal("setting_not_a_list", field, {"step": step, "setting": "answers"})
		return
	named = [answer.strip() for answer in answers if isinstance(answer, str)]
	plain = all(
		0 < len(name) <= LONGEST and "\n" not in name and name not in RESERVED and name == name.strip()
		for name in named
	)
	if len(named) != len(answers) or len(set(named)) != len(named) or not plain:
		values = {"step": step, "longest": LONGEST, "reserved": ", ".join(sorted(RESERVED))}
		yield Refusal("answers_shape", field, values)
	elif not FEWEST <= len(named) <= MOST:
		yield Refusal("answers_count", field, {"step": step, "fewest": FEWEST, "most": MOST})


ASK_PERSON = Action(
	"ask_person",
	"Ask a person",
	ask_person,
	settings={"question": True, "body": False, "answers": True, "role": False},
	templates=("question", "body"),
	structured=("answers",),
	check=check_question,
	needs_booking=False,
	writes=("Follow-up Task",),
	once="One open task a step; the first answer counts, under the step's lock.",
)
