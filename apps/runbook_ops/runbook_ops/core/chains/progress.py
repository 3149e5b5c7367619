"""How a run stands, from the states of its steps."""

from collections.abc import Mapping

from .spec import OPEN_STEPS, UNDO, RunStatus, StepState

MOST_DEEP = 5
"""So many chains may start one another in a row; the next one goes to a person."""


def run_status(states: Mapping[str, StepState]) -> RunStatus:
	"""Done when every step has ended, needing attention while a person owns one, else running; one that was taken back is cancelled."""
	found = set(states.values())
	if StepState.HUMAN in found:
		return RunStatus.NEEDS_ATTENTION
	if found.intersection(OPEN_STEPS):
		return RunStatus.RUNNING
	return RunStatus.CANCELLED if any(code.startswith(UNDO) for code in states) else RunStatus.DONE
