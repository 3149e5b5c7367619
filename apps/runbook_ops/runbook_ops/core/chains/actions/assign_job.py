"""Give the job to the person or crew whose time the booking has claimed."""

from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..spec import OnReschedule
from .contract import Action, OnCancel, Settings


def assign_job(settings: Settings, facts: Facts) -> Decision:
	"""Give the job to the person or crew whose time the booking has claimed."""
	if not facts["job"]:
		return Ask("no_job", ("job",))
	if not facts["resource"]:
		return Ask("nobody_booked", ("resource",))
	return Act({"job": facts["job"], "resource": facts["resource"]})


ASSIGN_JOB = Action(
	"assign_job",
	"Assign the job",
	assign_job,
	reads=("job", "resource"),
	writes=("Service Job",),
	on_cancel=OnCancel.COMPENSATE,
	on_reschedule=OnReschedule.REDO,
)
