"""Where things live: caches, run folders, ports, locks."""

import fcntl
import hashlib
import os
import shutil
import socket
from contextlib import contextmanager
from pathlib import Path

from tooling.checkout import ROOT

TEST_SITE = "runbook-test.localhost"
ROOM = int(1.5 * 2**30)


def cache() -> Path:
	home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
	return Path(home) / "runbook-ops"


def stacks_on_disk() -> Path:
	"""Where a stack lives whose commits are to reach a disk."""
	return cache() / "run"


def stacks() -> Path:
	"""Where test stacks live: in memory when there is room, else on the disk."""
	memory = Path("/dev/shm")
	mine = memory / f"runbook-ops-{os.getuid()}"
	try:
		free = shutil.disk_usage(memory).free
	except OSError:
		free = 0
	if os.access(memory, os.W_OK) and (mine.exists() or free >= ROOM):
		return mine
	return stacks_on_disk()


def origin() -> str:
	"""The checkout that the command was called from, also when it now runs in a copy of it."""
	return os.environ.get("RUNBOOK_ORIGIN") or str(ROOT)


def short_hash(*parts: str) -> str:
	return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def answers(port: int, host: str = "127.0.0.1") -> bool:
	try:
		socket.create_connection((host, port), 0.5).close()
	except OSError:
		return False
	return True


def link(path: Path, target: Path) -> None:
	"""Make `path` a link to `target`, whatever link was there."""
	if path.is_symlink():
		if os.readlink(path) == str(target):
			return
		path.unlink()
	path.symlink_to(target)


@contextmanager
def locked(path: Path, wait: bool = True):
	"""Hold a lock file; without `wait`, yields False when another process holds it."""
	path.parent.mkdir(parents=True, exist_ok=True)
	with path.open("a") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
		except BlockingIOError:
			yield False
			return
		yield True
