"""Move the deal that the booking came from to the stage that the step names."""

from ..decision import Act, Decision, Skip
from ..facts import Facts
from .contract import Action, Settings


def move_opportunity(settings: Settings, facts: Facts) -> Decision:
	"""Move the deal that the booking came from to the stage that the step names."""
	if not facts["opportunity"]:
		return Skip("no_opportunity")
	return Act({"opportunity": facts["opportunity"], "stage": settings.get("stage", "Booked")})


MOVE_OPPORTUNITY = Action(
	"move_opportunity",
	"Move the opportunity",
	move_opportunity,
	settings={"stage": False},
	needs_booking=False,
	reads=("opportunity",),
	writes=("Opportunity",),
)
