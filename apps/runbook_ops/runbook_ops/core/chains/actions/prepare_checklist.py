"""Put the service's prep checklist on the job for the assigned technician."""

from ..decision import Act, Ask, Decision, Skip
from ..facts import Facts
from .contract import Action, Settings


def prepare_checklist(settings: Settings, facts: Facts) -> Decision:
	"""Put the service's prep checklist on the job for the assigned technician."""
	if not facts["checklist"]:
		return Skip("no_checklist")
	if not facts["job"]:
		return Ask("no_job", ("job",))
	return Act({"job": facts["job"], "lines": facts["checklist"]})


PREPARE_CHECKLIST = Action(
	"prepare_checklist",
	"Prepare the checklist",
	prepare_checklist,
	reads=("checklist", "job"),
	writes=("Service Job",),
	once="One transaction with the step's end; lines that the job has are not added again.",
)
