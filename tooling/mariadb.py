"""The system's MariaDB: start it, and lend the bench an administrator to make a site with."""

import os
import secrets
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tooling.places import answers
from tooling.shell import Trouble, already, find_program, run, step, wait_for

PORT = 3306
LENT = "runbook_setup"


def is_up(host: str = "127.0.0.1", port: int = PORT) -> bool:
	return answers(port, host)


def ensure_up(host: str = "127.0.0.1", port: int = PORT) -> None:
	if is_up(host, port):
		already("MariaDB running")
		return
	if host not in ("127.0.0.1", "localhost", "::1"):
		raise Trouble(
			f"MariaDB on {host}, port {port}, does not answer.", "Start it there, or look at the network."
		)
	if os.geteuid() != 0:
		raise Trouble("MariaDB is not running.", "Start it: sudo systemctl start mariadb")
	if Path("/run/systemd/system").exists():
		words = ["systemctl", "start", "mariadb"]
	else:
		words = ["service", "mariadb", "start"]
	with step("Starting MariaDB"):
		# the init script leaves a daemon that holds our pipes: no output is read
		null = subprocess.DEVNULL
		subprocess.run(words, stdin=null, stdout=null, stderr=null, check=False)
		wait_for(
			lambda: is_up(host, port), "MariaDB", 40, "Look at /var/log/mysql or at: journalctl -u mariadb"
		)


def sql(text: str) -> str:
	"""Run statements as the server's root, through the socket (works for the system's root)."""
	client = find_program("mariadb", "mysql")
	if not client:
		raise Trouble("The MariaDB client is missing.", "apt install mariadb-client")
	words = [client, "--user=root", "--batch", "--skip-column-names"]
	remedy = "If its root needs a password, give it: --db-root-password"
	return run(words, "Asking MariaDB as root", remedy, stdin=text)


@contextmanager
def administrator(password: str | None):
	"""(name, password) of an administrator that can log in over the network: root if its password is given,
	else one that is made now and dropped afterwards."""
	if password:
		yield "root", password
		return
	if os.geteuid() != 0:
		raise Trouble(
			"A new site needs MariaDB's root.", "Give its password (--db-root-password), or run as root."
		)
	word = secrets.token_hex(16)
	hosts = ("localhost", "127.0.0.1")
	for host in hosts:
		sql(
			f"create or replace user {LENT}@'{host}' identified by '{word}';"
			f"grant all on *.* to {LENT}@'{host}' with grant option;"
		)
	try:
		yield LENT, word
	finally:
		for host in hosts:
			sql(f"drop user if exists {LENT}@'{host}'")
