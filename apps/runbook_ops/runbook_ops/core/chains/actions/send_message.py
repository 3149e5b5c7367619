"""Compose a message for this booking as it stands and send it to the customer or the technician."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from ...booking import BookingStatus
from ...refusal import Refusal
from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..message_ways import BEST, LONGEST_TEXT, TEXT_WAYS, Route, Way, choose_route
from ..parse_template import template_problem
from ..spec import EffectClass, OnReschedule
from ..template import MissingFact, render
from .contract import Action, Settings

TEXTS = ("subject", "body", "text", "whatsapp_template", "whatsapp_values")
"""What a language may have words of its own for."""
READERS = ("customer", "technician", "previous_technician")
ADDRESSES = tuple("_".join((reader, kind)) for reader in READERS for kind in ("email", "mobile"))


def send_message(settings: Settings, facts: Facts) -> Decision:
	"""Compose a message for this booking as it stands and send it to the customer or the technician."""
	to = str(settings.get("to") or "customer")
	route = choose_route(str(settings.get("channel") or Way.EMAIL), to, facts)
	if isinstance(route, Ask):
		return route
	try:
		language = facts["customer_language"] if to == "customer" else None
		words = _words(_texts(settings, language), route, facts)
	except MissingFact as missing:
		return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	if route.way in TEXT_WAYS and len(str(words["body"])) > LONGEST_TEXT:
		return Ask("text_too_long", (), {"length": len(str(words["body"])), "most": LONGEST_TEXT})
	message = {"to": to, "channel": route.way.value, "recipient": route.recipient, **words}
	if settings.get("invitation") and route.way is Way.EMAIL:
		about = {"invitation": _method(facts), "booking": facts["booking"], "name": facts[f"{to}_name"] or ""}
		return Act({**message, **about})
	return Act(message)


def _texts(settings: Settings, language: object) -> Settings:
	"""The words in the reader's language, else in that language of any country, else those of the step itself."""
	known = settings.get("templates")
	own = {name: settings[name] for name in TEXTS if settings.get(name)}
	if not isinstance(known, Mapping) or not language:
		return own
	code = str(language)
	variant = known.get(code) or known.get(code.replace("_", "-").partition("-")[0]) or {}
	words = {name: variant[name] for name in TEXTS if variant.get(name)}
	if "body" in words and "text" not in words:
		own.pop("text", None)
	return {**own, **words}


def _words(texts: Settings, route: Route, facts: Facts) -> dict[str, object]:
	if route.way is Way.EMAIL:
		subject, body = texts.get("subject", ""), texts["body"]
	else:
		subject, body = "", texts.get("text") or texts["body"]
	body_text = render(str(body), facts).strip()
	subject_text = " ".join(render(str(subject), facts).split())
	words: dict[str, object] = {"subject": subject_text, "body": body_text}
	if route.way is Way.WHATSAPP and texts.get("whatsapp_template"):
		values = texts.get("whatsapp_values") or ()
		assert isinstance(values, Sequence)
		words["template"] = str(texts["whatsapp_template"])
		words["values"] = tuple(" ".join(render(str(value), facts).split()) for value in values)
	return words


def _read_for(settings: Settings) -> tuple[str, ...]:
	"""What is known of other readers is left out: it may cost a query."""
	others = tuple(f"{reader}_" for reader in READERS if reader != (settings.get("to") or "customer"))
	return tuple(name for name in SEND_MESSAGE.reads if not name.startswith(others))


def _method(facts: Facts) -> str:
	"""What the invitation asks of the recipient's calendar: to show the visit, or to take it out (RFC 5546)."""
	return "CANCEL" if facts["status"] in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW) else "REQUEST"


def check_message(step: str, settings: Settings, names: Container[str]) -> Iterable[Refusal]:
	"""A mail has a subject; the words of each language are templates like the step's own."""
	if settings.get("channel") not in TEXT_WAYS and not settings.get("subject"):
		yield Refusal("setting_missing", f"{step}.settings.subject", {"step": step, "setting": "subject"})
	yield from _values_problems(step, "whatsapp_values", settings.get("whatsapp_values"), names)
	variants = settings.get("templates")
	if variants is None:
		return
	shape = Refusal("message_templates_shape", f"{step}.settings.templates", {"step": step})
	if not isinstance(variants, Mapping):
		yield shape
		return
	for language, words in variants.items():
		if not isinstance(words, Mapping) or set(words) - set(TEXTS):
			yield shape
			continue
		yield from _variant_problems(step, f"templates.{language}", words, names)


def _variant_problems(step: str, where: str, words: Settings, names: Container[str]) -> Iterator[Refusal]:
	for name in ("subject", "body", "text"):
		problem = template_problem(step, f"{where}.{name}", words.get(name) or "", names)
		if problem:
			yield problem
	yield from _values_problems(step, f"{where}.whatsapp_values", words.get("whatsapp_values"), names)


def _values_problems(step: str, setting: str, values: object, names: Container[str]) -> Iterator[Refusal]:
	if values is None:
		return
	if not isinstance(values, Sequence) or isinstance(values, str):
		yield Refusal("setting_not_a_list", f"{step}.settings.{setting}", {"step": step, "setting": setting})
		return
	problems = (template_problem(step, setting, value, names) for value in values)
	yield from (problem for problem in problems if problem)


SEND_MESSAGE = Action(
	"send_message",
	"Send a message",
	send_message,
	EffectClass.LOOK_UP,
	settings={
		"to": False,
		"channel": False,
		"subject": False,
		"body": True,
		"text": False,
		"templates": False,
		"whatsapp_template": False,
		"whatsapp_values": False,
		"invitation": False,
	},
	templates=("subject", "body", "text"),
	choices={"to": READERS, "channel": (*Way, BEST), "invitation": (True, False)},
	structured=("templates", "whatsapp_values"),
	check=check_message,
	needs_booking=False,
	reads=(
		*ADDRESSES,
		*("customer_channel", "customer_language", "channels"),
		*("status", "booking", "customer_name", "technician_name", "previous_technician_name"),
	),
	narrows=_read_for,
	writes=("Communication",),
	once="Written down as Sending first; a lost answer is looked up where the channel can tell, else a person decides.",
	on_reschedule=OnReschedule.CORRECT,
	useful_for=timedelta(days=1),
)
