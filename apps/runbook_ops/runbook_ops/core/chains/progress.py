"""How a run stands, from the states of its steps."""

from collections.abc import Mapping

from .spec import OPEN_STEPS, RunStatus, StepState


def run_status(states: Mapping[str, StepState]) -> RunStatus:
	"""Done when every step has ended, needing attention while a person owns one, else running."""
	found = set(states.values())
	if StepState.HUMAN in found:
		return RunStatus.NEEDS_ATTENTION
	return RunStatus.RUNNING if found.intersection(OPEN_STEPS) else RunStatus.DONE
