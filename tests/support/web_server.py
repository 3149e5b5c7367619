"""A web server on loopback in the place of outside services: it plays Twilio, or any receiver of webhooks, and can misbehave.

	with OutsideServer() as server:
		server.behave("drop")        # from the next POST on
		server.messages              # what "Twilio" has taken
		server.requests              # every POST: path, headers, body

Modes: `accept`; `error` (500, nothing kept); `error_kept` (500 after it was kept); `busy` (429 with Retry-After 120);
`refuse` (400 with code 21211); `denied` (401); `drop` (kept, then the line is cut); `cut` (cut before anything is kept);
`slow` (the answer trickles for a minute, it is kept); `garbage` (200 and no JSON, kept); `redirect` (307 to itself).
"""

import json
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MODES = (
	"accept",
	"error",
	"error_kept",
	"busy",
	"refuse",
	"denied",
	"drop",
	"cut",
	"slow",
	"garbage",
	"redirect",
)
KEPT = ("accept", "error_kept", "drop", "slow", "garbage")


class OutsideServer:
	"""The server's side runs in threads of the test's process; the site reaches it over real sockets."""

	def __init__(self):
		self.mode, self.messages, self.requests, self.looked_up = "accept", [], [], 0
		self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"outside": self}))
		self._server.daemon_threads = True
		self.url = f"http://127.0.0.1:{self._server.server_port}"

	def __enter__(self) -> "OutsideServer":
		threading.Thread(target=self._server.serve_forever, daemon=True).start()
		return self

	def __exit__(self, *_about) -> None:
		self._server.shutdown()
		self._server.server_close()

	def behave(self, mode: str) -> None:
		"""Choose how the next requests are answered."""
		assert mode in MODES, mode
		self.mode = mode

	def keep(self, form: dict) -> dict:
		"""Take a message as Twilio does."""
		number = len(self.messages) + 1
		row = {
			"sid": f"SM{number:032x}",
			"status": "queued",
			"direction": "outbound-api",
			"to": form.get("To"),
			"from": form.get("From"),
			"body": form.get("Body", ""),
			"date_created": formatdate(),
			"date_sent": None,
			"form": form,
		}
		self.messages.append(row)
		return row


class Handler(BaseHTTPRequestHandler):
	"""Answers as the mode of its server says."""

	outside: OutsideServer
	protocol_version = "HTTP/1.1"

	def log_message(self, *about):
		pass

	def do_GET(self):
		self.outside.looked_up += 1
		if self.outside.mode in ("error", "cut"):
			self._answer(503, {"message": "down"})
			return
		to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
		rows = [row for row in reversed(self.outside.messages) if row["to"] == to]
		self._answer(200, {"messages": rows, "next_page_uri": None})

	def do_POST(self):
		mode = self.outside.mode
		body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
		self.outside.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
		form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
		row = self.outside.keep(form) if mode in KEPT else {}
		if mode in ("drop", "cut"):
			self.close_connection = True
			self.connection.close()
		elif mode == "slow":
			self._trickle()
		elif mode == "garbage":
			self._answer(200, None)
		elif mode == "redirect":
			self._answer(307, {}, {"Location": self.outside.url + "/elsewhere"})
		else:
			self._answer(*_answers(mode, row))

	def _trickle(self):
		self.send_response(200)
		self.send_header("Content-Length", "60")
		self.end_headers()
		for _ in range(60):
			try:
				self.wfile.write(b"x")
				self.wfile.flush()
			except OSError:
				return
			time.sleep(1)

	def _answer(self, status, data, headers=None):
		body = b"<html>it works</html>" if data is None else json.dumps(data).encode()
		self.send_response(status)
		for name, value in (headers or {}).items():
			self.send_header(name, value)
		if status == 429:
			self.send_header("Retry-After", "120")
		self.send_header("Content-Length", str(len(body)))
		self.end_headers()
		self.wfile.write(body)


def _answers(mode: str, row: dict) -> tuple[int, dict]:
	return {
		"accept": (201, {"sid": row.get("sid"), "status": "queued"}),
		"error": (500, {"code": 20500, "message": "Internal Server Error"}),
		"error_kept": (500, {"code": 20500, "message": "Internal Server Error"}),
		"busy": (429, {"code": 20429, "message": "Too Many Requests"}),
		"refuse": (400, {"code": 21211, "message": "Invalid 'To' Phone Number"}),
		"denied": (401, {"code": 20003, "message": "Authenticate"}),
	}[mode]
