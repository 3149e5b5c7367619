"""Bookings whose chain sends an SMS and calls a program, and the program on loopback that takes both."""

import base64
from collections import Counter

import frappe
import pytest
from tests import factories as make
from tests.faults.http_server import HttpServer
from tests.faults.trails import Salon

STEPS = (
	{
		"code": "sms",
		"action": "send_message",
		"settings": {"to": "customer", "channel": "sms", "body": "Your visit: {{ booking }}"},
	},
	{
		"code": "tell",
		"action": "call_webhook",
		"settings": {"webhook": "books", "event": "visit.booked", "facts": ["booking"]},
	},
)


@pytest.fixture
def program(mail_server):
	"""The program, set up as the site's provider of SMS and as one that is called."""
	with HttpServer.started() as server:
		make.user("Runbook Manager")
		settings = frappe.get_doc("Runbook Settings")
		settings.update({"lease_seconds": 10, "allow_private_addresses": 1, "breaker_failures": 0})
		account = {
			"twilio_account_sid": "AC" + "0" * 32,
			"twilio_auth_token": "secret",
			"sms_from": "+15005550006",
		}
		settings.update({**account, "twilio_url": server.url})
		secret = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
		hook = {"webhook_name": "books", "url": f"{server.url}/hook", "secret": secret, "enabled": 1}
		settings.append("webhooks", hook)
		settings.save()
		frappe.db.commit()
		yield server


def book_with_calls(count: int) -> list[str]:
	"""So many confirmed bookings, each customer with a number of their own. Committed."""
	service = make.bookable_service(minutes=30, chain=make.chain(list(STEPS)).name).name
	salon = Salon([service], [make.person().name for _ in range(30)], {})
	booked = [
		salon.book_one(service, make.customer(), mobile=f"+1559555{number:04d}") for number in range(count)
	]
	frappe.db.commit()
	return booked


def odd_about(server: HttpServer) -> list[str]:
	"""What the program has taken twice, and effects that are called sent of which it knows nothing."""
	odd = [f"{what} was taken {count} times" for what, count in Counter(server.taken).items() if count > 1]
	for effect in frappe.get_all(
		"Chain Effect", fields=["state", "message_id", "payload"], order_by="name asc"
	):
		body = frappe.parse_json(effect.payload)["body"]
		got = any(what == effect.message_id or what.endswith(f"|{body}") for what in server.taken)
		if effect.state == "Sent" and not got:
			odd.append(f"{effect.message_id} is called sent")
	return odd
