"""How long does a request take? A web server with one worker on the test site, and a client that asks it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import seconds

PATIENCE = 60


class Web:
	"""Asks as one user, each request on a connection of its own."""

	def __init__(self, port: int, token: str):
		self.port = port
		self.headers = {
			"Authorization": token,
			"Host": os.environ["RUNBOOK_WEB_HOST"],
			"Accept": "application/json",
		}

	def get(self, method: str, **values: str) -> bytes:
		"""The body of a whitelisted method's answer."""
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
		with closing(connection):
			connection.request("GET", f"/api/method/{method}?{urlencode(values)}", headers=self.headers)
			answer = connection.getresponse()
			body = answer.read()
		if answer.status != http.client.OK:
			raise AssertionError(f"{method}: {answer.status} {body[:500]!r}")
		return body

	def seconds(self, method: str, **values: str) -> float:
		"""How long it takes."""
		return seconds(lambda: self.get(method, **values))


@contextmanager
def serving(token: str) -> Iterator[Web]:
	"""A server for as long as it is needed."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = free.getsockname()[1]
	checkout = Path(os.environ["RUNBOOK_CHECKOUT"])
	command = [
		sys.executable,
		"-m",
		"gunicorn",
		"--bind",
		f"127.0.0.1:{port}",
		"--workers",
		"1",
		"--log-level",
		"error",
	]
	command += ["--pythonpath", str(checkout / "tooling/web"), "wsgi:application"]
	server = subprocess.Popen(command, cwd=os.environ["RUNBOOK_SITES_PATH"])
	try:
		_wait_for(port, server)
		yield Web(port, token)
	finally:
		server.terminate()
		server.wait(PATIENCE)


def _wait_for(port: int, server: subprocess.Popen) -> None:
	until = time.monotonic() + PATIENCE
	while time.monotonic() < until and server.poll() is None:
		with socket.socket() as probe:
			if not probe.connect_ex(("127.0.0.1", port)):
				return
		time.sleep(0.1)
	raise AssertionError("The web server did not start.")
