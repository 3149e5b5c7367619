"""Messages of steps on their way out: composed once, delivered by a channel, kept on the record's timeline."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import frappe

from ..channels.email import Email, to_html_parts
from ..channels.message import Channel, Message, Outcome
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
		return cls(**json.loads(effect.payload))


CHANNELS: dict[str, Channel] = {"email": Email()}


def outgoing_of(key: str, arguments: Mapping[str, object]) -> Outgoing:
	"""The message of an effect; its id follows from the effect's key, so that a resend can be known as such."""
	digest = hashlib.sha256(f"{frappe.local.site}|{key}".encode()).hexdigest()[:32]
	return Outgoing(
		message_id=f"<{digest}@{frappe.local.site}>",
		recipient=str(arguments["recipient"]),
		subject=str(arguments["subject"]),
		body=str(arguments["body"]),
	)


def deliver(message: Outgoing) -> str:
	"""Hand the message to its channel; raises ChannelRefused, ChannelUnavailable or ChannelUnclear."""
	return CHANNELS[message.channel].send(message)


def look_up(message: Outgoing) -> Outcome:
	"""What the channel knows of a message whose sending was cut short."""
	return CHANNELS[message.channel].look_up(message)


def write_to_timeline(message: Outgoing, doctype: str, name: str) -> None:
	"""Show the sent message on the record's timeline."""
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
	row = (
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
		message.message_id.strip("<>")[:140],
		frappe.utils.now(),
	)
	insert_rows("Communication", fields, [row])
