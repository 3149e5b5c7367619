"""Tell named facts to another program: a signed POST to one of the addresses that Runbook Settings name."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from ...refusal import Refusal
from ..decision import Act, Decision
from ..facts import Facts, Material
from ..spec import EffectClass
from .contract import Action, Settings

SECRET_FACTS = frozenset({"visit_link", "offer_link", "pay_link"})
"""Who has these may act for the customer; they go to the customer only."""


def call_webhook(settings: Settings, facts: Facts) -> Decision:
	"""Tell named facts to another program: a signed POST to one of the addresses that Runbook Settings name."""
	named = cast(Sequence[str], settings["facts"])
	data = {name: plain(facts.get(name)) for name in named}
	return Act({"webhook": settings["webhook"], "event": settings.get("event"), "data": data})


def plain(value: object) -> object:
	"""A fact as JSON can carry it; quantities and amounts as text, so that nothing is rounded."""
	if isinstance(value, Decimal):
		return format(value, "f")
	if isinstance(value, (date, datetime)):
		return value.isoformat()
	if isinstance(value, Material):
		return {
			"item": value.item,
			"qty": plain(value.qty),
			"available": plain(value.available),
			"uom": value.uom,
		}
	if isinstance(value, (tuple, list)):
		return [plain(each) for each in value]
	return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def check_webhook(step: str, settings: Settings, names: Container[str]) -> Iterable[Refusal]:
	"""The facts are a list of known names, and none of them is a customer's secret link."""
	wanted, field = settings.get("facts"), f"{step}.settings.facts"
	if not isinstance(wanted, Sequence) or isinstance(wanted, str):
		yield Refusal("setting_not_a_list", field, {"step": step, "setting": "facts"})
		return
	for name in wanted:
		if isinstance(name, str) and name in SECRET_FACTS:
			yield Refusal("webhook_fact_secret", field, {"step": step, "fact": name})
		elif not isinstance(name, str) or name not in names:
			yield Refusal("webhook_fact", field, {"step": step, "fact": str(name)[:60]})


CALL_WEBHOOK = Action(
	"call_webhook",
	"Call a webhook",
	call_webhook,
	EffectClass.NONE,
	settings={"webhook": True, "event": False, "facts": True},
	structured=("facts",),
	check=check_webhook,
	needs_booking=False,
	once="Written down as Sending first; a lost answer goes to a person. A resend has the same webhook-id.",
)
