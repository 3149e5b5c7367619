"""Taking back: the steps that a cancelled booking adds to a run, one for each done step whose action declares how it is undone."""

from collections.abc import Mapping
from dataclasses import replace

from .actions import ACTIONS
from .spec import UNDO, ChainSpec, StepSpec, StepState


def undo_step(spec: ChainSpec, code: str) -> StepSpec | None:
	"""The step that takes back the one of this code (with or without the prefix); None when nothing does."""
	done = spec.step(code.removeprefix(UNDO))
	action = ACTIONS.get(done.action) if done else None
	if done is None or action is None or action.undone_by is None:
		return None
	title = ACTIONS[action.undone_by].title
	return StepSpec(f"{UNDO}{done.code}", title, action.undone_by, exception=done.exception, priority=5)


def with_undoing(spec: ChainSpec, states: Mapping[str, StepState]) -> tuple[ChainSpec, tuple[StepSpec, ...]]:
	"""What a cancel adds to a run: the chain with the steps that take back what is done, and those steps."""
	found = (
		undo_step(spec, step.code)
		for step in spec.steps
		if states.get(step.code) is StepState.DONE and f"{UNDO}{step.code}" not in states
	)
	steps = tuple(step for step in found if step)
	return replace(spec, steps=(*spec.steps, *steps)), steps
