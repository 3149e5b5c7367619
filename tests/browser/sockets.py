"""Frappe's own socket.io server beside the test site, and a desk that listens to it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 20
JOIN = """port => {
	window.dev_server = 1;
	frappe.boot.socketio_port = String(port);
	if (frappe.realtime.socket) frappe.realtime.socket.close();
	frappe.realtime.socket = null;
	frappe.realtime.init(port);
}"""


@contextmanager
def socket_server() -> Iterator[int]:
	"""A running server; the value is its port."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = free.getsockname()[1]
	program = Path(os.environ["RUNBOOK_BENCH"]) / "apps/frappe/socketio.js"
	server = subprocess.Popen(
		[shutil.which("node") or "node", str(program.resolve())],
		env={**os.environ, "FRAPPE_SOCKETIO_PORT": str(port)},
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
	)
	try:
		_wait_until_it_answers(port, server)
		yield port
	finally:
		server.terminate()
		server.wait(PATIENCE)


def listen(desk, port: int) -> None:
	"""Connect an open desk to the server, as it connects itself where one runs."""
	desk.page.evaluate(JOIN, port)
	desk.page.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")


def _wait_until_it_answers(port: int, server: subprocess.Popen) -> None:
	until = time.monotonic() + PATIENCE
	while time.monotonic() < until and server.poll() is None:
		with socket.socket() as one:
			one.settimeout(0.2)
			if one.connect_ex(("127.0.0.1", port)) == 0:
				return
		time.sleep(0.1)
	raise RuntimeError("The socket.io server did not start.")
