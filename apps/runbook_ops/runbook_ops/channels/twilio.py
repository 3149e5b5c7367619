"""SMS and WhatsApp through Twilio's REST API; after a lost answer its list of messages tells whether it has ours."""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import frappe

from ..contact_details import home_country, normal_phone
from ..store.channel_settings import TwilioAccount, twilio_account
from ..store.effects import answers_since
from .http import AddressRefused, Answer, call
from .message import ChannelRefused, ChannelUnavailable, ChannelUnclear, Finding, Message, Outcome

PREFIX = {"sms": "", "whatsapp": "whatsapp:"}
BAD_NUMBER = frozenset({21211, 21214, 21217, 21401, 21421, 21614, 21265, 63024})
"""Twilio's codes for a recipient that is none."""
CLOCKS_DIFFER = timedelta(minutes=2)
PAGE, MOST_PAGES = 100, 5
BUSY = (408, 425, 429)


class Twilio:
	"""One of Twilio's channels, `sms` or `whatsapp`. It has no key that would make a second request the same: hence the look-up."""

	can_look_up = True

	def __init__(self, way: str):
		self.way = way

	def send(self, message: Message) -> str:
		"""Hand the message to Twilio; gives its id there and its state."""
		if frappe.are_emails_muted():
			return "muted: this site sends no messages"
		account = self._account()
		form = {"To": self._to(message), **self._sender(account), **_content(message)}
		answer = _call(account, "POST", "Messages.json", form)
		if answer.status in BUSY:
			raise ChannelUnavailable(_said(answer), answer.retry_after)
		if answer.status >= 500:
			raise ChannelUnclear(_said(answer))
		if answer.status >= 300:
			self._refuse(message, answer)
		told = _json(answer)
		if not told.get("sid"):
			raise ChannelUnclear(f"the answer is none of Twilio's: {answer.text}")
		return f"{told['sid']} {told.get('status', '')}".strip()

	def look_up(self, message: Message) -> Finding:
		"""Whether Twilio's list has a message of ours to this number, with this text, that no other effect has claimed."""
		if message.template:
			return Finding(Outcome.UNKNOWN)  # the list shows the text as filled in by WhatsApp
		try:
			account, to = self._account(), self._to(message)
		except ChannelRefused:
			return Finding(Outcome.UNKNOWN)
		since = datetime.fromisoformat(message.composed_at) - CLOCKS_DIFFER
		claimed = {text.partition(" ")[0] for text in answers_since(message.recipient, since)}
		for row in _listed(account, to, since):
			if row is None:
				return Finding(Outcome.UNKNOWN)
			ours = str(row.get("direction", "")).startswith("outbound") and row.get("to") == to
			if ours and _text(row.get("body")) == _text(message.body) and row.get("sid") not in claimed:
				return Finding(Outcome.SENT, f"{row['sid']} found by look-up")
		return Finding(Outcome.NOT_SENT)

	def _account(self) -> TwilioAccount:
		account = twilio_account(self.way)
		if account is None:
			raise ChannelRefused("channel_not_set_up", {"channel": self.way})
		return account

	def _to(self, message: Message) -> str:
		company = frappe.get_cached_doc("Runbook Settings").company
		number = normal_phone(message.recipient, home_country(company))
		if number is None:
			raise ChannelRefused("number_refused", {"recipient": message.recipient})
		return PREFIX[self.way] + number

	def _sender(self, account: TwilioAccount) -> dict[str, str]:
		if account.sender.startswith("MG"):
			return {"MessagingServiceSid": account.sender}
		return {"From": PREFIX[self.way] + account.sender.removeprefix(PREFIX[self.way])}

	@staticmethod
	def _refuse(message: Message, answer: Answer) -> None:
		if _json(answer).get("code") in BAD_NUMBER:
			raise ChannelRefused("number_refused", {"recipient": message.recipient})
		values = {"provider": "Twilio", "recipient": message.recipient, "answer": _said(answer)}
		raise ChannelRefused("provider_refused", values)


def _content(message: Message) -> dict[str, str]:
	if not message.template:
		return {"Body": message.body}
	filled = {str(number): value for number, value in enumerate(message.values, 1)}
	return {"ContentSid": message.template, "ContentVariables": json.dumps(filled)}


def _listed(account: TwilioAccount, to: str, since: datetime) -> Iterator[Mapping | None]:
	"""The messages to a number, the newest first, back to a moment; ends with None when the list is longer than is read."""
	path = f"Messages.json?{urlencode({'To': to, 'PageSize': str(PAGE)})}"
	for _ in range(MOST_PAGES):
		answer = _call(account, "GET", path)
		rows = _json(answer).get("messages")
		if answer.status != 200 or not isinstance(rows, list):
			raise ChannelUnavailable(_said(answer), answer.retry_after)
		for row in rows:
			if _moment(row.get("date_created")) < since:
				return
			yield row
		path = str(_json(answer).get("next_page_uri") or "")
		if not path:
			return
	yield None


def _call(account: TwilioAccount, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
	secret = base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
	headers = {"Authorization": f"Basic {secret}", "Accept": "application/json"}
	if form:
		headers["Content-Type"] = "application/x-www-form-urlencoded"
	url = account.url + (path if path.startswith("/") else f"/2010-04-01/Accounts/{account.sid}/{path}")
	body = urlencode(form).encode() if form else None
	try:
		return call(method, url, headers, body, account.private)
	except AddressRefused as refused:
		raise ChannelRefused("webhook_address", {"webhook": "Twilio", "why": str(refused)}) from refused
	except ChannelUnclear as unclear:
		if method == "GET":
			raise ChannelUnavailable(str(unclear)) from unclear
		raise


def _json(answer: Answer) -> Mapping:
	try:
		told = json.loads(answer.body)
	except ValueError:
		return {}
	return told if isinstance(told, dict) else {}


def _said(answer: Answer) -> str:
	told = _json(answer)
	text = f"{told.get('code', '')} {told.get('message', '')}".strip()
	return f"{answer.status} {text or answer.text}".strip()[:300]


def _moment(text: object) -> datetime:
	"""A moment of Twilio's list; one that can't be read counts as new, so that its row is looked at."""
	try:
		moment = parsedate_to_datetime(str(text))
	except (TypeError, ValueError):
		return datetime.max.replace(tzinfo=UTC)
	return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(body: object) -> str:
	return "\n".join(line.strip() for line in str(body or "").strip().splitlines())
