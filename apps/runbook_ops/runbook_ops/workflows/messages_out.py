"""Messages of steps on their way out: composed once, delivered by a channel, kept on the record's timeline."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import frappe

from ..channels.email import Email, to_html_parts
from ..channels.message import Attachment, Channel, Finding, Message
from ..channels.twilio import Twilio
from ..channels.webhook import Webhook
from ..core.calendar_text import Method, Party
from ..operations.invite_customer import invitation_of
from ..site_time import utc_now
from ..store.one_trip import Statement
from ..store.rows import insert_statement


@dataclass(frozen=True)
class Outgoing(Message):
	"""A message with the channel that takes it."""

	channel: str = "email"
	to: str = ""
	"""Who reads it, as the step names them: by this later steps know who was told."""

	@property
	def provider(self) -> str:
		"""Who takes it: the channel, or one of the webhooks, each of which fails by itself."""
		return f"webhook {self.recipient}" if self.channel == "webhook" else self.channel

	def as_payload(self) -> dict:
		"""What the effect keeps; `from_effect` reads it back."""
		return {**vars(self), "attachments": [vars(one) for one in self.attachments]}

	@classmethod
	def from_effect(cls, effect: frappe._dict) -> "Outgoing":
		"""The message as it was written down before it was sent."""
		kept = json.loads(effect.payload)
		attachments = tuple(Attachment(**one) for one in kept.pop("attachments", ()))
		values = tuple(kept.pop("values", ()))
		return cls(**kept, attachments=attachments, values=values)


CHANNELS: dict[str, Channel] = {
	"email": Email(),
	"sms": Twilio("sms"),
	"whatsapp": Twilio("whatsapp"),
	"webhook": Webhook(),
}
MEDIA = {"email": "Email", "sms": "SMS", "whatsapp": "Chat"}
"""How a timeline calls the channels; what goes to other programs is not on it."""


def outgoing_of(key: str, arguments: Mapping[str, object]) -> Outgoing:
	"""The message of an effect; its id follows from the effect's key, so that a resend can be known as such."""
	if "webhook" in arguments:
		return _webhook_call(key, arguments)
	digest = hashlib.sha256(f"{frappe.local.site}|{key}".encode()).hexdigest()[:32]
	return Outgoing(
		message_id=f"<{digest}@{frappe.local.site}>",
		recipient=str(arguments["recipient"]),
		subject=str(arguments["subject"]),
		body=str(arguments["body"]),
		attachments=_invitation(arguments) if arguments.get("invitation") else (),
		composed_at=utc_now().isoformat(),
		template=str(arguments.get("template") or ""),
		values=tuple(str(value) for value in cast(Sequence[object], arguments.get("values") or ())),
		channel=str(arguments.get("channel") or "email"),
		to=str(arguments.get("to") or ""),
	)


def _webhook_call(key: str, arguments: Mapping[str, object]) -> Outgoing:
	"""A call of a webhook: its id is the effect's key, by which the receiver knows a call that comes again."""
	event, now = str(arguments.get("event") or "runbook.step"), utc_now().isoformat()
	body = json.dumps({"type": event, "timestamp": now, "data": arguments["data"]}, ensure_ascii=False)
	return Outgoing(
		message_id=key,
		recipient=str(arguments["webhook"]),
		subject=event,
		body=body,
		composed_at=now,
		channel="webhook",
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


def can_look_up(message: Outgoing) -> bool:
	"""Whether the channel can tell later what has become of a message."""
	return CHANNELS[message.channel].can_look_up


def look_up(message: Outgoing) -> Finding:
	"""What the channel knows of a message whose sending was cut short; raises ChannelUnavailable."""
	return CHANNELS[message.channel].look_up(message)


Shown = tuple[Outgoing, str, str]
"""A message that was sent, and the doctype and name of the record that it is about."""


LINE_FIELDS = (
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


def lines_of(sent: Sequence[Shown]) -> tuple[Statement, ...]:
	"""What shows sent messages on their records' timelines: one statement, or none for messages that belong on none."""
	now = frappe.utils.now()
	lines = [_line(*one, now) for one in sent if one[0].channel in MEDIA]
	return (insert_statement("Communication", LINE_FIELDS, lines)[0],) if lines else ()


def is_on_timeline(message: Outgoing) -> bool:
	"""Whether the message is on a timeline already, or is none that belongs there."""
	return message.channel not in MEDIA or bool(
		frappe.db.exists("Communication", {"message_id": _bare_id(message)})
	)


def _bare_id(message: Outgoing) -> str:
	return message.message_id.strip("<>")[:140]


def _line(message: Outgoing, doctype: str, name: str, now: str) -> tuple:
	return (
		(message.subject or message.body)[:140],
		"".join(f"<p>{part}</p>" for part in to_html_parts(message.body)),
		"Automated Message",
		MEDIA[message.channel],
		"Sent",
		"Sent",
		"Linked",
		message.recipient,
		doctype,
		name,
		_bare_id(message),
		now,
	)
