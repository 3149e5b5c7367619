"""The rehearsal as one HTML page that stands alone: no script, nothing loaded from anywhere."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from ..core.chains.spec import StepState
from .figures import Figures
from .pages import render_html
from .records import Booking, Run, StepRun
from .world import World

MARKS = {
	StepState.DONE: "done",
	StepState.SKIPPED: "skipped",
	StepState.CANCELLED: "cancelled",
	StepState.HUMAN: "human",
	StepState.WAITING: "waiting",
}


@dataclass(frozen=True)
class Moment:
	"""One entry of a booking's timeline."""

	at: datetime | None
	mark: str
	title: str
	text: str
	step: StepRun | None = None


def render_page(world: World, figures: Figures) -> str:
	"""The page's HTML. Everything from the input is escaped."""
	return render_html(
		"page.html.jinja",
		world.business.zone,
		world=world,
		business=world.business,
		figures=figures,
		timeline=timeline,
		marks=marks,
		ended=ended,
		exceptions=[task for task in world.tasks if task.reason],
		follow_ups=[task for task in world.tasks if not task.reason],
		share_scale=max([1.0, *(load.share for load in figures.loads)]),
	)


def timeline(booking: Booking) -> list[Moment]:
	"""What happened to a booking and what its steps did, in the order of time; what never came up stands last."""
	moments = [Moment(at, "story", text, "") for at, text in booking.story]
	moments += [_moment(run, step) for run in booking.runs for step in run.steps if not _is_noise(step)]
	return sorted(moments, key=lambda moment: (moment.at is None, moment.at or booking.start))


def marks(booking: Booking) -> list[str]:
	"""How each step of a booking stands, in the order of its chains."""
	return [MARKS.get(step.state, "waiting") for run in booking.runs for step in run.current.values()]


def ended(booking: Booking) -> str:
	"""The same in words: 12 done, 2 skipped."""
	return ", ".join(f"{number} {mark}" for mark, number in Counter(marks(booking)).items())


def _moment(run: Run, step: StepRun) -> Moment:
	at = step.ended_at or (step.task.opened_at if step.task else step.due_at)
	text = step.effect if step.state is StepState.DONE else step.reason
	if step.state is StepState.WAITING:
		text = "Waits behind a step that a person has."
	elif step.state is StepState.HUMAN and step.task is not None:
		text = f"{step.reason} With {step.task.owner}."
	return Moment(at, MARKS.get(step.state, "waiting"), step.title, text, step)


def _is_noise(step: StepRun) -> bool:
	"""A step that was only planned again after a move says nothing."""
	return step.state is StepState.CANCELLED and step.reason_code == "rescheduled"
