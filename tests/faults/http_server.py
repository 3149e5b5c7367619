"""A program on loopback that takes signed calls and SMS as Twilio does; what it has taken is noted before it answers.

	with HttpServer.started() as server:
		server.behave("busy")                # from the next request on
		server.taken                         # the ids of calls and the texts of messages, in order

Moods: `accept`; `slow`; `limit` (429 with Retry-After); `busy` (503); `fail` (500, taken); `refuse` (400); `drop` (takes it, then cuts
the line); `lose` (cuts the line without taking it); `garbage` (takes it and answers what is not HTTP); `moody` (each by chance).
"""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MOODS = ("slow", "limit", "busy", "fail", "refuse", "drop", "lose", "garbage")
TAKING = ("accept", "slow", "fail", "drop", "garbage")
STATUS = {"limit": 429, "busy": 503, "fail": 500, "refuse": 400}
SLOW_SECONDS = 0.1


class HttpServer:
	"""The test's side: its address, its mood, and what it has taken."""

	def __init__(self):
		self.mode, self.chance, self.lock = "accept", random.Random(7), threading.Lock()
		self.taken: list[str] = []
		self.messages: list[dict] = []
		self.asked = 0
		self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		self.listener.owner = self
		self.url = f"http://127.0.0.1:{self.listener.server_address[1]}"

	@classmethod
	@contextmanager
	def started(cls) -> "Iterator[HttpServer]":
		server = cls()
		thread = threading.Thread(target=server.listener.serve_forever, daemon=True)
		thread.start()
		try:
			yield server
		finally:
			server.listener.shutdown()
			server.listener.server_close()
			thread.join()

	def behave(self, mode: str) -> None:
		"""Choose how the next requests are answered."""
		assert mode in ("accept", "moody", *MOODS), mode
		self.mode = mode

	def mood(self) -> str:
		with self.lock:
			if self.mode == "moody":
				return self.chance.choice((*MOODS, *["accept"] * len(MOODS)))
			return self.mode

	def take(self, what: str, form: dict | None = None) -> str:
		"""Note it; gives the id that the answer names."""
		with self.lock:
			self.taken.append(what)
			number = f"SM{len(self.taken):032d}"
			if form is not None:
				row = {"sid": number, "to": form["To"], "body": form["Body"], "direction": "outbound-api"}
				self.messages.append({**row, "date_created": format_datetime(datetime.now(UTC))})
			return number

	def sent_to(self, number: str) -> list[dict]:
		"""What was sent to a number, the newest first."""
		with self.lock:
			self.asked += 1
			return [row for row in reversed(self.messages) if row["to"] == number]


class Handler(BaseHTTPRequestHandler):
	"""One connection to the server, whose `owner` says how to answer."""

	def do_POST(self) -> None:
		body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
		owner = self.server.owner
		mood, number = owner.mood(), ""
		time.sleep(SLOW_SECONDS if mood == "slow" else 0)
		if mood in TAKING:
			form = None
			if self.path.endswith("Messages.json"):
				form = {name: values[0] for name, values in parse_qs(body).items()}
			number = owner.take(self.headers["webhook-id"] or f"{form['To']}|{form['Body']}", form)
		self.give(mood, {"sid": number, "status": "queued"})

	def do_GET(self) -> None:
		to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
		self.give("accept", {"messages": self.server.owner.sent_to(to), "next_page_uri": None}, 200)

	def give(self, mood: str, data: dict, status: int = 201) -> None:
		if mood in ("drop", "lose"):
			self.close_connection = True
			self.connection.close()
			return
		if mood == "garbage":
			self.wfile.write(b"?? <html>Bad gateway</html>\r\n\r\n")
			self.close_connection = True
			return
		text = json.dumps(data).encode()
		self.send_response(STATUS.get(mood, status))
		if mood == "limit":
			self.send_header("Retry-After", "1")
		self.send_header("Content-Length", str(len(text)))
		self.end_headers()
		self.wfile.write(text)

	def log_message(self, *_) -> None:
		pass
