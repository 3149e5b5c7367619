"""Fire when the technician marks the job done; at the step's own time, when nobody did, a person looks."""

from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..spec import Event
from .contract import Action, Settings


def await_completion(settings: Settings, facts: Facts) -> Decision:
	"""Fire when the technician marks the job done; at the step's own time, when nobody did, a person looks."""
	if facts["job_completed"]:
		return Act({"booking": facts["booking"]})
	return Ask("job_not_completed", ("job_completed",), {"job": facts["job"]})


AWAIT_COMPLETION = Action(
	"await_completion",
	"Wait for the job to be done",
	await_completion,
	waits_for=Event.JOB_COMPLETED,
	reads=("job_completed", "booking", "job"),
)
