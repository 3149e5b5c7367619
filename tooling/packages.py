"""System packages: what is there, what is missing, and installing it on Debian and Ubuntu."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tooling.shell import Trouble, already, environment, find_program, run, step, user_name

YARN = "yarn@1.22.22"
OLDEST_NODE = 18
PYTHONS = ((3, 13), (3, 12), (3, 11))  # Frappe 15 and 16 on the ones that this app knows, newest first
LOG = Path("/var/log/runbook-ops-packages.log")


@dataclass(frozen=True)
class Need:
	what: str
	package: str
	there: bool


def system_python() -> str | None:
	"""A Python that every user may run, 3.11 to 3.13; root's own (pyenv, conda) is closed to the bench user."""
	names = [f"/usr/bin/python{major}.{minor}" for major, minor in PYTHONS]
	names += [f"/usr/local/bin/python{major}.{minor}" for major, minor in PYTHONS]
	usable = [name for name in names if os.path.exists(name)]
	return next((name for name in usable if can_make_venvs(name)), usable[0] if usable else None)


def can_make_venvs(python: str) -> bool:
	done = subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, cwd="/")
	return done.returncode == 0


def header(python: str) -> bool:
	code = "import sysconfig, os; print(os.path.exists(sysconfig.get_paths()['include'] + '/Python.h'))"
	done = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd="/")
	return done.stdout.strip() == "True"


def needs() -> list[Need]:
	python = system_python()
	name = Path(python).name if python else "python3.11"
	library = bool(find_program("mariadb_config", "mariadb-config", "mysql_config"))
	return [
		Need("MariaDB server", "mariadb-server", bool(find_program("mariadbd", "mysqld"))),
		Need("MariaDB client", "mariadb-client", bool(find_program("mariadb", "mysql"))),
		Need("MariaDB's library", "libmariadb-dev", library),
		Need("Redis", "redis-server", bool(find_program("redis-server"))),
		Need("git", "git", bool(find_program("git"))),
		Need("curl", "curl", bool(find_program("curl"))),
		Need("pkg-config", "pkg-config", bool(find_program("pkg-config"))),
		Need("a C compiler", "build-essential", bool(find_program("gcc", "cc"))),
		Need("Python 3.11 to 3.13", name, bool(python)),
		Need("Python's venv", f"{name}-venv", bool(python) and can_make_venvs(python)),
		Need("Python's headers", f"{name}-dev", bool(python) and header(python)),
		Need("Node", "nodejs", bool(find_program("node"))),
		Need("npm", "npm", bool(find_program("npm", "yarn"))),
	]


def missing() -> list[Need]:
	return [need for need in needs() if not need.there]


def node_version() -> int | None:
	node = find_program("node")
	if not node:
		return None
	found = re.match(r"v(\d+)", subprocess.run([node, "--version"], capture_output=True, text=True).stdout)
	return int(found[1]) if found else None


def ensure() -> None:
	"""Install what is missing when we are root; else name it."""
	absent = missing()
	if absent:
		names = " ".join(need.package for need in absent)
		_refuse_without_apt(names)
		env = environment(user_name(), DEBIAN_FRONTEND="noninteractive")
		remedy = f"Install by hand: {names}."
		with step(f"Installing {names}", LOG):
			run(
				["apt-get", "update"],
				"Asking the package servers",
				"Check the network. " + remedy,
				env=env,
				log=LOG,
			)
			words = ["apt-get", "install", "--yes", "--no-install-recommends", *names.split()]
			run(words, "Installing packages", remedy, env=env, log=LOG)
	else:
		already("system packages")
	_ensure_node()


def _refuse_without_apt(names: str) -> None:
	if not find_program("apt-get"):
		raise Trouble(
			f"Missing: {names} (Debian's names).", "Install them with this system's package manager."
		)
	if os.geteuid() != 0:
		raise Trouble(f"Missing: {names}.", f"Run this as root, or first: sudo apt-get install {names}")


def _ensure_node() -> None:
	version = node_version()
	if version is None or version < OLDEST_NODE:
		raise Trouble(
			f"Node {OLDEST_NODE} or newer is needed, this is {version or 'none'}.",
			"Install a newer one (nodejs.org, or the nodesource packages) and run again.",
		)
	if find_program("yarn"):
		return
	if os.geteuid() != 0:
		raise Trouble("yarn is missing.", f"Run this as root, or first: sudo npm install --global {YARN}")
	with step("Installing yarn", LOG):
		words = ["npm", "install", "--global", YARN]
		run(words, "Installing yarn", "Check the network, or npm's registry setting.", log=LOG)
