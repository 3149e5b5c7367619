"""Compose a message for this booking as it stands and send it to the customer or the technician."""

from ...booking import BookingStatus
from ..decision import Act, Ask, Decision
from ..facts import Facts
from ..spec import EffectClass
from ..template import MissingFact, render
from .contract import Action, Settings

MESSAGE_SETTINGS = {"to": False, "subject": True, "body": True, "invitation": False}


def send_message(settings: Settings, facts: Facts) -> Decision:
	"""Compose a message for this booking as it stands and send it to the customer or the technician."""
	to = str(settings.get("to", "customer"))
	recipient = facts[f"{to}_email"]
	if not recipient:
		return Ask(f"{to}_has_no_email", (f"{to}_email",))
	try:
		subject = " ".join(render(str(settings["subject"]), facts).split())
		body = render(str(settings["body"]), facts).strip()
	except MissingFact as missing:
		return Ask("message_lacks_fact", (missing.name,), {"fact": missing.name})
	message = {"to": to, "recipient": recipient, "subject": subject, "body": body}
	if settings.get("invitation"):
		about = {"invitation": _method(facts), "booking": facts["booking"], "name": facts[f"{to}_name"] or ""}
		return Act({**message, **about})
	return Act(message)


def _method(facts: Facts) -> str:
	"""What the invitation asks of the recipient's calendar: to show the visit, or to take it out (RFC 5546)."""
	return "CANCEL" if facts["status"] in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW) else "REQUEST"


SEND_MESSAGE = Action(
	"send_message",
	"Send a message",
	send_message,
	EffectClass.LOOK_UP,
	MESSAGE_SETTINGS,
	("subject", "body"),
	{"to": ("customer", "technician"), "invitation": (True, False)},
	needs_booking=False,
)
