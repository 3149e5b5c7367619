"""Messages of steps on their way out: composed once, delivered by a channel, kept on the record's timeline."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import frappe

from ..channels.email import Email, to_html_parts
from ..channels.message import Attachment, Channel, Message, Outcome
from ..core.calendar_text import Method, Party
from ..operations.invite_customer import invitation_of
from ..store.rows import insert_rows


@dataclass(frozen=True)
class Outgoing(Message):
	"""A message with the channel that takes it."""

	channel: str = "email"

	def as_payload(self) -> dict:
		"""What the effect keeps; `from_effect` reads it back."""
		return asdict(self)

	@classmethod
	def from_effect(cls, effect: frappe._dict) -> "Outgoing":
		"""The message as it was written down before it was sent."""
		kept = json.loads(effect.payload)
		attachments = tuple(Attachment(**one) for one in kept.pop("attachments", ()))
		return cls(**kept, attachments=attachments)


CHANNELS: dict[str, Channel] = {"email": Email()}


def outgoing_of(key: str, arguments: Mapping[str, object]) -> Outgoing:
	"""The message of an effect; its id follows from the effect's key, so that a resend can be known as such."""
	digest = hashlib.sha256(f"{frappe.local.site}|{key}".encode()).hexdigest()[:32]
	return Outgoing(
		message_id=f"<{digest}@{frappe.local.site}>",
		recipient=str(arguments["recipient"]),
		subject=str(arguments["subject"]),
		body=str(arguments["body"]),
		attachments=_invitation(arguments) if arguments.get("invitation") else (),
	)


def _invitation(arguments: Mapping[str, object]) -> tuple[Attachment, ...]:
	"""The visit for the recipient's calendar, as it stands now."""
	guest = Party(str(arguments["name"]), str(arguments["recipient"]))
	method = Method(str(arguments["invitation"]))
	text = invitation_of(str(arguments["booking"]), guest, method, for_staff=arguments["to"] == "technician")
	media_type = f"text/calendar; charset=utf-8; method={method}"
	return (Attachment("invite.ics", media_type, text),) if text else ()


def deliver(message: Outgoing) -> str:
	"""Hand the message to its channel; raises ChannelRefused, ChannelUnavailable or ChannelUnclear."""
	return CHANNELS[message.channel].send(message)


def look_up(message: Outgoing) -> Outcome:
	"""What the channel knows of a message whose sending was cut short."""
	return CHANNELS[message.channel].look_up(message)


Shown = tuple[Outgoing, str, str]
"""A message that was sent, and the doctype and name of the record that it is about."""


def write_to_timeline(sent: Sequence[Shown]) -> None:
	"""Show sent messages on their records' timelines."""
	fields = (
		"subject",
		"content",
		"communication_type",
		"communication_medium",
		"sent_or_received",
		"delivery_status",
		"status",
		"recipients",
		"reference_doctype",
		"reference_name",
		"message_id",
		"communication_date",
	)
	insert_rows("Communication", fields, [_line(*one) for one in sent])


def is_on_timeline(message: Outgoing) -> bool:
	"""Whether the message is on a timeline already."""
	return bool(frappe.db.exists("Communication", {"message_id": _bare_id(message)}))


def _bare_id(message: Outgoing) -> str:
	return message.message_id.strip("<>")[:140]


def _line(message: Outgoing, doctype: str, name: str) -> tuple:
	return (
		message.subject[:140],
		"".join(f"<p>{part}</p>" for part in to_html_parts(message.body)),
		"Automated Message",
		"Email",
		"Sent",
		"Sent",
		"Linked",
		message.recipient,
		doctype,
		name,
		_bare_id(message),
		frappe.utils.now(),
	)
