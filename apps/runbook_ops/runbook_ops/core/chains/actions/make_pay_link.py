"""Make the link by which the customer pays what an invoice still owes, for the messages of later steps."""

from datetime import timedelta

from ..decision import Act, Decision, Skip
from ..facts import Facts
from .contract import Action, Settings


def make_pay_link(settings: Settings, facts: Facts) -> Decision:
	"""Make the link by which the customer pays what an invoice still owes; later messages name it as pay_link."""
	invoice = facts["unpaid_invoice"]
	return Act({"invoice": invoice}) if invoice else Skip("pay_link_nothing_owed")


MAKE_PAY_LINK = Action(
	"make_pay_link",
	"Make a pay link",
	make_pay_link,
	needs_booking=False,
	reads=("unpaid_invoice",),
	writes=("Pay Link",),
	once="One transaction with the step's end, and an invoice has one open link: a further step brings it up to date.",
	useful_for=timedelta(days=2),
)
