"""Which channels are set up, and the addresses that chains may call: kept in Runbook Settings."""

from dataclasses import dataclass

import frappe

TWILIO = "https://api.twilio.com"


@dataclass(frozen=True)
class TwilioAccount:
	"""How Twilio is reached, and the number (or messaging service) that a channel writes from."""

	url: str
	sid: str
	token: str
	sender: str
	private: bool


@dataclass(frozen=True)
class NamedWebhook:
	"""A program that chains may call."""

	name: str
	url: str
	secret: str
	private: bool


SENDERS = {"sms": "sms_from", "whatsapp": "whatsapp_from"}


def set_up_channels() -> tuple[str, ...]:
	"""The channels that can be used, in the order in which they are tried for who prefers none."""
	settings = frappe.get_cached_doc("Runbook Settings")
	account = settings.twilio_account_sid
	ways = ["email", *(way for way, field in SENDERS.items() if account and settings.get(field))]
	return tuple(sorted(ways, key=lambda way: way != settings.write_first_by))


def twilio_account(way: str) -> TwilioAccount | None:
	"""The account for a channel; None while it is not set up."""
	settings = frappe.get_cached_doc("Runbook Settings")
	sender = settings.get(SENDERS[way])
	token = settings.get_password("twilio_auth_token", raise_exception=False)
	if not (settings.twilio_account_sid and token and sender):
		return None
	url = (settings.twilio_url or TWILIO).rstrip("/")
	return TwilioAccount(
		url, settings.twilio_account_sid, token, sender, bool(settings.allow_private_addresses)
	)


def webhook_named(name: str) -> NamedWebhook | None:
	"""The webhook of this name; None when there is none that is switched on."""
	settings = frappe.get_cached_doc("Runbook Settings")
	for row in settings.webhooks:
		if row.webhook_name == name and row.enabled:
			secret = row.get_password("secret", raise_exception=False) or ""
			return NamedWebhook(name, row.url, secret, bool(settings.allow_private_addresses))
	return None


def webhook_names() -> tuple[str, ...]:
	"""The webhooks that are switched on."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return tuple(row.webhook_name for row in settings.webhooks if row.enabled)


def allowed_fields() -> frozenset[tuple[str, str]]:
	"""The fields that chains may set: doctype and field."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return frozenset((row.document_type, row.fieldname) for row in settings.chain_fields)
