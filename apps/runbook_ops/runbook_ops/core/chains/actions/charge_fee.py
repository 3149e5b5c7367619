"""Charge what the policy that was accepted asks for a visit that was missed or cancelled late."""

from typing import cast

from ...fees import FeeDue
from ...refusal import Refusal
from ..decision import Act, Decision, Skip
from ..facts import Facts
from .contract import Action, Settings


def charge_fee(settings: Settings, facts: Facts) -> Decision:
	"""Charge what the policy that was accepted asks for a visit that was missed or cancelled late."""
	due = cast(FeeDue | Refusal, facts["fee_due"])
	if isinstance(due, Refusal):
		return Skip(due.code, due.values)
	return Act(
		{
			"cause": due.cause.value,
			"version": due.version,
			"fee": due.fee,
			"from_deposit": due.from_deposit,
			"owed": due.owed,
			"free_pass": due.free_pass,
		}
	)


CHARGE_FEE = Action(
	"charge_fee",
	"Charge the fee of the policy",
	charge_fee,
	reads=("fee_due",),
	writes=("Booking Fee", "Sales Invoice", "Customer"),
	once="One transaction with the step's end, and a booking has one fee.",
)
