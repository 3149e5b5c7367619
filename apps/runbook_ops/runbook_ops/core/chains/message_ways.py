"""Which way a message goes: by the channel that the step names, or by the best one that reaches its reader."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from .decision import Ask
from .facts import Facts


class Way(StrEnum):
	"""A channel that messages go by."""

	EMAIL = "email"
	SMS = "sms"
	WHATSAPP = "whatsapp"


BEST = "best"
"""The way that the reader prefers, else the first that is set up, of those for which there is an address."""
TEXT_WAYS = (Way.SMS, Way.WHATSAPP)
"""The ways of short texts, which have no subject."""
LONGEST_TEXT = 1600
ADDRESS = {Way.EMAIL: "email", Way.SMS: "mobile", Way.WHATSAPP: "mobile"}


@dataclass(frozen=True)
class Route:
	"""A way and the address at its end."""

	way: Way
	recipient: str


def choose_route(wanted: str, to: str, facts: Facts) -> Route | Ask:
	"""How to reach a reader (`customer`, `technician` ...), or what is missing for it."""
	if wanted == BEST:
		return _best(to, facts)
	way = Way(wanted)
	if way is not Way.EMAIL and way not in _set_up(facts):
		return Ask("channel_not_set_up", (), {"channel": way.value})
	recipient = _address(way, to, facts)
	if recipient:
		return Route(way, recipient)
	return Ask(f"{to}_has_no_{ADDRESS[way]}", (_fact(to, way),))


def _best(to: str, facts: Facts) -> Route | Ask:
	preferred = facts["customer_channel"] if to == "customer" else None
	ways = sorted(_set_up(facts), key=lambda way: way != preferred)
	for way in ways:
		recipient = _address(way, to, facts)
		if recipient:
			return Route(way, recipient)
	return Ask(f"{to}_unreachable", tuple(dict.fromkeys(_fact(to, way) for way in ways)))


def _set_up(facts: Facts) -> tuple[Way, ...]:
	return tuple(Way(name) for name in cast(tuple[str, ...], facts["channels"]))


def _address(way: Way, to: str, facts: Facts) -> str:
	return str(facts[_fact(to, way)] or "")


def _fact(to: str, way: Way) -> str:
	"""The fact that holds a reader's address, such as customer_email."""
	return "_".join((to, ADDRESS[way]))
