"""Write what the booking tells about the customer to the customer's and the contact's record."""

from ..decision import Act, Decision
from ..facts import Facts
from .contract import Action, Settings


def update_customer(settings: Settings, facts: Facts) -> Decision:
	"""Write what the booking tells about the customer to the customer's and the contact's record."""
	return Act({"source": facts["source"], "job_type": facts["job_type"], "contact": facts["contact"]})


UPDATE_CUSTOMER = Action(
	"update_customer",
	"Update customer and contact",
	update_customer,
	reads=("source", "job_type", "contact"),
	writes=("Customer", "Contact"),
)
