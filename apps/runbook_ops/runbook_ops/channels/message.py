"""What every channel speaks: a message, the ways it can fail, and what a look-up can tell."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
	SENT = "Sent"
	NOT_SENT = "Not sent"
	UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Attachment:
	"""A text that goes with a message: its file name, its media type with parameters, and itself."""

	name: str
	media_type: str
	text: str


@dataclass(frozen=True)
class Message:
	"""One message to one recipient; the id is made from the effect's key, so a resend carries the same one."""

	message_id: str
	recipient: str
	subject: str
	body: str
	attachments: tuple[Attachment, ...] = ()
	composed_at: str = ""
	"""When it was composed, in UTC (ISO 8601): the provider has nothing of it from before."""
	template: str = ""
	"""The provider's id of an approved text that is sent in place of the body, filled with `values`."""
	values: tuple[str, ...] = ()


class ChannelRefused(Exception):
	"""The message can't go out this way until a person mends something; `code` is a reason."""

	def __init__(self, code: str, values: dict | None = None):
		super().__init__(code, values)
		self.code, self.values = code, values or {}


class ChannelUnavailable(Exception):
	"""The provider can't be reached or is busy; nothing was sent and it may be tried again, after `retry_after` if it says so."""

	def __init__(self, text: str, retry_after: timedelta | None = None):
		super().__init__(text)
		self.retry_after = retry_after


class ChannelUnclear(Exception):
	"""The line was cut while the message was handed over; the provider may have it or not."""


@dataclass(frozen=True)
class Finding:
	"""What a look-up found, and the provider's own name of the message when there is one."""

	outcome: Outcome
	answer: str = ""


class Channel(Protocol):
	"""One provider of messages."""

	can_look_up: bool
	"""Whether the provider can be asked later; if not, what may have gone out goes to a person at once."""

	def send(self, message: Message) -> str:
		"""Hand the message over and give the provider's answer; raises ChannelRefused, ChannelUnavailable or ChannelUnclear."""

	def look_up(self, message: Message) -> Finding:
		"""Whether the provider has the message, as far as it can tell; raises ChannelUnavailable when it can't be asked now."""
