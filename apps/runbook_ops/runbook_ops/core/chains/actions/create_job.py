"""Make the work order: what is to be done, where, and how to get in."""

from ..decision import Act, Ask, Decision
from ..facts import Facts
from .contract import Action, OnCancel, Settings


def create_job(settings: Settings, facts: Facts) -> Decision:
	"""Make the work order: what is to be done, where, and how to get in."""
	if facts["needs_address"] and not facts["address"]:
		return Ask("job_needs_address", ("address",))
	return Act(
		{
			"scope": facts["scope"] or facts["service_name"],
			"address": facts["address"],
			"access_notes": facts["access_notes"],
		}
	)


CREATE_JOB = Action(
	"create_job",
	"Create the job",
	create_job,
	reads=("needs_address", "address", "scope", "service_name", "access_notes"),
	writes=("Service Job", "Service Booking"),
	once="One transaction with the step's end, and a booking has one job.",
	on_cancel=OnCancel.COMPENSATE,
)
