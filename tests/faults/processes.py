"""Processes that fault tests start, kill and start again: workers, a web server, MariaDB and Redis of their own."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tooling.shell import die_with_parent, find_program

HERE = Path(__file__).parent


def wait_until(check: Callable[[], object], what: str, seconds: float = 30, pause: float = 0.05) -> None:
	"""Ask again and again until it holds."""
	until = time.monotonic() + seconds
	while not check():
		assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
		time.sleep(pause)


def free_port() -> int:
	"""A port on loopback that nobody listens on."""
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def answers(port: int) -> bool:
	"""Whether somebody listens there."""
	with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
		return True
	return False


class Process:
	"""A process of the test, ended with it at the latest; its output goes to a log file."""

	def __init__(self, command: list, log: Path, cwd: Path | str | None = None, **env: str):
		self.command = [str(word) for word in command]
		self.log, self.cwd, self.env = (
			log,
			str(cwd or os.environ["RUNBOOK_SITES_PATH"]),
			{**os.environ, **env},
		)
		self._process: subprocess.Popen | None = None

	def start(self) -> "Process":
		"""Start it, in a group of its own."""
		with self.log.open("ab") as log:
			self._process = subprocess.Popen(
				self.command,
				cwd=self.cwd,
				env=self.env,
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=subprocess.STDOUT,
				start_new_session=True,
				preexec_fn=die_with_parent,
			)
		return self

	@property
	def pid(self) -> int:
		return self._process.pid

	@property
	def runs(self) -> bool:
		return self._process is not None and self._process.poll() is None

	def kill(self) -> None:
		"""kill -9, with all that it has started."""
		if self._process is None:
			return
		with contextlib.suppress(ProcessLookupError):
			os.killpg(self._process.pid, signal.SIGKILL)
		self._process.wait()
		self._process = None

	def end(self, patience: float = 15) -> None:
		"""Ask it to end; what is left after a while is killed."""
		if self._process is None:
			return
		self._process.terminate()
		with contextlib.suppress(subprocess.TimeoutExpired):
			self._process.wait(patience)
		self.kill()


class Workers(Process):
	"""Worker processes that are replaced as soon as one dies."""

	def __init__(self, count: int, log: Path, **env: str):
		super().__init__([sys.executable, HERE / "worker.py", os.environ["RUNBOOK_SITE"], count], log, **env)
		self.count = count

	def start(self) -> "Workers":
		super().start()
		wait_until(
			lambda: not self.runs or len(self.pids()) == self.count, f"{self.count} workers (log: {self.log})"
		)
		assert self.runs, self.log.read_text()[-3000:]
		return self

	def pids(self) -> list[int]:
		"""The workers that live now."""
		children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
		return [int(pid) for pid in children.read_text().split()]

	def kill_one(self, chance: random.Random) -> int:
		"""kill -9 one of them; gives which."""
		wait_until(self.pids, "a worker to kill", pause=0.005)
		pid = chance.choice(self.pids())
		with contextlib.suppress(ProcessLookupError):
			os.kill(pid, signal.SIGKILL)
		return pid

	def end(self, patience: float = 0) -> None:
		self.kill()


@contextmanager
def workers(count: int, folder: Path, **env: str) -> Iterator[Workers]:
	"""So many workers for a while."""
	process = Workers(count, folder / "workers.log", **env)
	try:
		yield process.start()
	finally:
		process.kill()


@contextmanager
def rq_worker(folder: Path, **env: str) -> Iterator[Process]:
	"""A worker as in production: `bench worker` on all three queues."""
	words = ["-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "short,default,long"]
	process = Process([sys.executable, *words], folder / "rq-worker.log", **env)
	try:
		yield process.start()
	finally:
		process.kill()


class Redis(Process):
	"""A Redis without persistence, on a port that it keeps over restarts."""

	def __init__(self, folder: Path):
		self.port = free_port()
		options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
		super().__init__(
			[find_program("redis-server"), "--port", self.port, *options], folder / "redis.log", cwd=folder
		)

	@property
	def url(self) -> str:
		return f"redis://127.0.0.1:{self.port}"

	def start(self) -> "Redis":
		super().start()
		wait_until(lambda: answers(self.port), "Redis")
		return self

	def flush(self) -> None:
		"""Empty it."""
		with socket.create_connection(("127.0.0.1", self.port), 5) as line:
			line.sendall(b"FLUSHALL\r\n")
			assert line.recv(16).startswith(b"+OK")


class MariaDB(Process):
	"""A server with a copy of the site's database. What it has committed survives its kill."""

	def __init__(self, folder: Path):
		self.port, self.socket, self.data = free_port(), folder / "db.sock", folder / "data"
		options = [f"--datadir={self.data}", f"--socket={self.socket}", f"--port={self.port}"]
		options += [
			"--bind-address=127.0.0.1",
			"--skip-grant-tables",
			"--skip-networking=0",
			"--skip-log-bin",
		]
		options += ["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]
		options += ["--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync"]
		options += ["--innodb-log-file-size=64M", "--max-allowed-packet=64M"]
		super().__init__(
			[find_program("mariadbd"), "--no-defaults", *options], folder / "mariadb.log", cwd=folder
		)

	def make(self, database: str) -> None:
		"""Make the data folder, start, and copy the site's database from the server of the tests."""
		installer = [find_program("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}"]
		installer += ["--auth-root-authentication-method=normal", "--skip-test-db"]
		subprocess.run(installer, check=True, capture_output=True)
		self.start()
		source = [f"--socket={os.environ['RUNBOOK_DB_SOCKET']}", "--user=root"]
		dump = [find_program("mariadb-dump"), "--no-defaults", *source, "--single-transaction", database]
		load = [find_program("mariadb"), "--no-defaults", f"--socket={self.socket}"]
		subprocess.run([*load, "-e", f"create database `{database}`"], check=True)
		secret = {**os.environ, "MYSQL_PWD": os.environ["RUNBOOK_DB_ROOT_PASSWORD"]}
		with subprocess.Popen(dump, stdout=subprocess.PIPE, env=secret) as dumping:
			subprocess.run([*load, database], stdin=dumping.stdout, check=True)
		assert dumping.returncode == 0

	def start(self) -> "MariaDB":
		super().start()
		wait_until(lambda: answers(self.port), f"MariaDB (log: {self.log})", 60)
		return self

	@property
	def variables(self) -> dict[str, str]:
		"""What makes a Frappe process use this server."""
		return {
			"FRAPPE_DB_HOST": "127.0.0.1",
			"FRAPPE_DB_PORT": str(self.port),
			"FRAPPE_DB_SOCKET": str(self.socket),
		}


@contextmanager
def web_server(folder: Path, count: int = 2, **env: str) -> Iterator[str]:
	"""A web server of its own for the site; gives its address."""
	port = free_port()
	command = [Path(sys.executable).parent / "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", count]
	command += ["--preload", "--pythonpath", HERE.parents[1] / "tooling" / "web", "wsgi:application"]
	process = Process(command, folder / "web.log", **env).start()
	try:
		wait_until(lambda: answers(port) or not process.runs, f"the web server (log: {process.log})", 60)
		assert process.runs, process.log.read_text()
		yield f"http://127.0.0.1:{port}"
	finally:
		process.end()
