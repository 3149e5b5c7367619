"""A mail server on loopback, a process of its own: what it accepts is on disk before it answers.

	with MailServer.started(folder) as server:
		server.behave("busy")                # from the next command on
		server.mails()                       # what it has accepted, in order

Modes: `accept`; `slow` (a little late before and after the mail is on disk, so that a kill strikes while sending);
`late` (so much later that a short lease has run out);
`busy` (451 for the recipient); `refuse` (550 for the recipient); `hang` (no answer to the mail, which is not kept);
`later` (451 for the mail itself, which is not kept); `limit` (421 for the recipient, and the line is cut); `drop` (keeps the mail,
then cuts the line without an answer); `lose` (cuts the line without keeping it); `garbage` (keeps the mail, then answers what is not
SMTP); `babble` (the same without keeping it); `moody` (each mail one of all these but `hang` and `late`, by chance, most are taken).
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.parser import BytesHeaderParser
from pathlib import Path

from tooling.shell import die_with_parent

MOODS = ("slow", "busy", "later", "limit", "refuse", "drop", "lose", "garbage", "babble")
MODES = ("accept", "late", "hang", "moody", *MOODS)
SLOW_SECONDS = 0.1
LATE_SECONDS = 3
HANG_SECONDS = 3600


@dataclass(frozen=True)
class Mail:
	"""A message that the server has accepted."""

	message_id: str
	to: str
	subject: str
	body: str
	source: str = ""
	received: float = 0.0
	"""When it was on disk, in seconds since 1970."""

	@classmethod
	def read(cls, row: dict) -> "Mail":
		"""A mail of the server's file, taken apart."""
		mail = message_from_bytes(row["source"].encode("utf-8", "surrogateescape"), policy=policy.default)
		body = mail.get_body(("plain",))
		return cls(subject=str(mail["Subject"] or ""), body=body.get_content() if body else "", **row)

	def parts(self, media_type: str) -> list:
		"""The parts of this media type, as Python's mail parser reads them."""
		mail = message_from_string(self.source, policy=policy.default)
		return [part for part in mail.walk() if part.get_content_type() == media_type]


class MailServer:
	"""The test's side: the process, its mode, and what it has accepted."""

	def __init__(self, folder: Path):
		self.folder = folder
		self.port = 0
		self._process: subprocess.Popen | None = None
		self._read: list[Mail] = []
		self._up_to = 0

	@classmethod
	@contextmanager
	def started(cls, folder: Path):
		"""A running server which is ended afterwards; the folder keeps its mails."""
		server = cls(folder)
		server.start()
		try:
			yield server
		finally:
			server.stop()

	def start(self) -> None:
		"""Start the process and wait until it listens."""
		self.folder.mkdir(parents=True, exist_ok=True)
		self.behave("accept")
		(self.folder / "port").unlink(missing_ok=True)
		self._process = subprocess.Popen(
			[sys.executable, __file__, str(self.folder)], preexec_fn=die_with_parent, env=_environment()
		)
		until = time.monotonic() + 30
		while not (self.folder / "port").exists():
			assert self._process.poll() is None and time.monotonic() < until, "the mail server did not start"
			time.sleep(0.02)
		self.port = int((self.folder / "port").read_text())

	def stop(self) -> None:
		"""End the process."""
		if self._process:
			self._process.kill()
			self._process.wait()
			self._process = None

	def behave(self, mode: str) -> None:
		"""Choose how the next commands are answered."""
		assert mode in MODES, mode
		_write(self.folder / "mode", mode)

	def mails(self) -> list[Mail]:
		"""All mails accepted so far, the oldest first."""
		path = self.folder / "mails"
		if path.exists():
			with path.open("rb") as rows:
				rows.seek(self._up_to)
				whole = rows.read().rpartition(b"\n")[0]
			self._up_to += len(whole) + bool(whole)
			self._read += [Mail.read(json.loads(line)) for line in whole.splitlines()]
		return list(self._read)

	def message_ids(self) -> Iterator[str]:
		"""The ids of all mails accepted so far, without holding the mails in memory."""
		path = self.folder / "mails"
		if path.exists():
			with path.open() as lines:
				yield from (json.loads(line)["message_id"] for line in lines)

	def forget(self) -> None:
		"""Begin anew: no mails, and all are accepted."""
		self.behave("accept")
		with contextlib.suppress(FileNotFoundError):
			os.truncate(self.folder / "mails", 0)
		self._read, self._up_to = [], 0

	def wait_for(self, count: int, seconds: float = 20) -> list[Mail]:
		"""The mails, once there are so many."""
		until = time.monotonic() + seconds
		while len(found := self.mails()) < count:
			assert time.monotonic() < until, f"{len(found)} mails instead of {count} after {seconds} s"
			time.sleep(0.02)
		return found


def _environment() -> dict[str, str]:
	root = str(Path(__file__).parents[2])
	return {**os.environ, "PYTHONPATH": os.pathsep.join((root, os.environ.get("PYTHONPATH", "")))}


def _write(path: Path, text: str) -> None:
	"""Replace a file in one step, for readers in other processes."""
	part = path.with_suffix(".part")
	part.write_text(text)
	part.replace(path)


# -- the server's side


class Handler:
	"""Answers as the mode says; a mail is one line of JSON, on disk before the answer."""

	def __init__(self, folder: Path):
		self.folder = folder
		self.chance = random.Random(7)
		self.file = os.open(folder / "mails", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

	@property
	def mode(self) -> str:
		return (self.folder / "mode").read_text()

	def mood(self, session) -> str:
		"""How this mail is answered: by the mode, or by chance where the mode is `moody`; the same at each of its commands."""
		if self.mode != "moody":
			return self.mode
		if not getattr(session, "mood", None):
			session.mood = self.chance.choice((*MOODS, *["accept"] * len(MOODS)))
		return session.mood

	async def handle_RCPT(self, server, session, envelope, address, options):
		mood = self.mood(session)
		answers = {
			"busy": "451 try again later",
			"limit": "421 too many messages",
			"refuse": "550 no such user",
		}
		if mood not in answers:
			envelope.rcpt_tos.append(address)
		return answers.get(mood, "250 OK")

	async def handle_DATA(self, server, session, envelope):
		mood = self.mood(session)
		if mood == "hang":
			await asyncio.sleep(HANG_SECONDS)
		if mood == "later":
			return "451 not now"
		pause = {"slow": SLOW_SECONDS, "late": LATE_SECONDS / 2}.get(mood, 0)
		await asyncio.sleep(pause)
		if mood not in ("lose", "babble"):
			self.keep(envelope)
		await asyncio.sleep(pause)
		if mood in ("drop", "lose"):
			server.transport.abort()
		return "?? \x07 <html>Bad gateway</html>" if mood in ("garbage", "babble") else "250 accepted"

	def keep(self, envelope) -> None:
		head = BytesHeaderParser(policy=policy.compat32).parsebytes(envelope.content)
		row = {
			"message_id": str(head["Message-ID"]).strip(),
			"to": ", ".join(envelope.rcpt_tos),
			"source": envelope.content.decode("utf-8", "surrogateescape"),
			"received": time.time(),
		}
		os.write(self.file, (json.dumps(row) + "\n").encode())
		os.fsync(self.file)


async def serve(folder: Path) -> None:
	"""Listen on a free port, whose number goes to the file `port`."""
	from aiosmtpd.smtp import SMTP

	handler = Handler(folder)
	loop = asyncio.get_running_loop()
	listener = await loop.create_server(
		lambda: SMTP(handler, hostname="mail.example", enable_SMTPUTF8=False, loop=loop), "127.0.0.1", 0
	)
	_write(folder / "port", str(listener.sockets[0].getsockname()[1]))
	await listener.serve_forever()


if __name__ == "__main__":
	asyncio.run(serve(Path(sys.argv[1])))
