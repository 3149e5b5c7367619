"""A web server on loopback that plays Stripe: Checkout Sessions by the REST API, signed events, and bad moods.

	with StripeServer() as stripe:
		stripe.mode = "drop"                 # from the next request on
		session = stripe.only()              # the session that was made
		stripe.pay(session)                  # what the customer does on Stripe's page
		body, headers = stripe.event("checkout.session.completed", session)

Modes: `accept`; `error` (500, nothing done); `error_kept` (500 after it was done); `drop` (done, then the line is cut); `cut` (cut
before anything is done); `slow` (answers after `slow_seconds`); `denied` (401); `busy` (429); `garbage` (200 and no JSON).
`moods` takes the next requests' modes one by one, then `mode` goes on.
"""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from runbook_ops.core.stripe_events import sign

KEY, SECRET = "sk_test_1", "whsec_test"
DONE = ("accept", "error_kept", "drop", "slow", "garbage")
FIELD = re.compile(r"[^\[\]]+")


class StripeServer:
	"""The test's side; the site reaches it over real sockets."""

	def __init__(self):
		self.mode, self.moods, self.slow_seconds = "accept", [], 0.3
		self.sessions, self.answers, self.requests = {}, {}, []
		self.lock = threading.RLock()
		self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stripe": self}))
		self._server.daemon_threads = True
		self.url = f"http://127.0.0.1:{self._server.server_port}"

	def __enter__(self) -> "StripeServer":
		threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
		return self

	def __exit__(self, *_about) -> None:
		self._server.shutdown()
		self._server.server_close()

	# -- what happens at Stripe

	def only(self) -> str:
		"""The one session that is open."""
		(name,) = [name for name, one in self.sessions.items() if one["status"] == "open"]
		return name

	def make(self, form: dict) -> dict:
		"""Make a session as the API does."""
		price = form["line_items"]["0"]["price_data"]
		number = len(self.sessions) + 1
		session = {
			"id": f"cs_test_{number:04d}{time.time_ns()}",
			"object": "checkout.session",
			"status": "open",
			"payment_status": "unpaid",
			"amount_total": int(price["unit_amount"]),
			"currency": price["currency"],
			"client_reference_id": form["client_reference_id"],
			"metadata": form["metadata"],
			"payment_intent": None,
			"success_url": form["success_url"],
			"created": int(time.time()),
			"url": f"{self.url}/pay/{number}",
			"customer_email": form.get("customer_email"),
		}
		self.sessions[session["id"]] = session
		return session

	def pay(self, session: str, paid: bool = True, **changes) -> dict:
		"""The customer has finished the page; `paid=False`: the bank has not confirmed it yet."""
		one = self.sessions[session]
		one.update(
			{"status": "complete", "payment_status": "paid" if paid else "unpaid", "url": None, **changes}
		)
		one["payment_intent"] = {
			"id": "pi_" + session.removeprefix("cs_"),
			"object": "payment_intent",
			"status": "succeeded" if paid else "processing",
			"amount_received": one["amount_total"] if paid else 0,
			"latest_charge": {"id": "ch_1", "object": "charge", "amount_refunded": 0, "disputed": False},
		}
		return one

	def fail(self, session: str) -> None:
		"""The customer's bank refuses what was on its way."""
		self.sessions[session]["payment_intent"]["status"] = "requires_payment_method"

	def expire(self, session: str) -> None:
		"""Nobody paid in time."""
		self.sessions[session].update({"status": "expired", "url": None})

	def refund(self, session: str, amount: int) -> None:
		"""Money goes back."""
		self.sessions[session]["payment_intent"]["latest_charge"]["amount_refunded"] = amount

	def dispute(self, session: str) -> None:
		"""The customer calls the bank."""
		self.sessions[session]["payment_intent"]["latest_charge"]["disputed"] = True

	def event(
		self, kind: str, session: str, at: int | None = None, secret: str = SECRET
	) -> tuple[bytes, dict]:
		"""Body and headers of an event as Stripe sends it."""
		one = dict(self.sessions[session])
		about = one
		if kind.startswith("charge."):
			about = {
				"id": "dp_1" if "dispute" in kind else "ch_1",
				"payment_intent": one["payment_intent"]["id"],
			}
		return signed(
			{"id": f"evt_{time.time_ns()}", "object": "event", "type": kind, "data": {"object": about}},
			at,
			secret,
		)


def signed(event: dict, at: int | None = None, secret: str = SECRET) -> tuple[bytes, dict]:
	"""Body and headers of any event."""
	body, at = json.dumps(event).encode(), int(time.time()) if at is None else at
	header = f"t={at},v1={sign(secret, at, body)}"
	return body, {"Stripe-Signature": header, "Content-Type": "application/json; charset=utf-8"}


class Handler(BaseHTTPRequestHandler):
	"""Answers as the mood of its server says."""

	stripe: StripeServer
	protocol_version = "HTTP/1.1"
	wbufsize = -1  # one packet an answer

	def log_message(self, *about):
		pass

	def do_GET(self):
		self._answer_in_mood("GET", "")

	def do_POST(self):
		self._answer_in_mood("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

	def _answer_in_mood(self, method: str, body: str) -> None:
		stripe = self.stripe
		with stripe.lock:
			mood = stripe.moods.pop(0) if stripe.moods else stripe.mode
			stripe.requests.append((method, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
		if mood == "slow":
			time.sleep(stripe.slow_seconds)
		status, told = self._act(method, body) if mood in DONE else (None, None)
		if mood in ("drop", "cut"):
			self.close_connection = True
			self.connection.close()
			return
		if mood in ("error", "error_kept"):
			status, told = 500, {"error": {"type": "api_error"}}
		elif mood == "denied":
			status, told = 401, {"error": {"type": "invalid_request_error", "message": f"Invalid key {KEY}"}}
		elif mood == "busy":
			status, told = 429, {"error": {"code": "rate_limit"}}
		text = b"<html>" if mood == "garbage" else json.dumps(told).encode()
		self.send_response(status)
		self.send_header("Content-Length", str(len(text)))
		self.end_headers()
		self.wfile.write(text)

	def _act(self, method: str, body: str) -> tuple[int, dict]:
		stripe, split = self.stripe, urlsplit(self.path)
		if self.headers.get("Authorization") != f"Bearer {KEY}":
			return 401, {"error": {"type": "invalid_request_error"}}
		parts = split.path.removeprefix("/v1/checkout/sessions").strip("/").split("/")
		with stripe.lock:
			if method == "POST":
				return self._once(parts, body)
			if parts != [""]:
				one = stripe.sessions.get(parts[0])
				return (200, one) if one else (404, {"error": {"code": "resource_missing"}})
			return 200, self._list({name: values[0] for name, values in parse_qs(split.query).items()})

	def _once(self, parts: list[str], body: str) -> tuple[int, dict]:
		"""The same key gives the first answer again, and is refused with another body."""
		key = self.headers.get("Idempotency-Key")
		if key in self.stripe.answers:
			before, answer = self.stripe.answers[key]
			return answer if before == body else (400, {"error": {"type": "idempotency_error"}})
		if parts == [""]:
			answer = 200, self.stripe.make(_nested(body))
		else:
			one = self.stripe.sessions[parts[0]]
			if one["status"] == "open":
				self.stripe.expire(parts[0])
				answer = 200, one
			else:
				answer = 400, {"error": {"code": "session_not_open"}}
		if key:
			self.stripe.answers[key] = body, answer
		return answer

	def _list(self, query: dict) -> dict:
		rows = sorted(self.stripe.sessions.values(), key=lambda one: one["id"], reverse=True)
		if "payment_intent" in query:
			rows = [one for one in rows if (one["payment_intent"] or {}).get("id") == query["payment_intent"]]
		rows = [one for one in rows if one["created"] >= int(query.get("created[gte]", 0))]
		if "starting_after" in query:
			rows = [one for one in rows if one["id"] < query["starting_after"]]
		most = int(query.get("limit", 10))
		return {"object": "list", "data": rows[:most], "has_more": len(rows) > most}


def _nested(body: str) -> dict:
	"""A form with names such as a[0][b] as nested objects."""
	found: dict = {}
	for name, values in parse_qs(body).items():
		*way, last = FIELD.findall(name)
		place = found
		for step in way:
			place = place.setdefault(step, {})
		place[last] = values[0]
	return found
