"""Start another chain about the same record."""

from ..decision import Act, Decision
from ..facts import Facts
from .contract import Action, Settings


def start_chain(settings: Settings, facts: Facts) -> Decision:
	"""Start another chain about the same record."""
	return Act({"chain": settings["chain"]})


START_CHAIN = Action(
	"start_chain",
	"Start a chain",
	start_chain,
	settings={"chain": True},
	needs_booking=False,
	writes=("Chain Run",),
	once="One transaction with the step's end; the new run's key names the run and step that started it.",
)
