"""Wait for something to happen; the step's own time is the limit, after which a person looks."""

from collections.abc import Container, Iterable

from ...refusal import Refusal
from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..waits import FIELD, WAITS, event_of, has_happened
from .contract import Action, Settings


def wait(settings: Settings, facts: Facts) -> Decision:
	"""Wait for something to happen; the step's own time is the limit, after which a person looks."""
	what = str(settings["for"])
	if what == "time":
		return Act({"for": "its time"})
	title = f"{settings['field']} = {settings.get('value')}" if what == FIELD else WAITS[what].title
	if has_happened(settings, facts):
		return Act({"for": title})
	return Ask("not_happened", (), {"for": title})


def check_wait(step: str, settings: Settings, names: Container[str]) -> Iterable[Refusal]:
	"""A wait for a field names the field and the value."""
	if settings.get("for") != FIELD:
		return
	for name in ("field", "value"):
		if settings.get(name) in (None, ""):
			yield Refusal("setting_missing", f"{step}.settings.{name}", {"step": step, "setting": name})


def _read_for(settings: Settings) -> tuple[str, ...]:
	what = WAITS.get(str(settings.get("for")))
	return (what.fact,) if what else ()


WAIT = Action(
	"wait",
	"Wait",
	wait,
	settings={"for": True, "field": False, "value": False},
	choices={"for": ("time", *WAITS, FIELD)},
	check=check_wait,
	wakes_on=event_of,
	needs_booking=False,
	reads=tuple(sorted({each.fact for each in WAITS.values()})),
	narrows=_read_for,
	once="Nothing is done; the step ends once.",
)
