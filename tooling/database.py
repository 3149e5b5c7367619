"""A private MariaDB server of one folder: for tests fast rather than durable, for benchmarks as it is installed."""

import os
import tempfile
from pathlib import Path

from tooling.shell import Trouble, alive, environment, find_program, run, spawn, stop, user_name, wait_for

LONGEST_SOCKET = 100
SETTINGS = (
	"--bind-address=127.0.0.1",
	"--skip-name-resolve",
	"--skip-log-bin",
	"--character-set-server=utf8mb4",
	"--collation-server=utf8mb4_unicode_ci",
	"--innodb-buffer-pool-size=384M",
	"--innodb-log-file-size=64M",
	"--max-connections=400",
	"--max-allowed-packet=64M",
	"--userstat=1",
)
FAST = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0")
DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1")
"""What MariaDB does unless it is told otherwise: each commit is on the disk before it is answered."""


def program() -> str:
	found = find_program("mariadbd", "mysqld")
	if not found:
		raise Trouble(
			"MariaDB is missing.", "Install it (apt install mariadb-server), or run ./runbook up as root."
		)
	return found


def version() -> str:
	return run([program(), "--version"], "Asking MariaDB its version").strip()


class Database:
	def __init__(self, folder: Path, socket: Path, logs: Path, durable: bool = False):
		self.folder = folder
		self.durable = durable
		self.log = logs / "mariadb.log"
		if len(str(socket)) > LONGEST_SOCKET:
			socket = Path(tempfile.gettempdir()) / f"runbook-{os.getuid()}-{folder.parent.name}.sock"
		self.socket = socket

	def make(self) -> None:
		"""An empty server: root without a password, from this machine only."""
		installer = find_program("mariadb-install-db", "mysql_install_db")
		if not installer:
			raise Trouble("mariadb-install-db is missing.", "Install mariadb-server.")
		run(
			[
				installer,
				"--no-defaults",
				f"--datadir={self.folder}",
				"--auth-root-authentication-method=normal",
				"--skip-test-db",
				"--innodb-log-file-size=64M",
			],
			"Making an empty database server",
			log=self.log.with_name("mariadb-install.log"),
			env=environment(user_name()),
		)

	def start(self, port: int, tied: bool) -> int:
		"""Start it and return its process id once it answers."""
		command = [program(), "--no-defaults", f"--datadir={self.folder}", f"--socket={self.socket}"]
		command += [f"--port={port}", f"--pid-file={self.folder}/server.pid", f"--log-error={self.log}"]
		command += [f"--tmpdir={self.folder.parent}", *SETTINGS, *(DURABLE if self.durable else FAST)]
		child = spawn(command, self.log, dict(os.environ), self.folder, tied=tied)
		remedy = f"Log: {self.log}"
		wait_for(lambda: child.poll() is not None or self._answers(), "The private MariaDB", 60, remedy)
		if child.poll() is not None:
			raise Trouble("The private MariaDB ended at once.", remedy)
		return child.pid

	def _answers(self) -> bool:
		import socket

		with socket.socket(socket.AF_UNIX) as probe:
			probe.settimeout(1)
			try:
				probe.connect(str(self.socket))
				return bool(probe.recv(1))
			except OSError:
				return False

	def stop(self, pid: int) -> None:
		stop(pid, str(self.folder), patience=30)

	def running(self, pid: int) -> bool:
		return alive(pid, str(self.folder))

	def sql(self, text: str, password: str = "") -> str:
		client = find_program("mariadb", "mysql")
		if not client:
			raise Trouble("The MariaDB client is missing.", "Install mariadb-client.")
		command = [
			client,
			"--no-defaults",
			f"--socket={self.socket}",
			"--user=root",
			"--batch",
			"--skip-column-names",
		]
		env = dict(os.environ) | ({"MYSQL_PWD": password} if password else {})
		return run(command, "Asking the private MariaDB", env=env, stdin=text)
