"""Signed calls of other programs: a POST to an address that Runbook Settings name (Standard Webhooks)."""

import time

import frappe

from ..core.webhook_signature import read_secret, sign
from ..store.channel_settings import NamedWebhook, webhook_named
from .http import AddressRefused, Answer, call
from .message import ChannelRefused, ChannelUnavailable, ChannelUnclear, Finding, Message, Outcome

NOT_NOW = (408, 425, 429, 503)
"""Answers that say that nothing was done and that it may be tried again."""


class Webhook:
	"""The recipient is a webhook's name. A stranger can't be asked what it has, so a lost answer goes to a person."""

	can_look_up = False

	def send(self, message: Message) -> str:
		"""Hand the body over; gives the answer's status."""
		if frappe.are_emails_muted():
			return "muted: this site calls no webhooks"
		hook = webhook_named(message.recipient)
		if hook is None:
			raise ChannelRefused(
				"webhook_address", {"webhook": message.recipient, "why": "it is not in the list"}
			)
		answer = _post(hook, message)
		if answer.status in NOT_NOW:
			raise ChannelUnavailable(f"{answer.status} {answer.text}"[:300], answer.retry_after)
		if answer.status >= 500:
			raise ChannelUnclear(f"{answer.status} {answer.text}"[:300])
		if answer.status >= 300:
			values = {"webhook": hook.name, "answer": f"{answer.status} {answer.text}"[:300]}
			raise ChannelRefused("webhook_refused", values)
		return f"answered {answer.status}"

	def look_up(self, message: Message) -> Finding:
		"""A stranger can't tell."""
		return Finding(Outcome.UNKNOWN)


def _post(hook: NamedWebhook, message: Message) -> Answer:
	secret, body, timestamp = read_secret(hook.secret), message.body.encode(), int(time.time())
	if secret is None:
		why = "its secret is missing or none (whsec_ and base64)"
		raise ChannelRefused("webhook_address", {"webhook": hook.name, "why": why})
	headers = {
		"Content-Type": "application/json",
		"User-Agent": "RunbookOps",
		"webhook-id": message.message_id,
		"webhook-timestamp": str(timestamp),
		"webhook-signature": sign(secret, message.message_id, timestamp, body),
	}
	try:
		return call("POST", hook.url, headers, body, hook.private)
	except AddressRefused as refused:
		raise ChannelRefused("webhook_address", {"webhook": hook.name, "why": str(refused)}) from refused
