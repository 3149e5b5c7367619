"""A private stack for tests: MariaDB, two Redis, a shadow bench with one site; thrown away after the run.

The shadow bench is a folder of links to the real one, with sites, logs and the app of its own. So nothing of the
real bench changes, and several checkouts can be tested at the same time.
"""

import contextlib
import json
import os
import shutil
import signal
from contextlib import contextmanager
from pathlib import Path

from tooling import checkout, snapshot
from tooling.bench import Bench
from tooling.database import Database
from tooling.places import (
	TEST_SITE,
	answers,
	cache,
	free_port,
	link,
	locked,
	origin,
	short_hash,
	stacks,
	stacks_on_disk,
)
from tooling.shell import Trouble, alive, find_program, run, say, spawn, step, stop, wait_for

WEB_WORKERS = {"browser": 3, "faults": 8}
"""One person clicks, hundreds race; each worker meets a good deal of Frappe for the first time."""
LINKED_ASSETS = ("css", "js", "locale")
SLOTS = 8


class Stack:
	def __init__(self, bench: Bench, root: Path, tied: bool, durable: bool = False):
		self.bench = bench
		self.root = root
		self.tied = tied
		self.checkout = root / "source" / "checkout"
		self.shadow = root / "bench"
		self.sites = self.shadow / "sites"
		self.logs = root / "logs"
		self.state_file = root / "stack.json"
		self.state: dict = {"pids": {}, "ports": {}}
		if self.state_file.exists():
			self.state = json.loads(self.state_file.read_text())
		self.db = Database(root / "db", root / "db.sock", self.logs, durable)

	# -- state

	def save(self) -> None:
		self.state_file.write_text(json.dumps(self.state, indent=1))

	def port(self, name: str) -> int:
		return self.state["ports"].setdefault(name, free_port())

	def is_up(self) -> bool:
		pids = self.state["pids"]
		return bool(pids.get("db")) and all(
			alive(pids.get(name, 0), self._marker(name)) for name in ("db", "redis_cache", "redis_queue")
		)

	def _marker(self, name: str) -> str:
		"""What the command line of the process `name` must hold, so that no stranger is stopped."""
		if name.startswith("redis"):
			return str(self.port(name))
		return str(self.root)

	@property
	def web(self) -> str:
		return f"http://127.0.0.1:{self.port('web')}"

	def variables(self) -> dict[str, str]:
		"""What a process needs to work on this stack."""
		root = str(self.checkout)
		return {
			"FRAPPE_BENCH_ROOT": str(self.shadow),
			"FRAPPE_SITE": TEST_SITE,
			"FRAPPE_DB_HOST": "127.0.0.1",
			"FRAPPE_DB_PORT": str(self.port("db")),
			"FRAPPE_DB_SOCKET": str(self.db.socket),
			"FRAPPE_REDIS_QUEUE": f"redis://127.0.0.1:{self.port('redis_queue')}",
			"FRAPPE_REDIS_CACHE": f"redis://127.0.0.1:{self.port('redis_cache')}",
			"RUNBOOK_SITE": TEST_SITE,
			"RUNBOOK_BENCH": str(self.shadow),
			"RUNBOOK_SITES_PATH": str(self.sites),
			"RUNBOOK_DB_SOCKET": str(self.db.socket),
			"RUNBOOK_DB_ROOT_PASSWORD": snapshot.ROOT_PASSWORD,
			"RUNBOOK_ADMIN_PASSWORD": snapshot.ADMIN_PASSWORD,
			"RUNBOOK_WEB": self.web,
			"RUNBOOK_WEB_HOST": TEST_SITE,
			"RUNBOOK_CHECKOUT": root,
			"PYTHONPATH": str(self.checkout / "apps" / checkout.APP),
			"PYTHONPYCACHEPREFIX": str(cache() / "pycache"),
			"HYPOTHESIS_STORAGE_DIRECTORY": str(cache() / "hypothesis"),
		}

	def environment(self) -> dict[str, str]:
		return self.bench.environment(**self.variables())

	def frappe(self, *words: str, what: str, log: str = "frappe.log", remedy: str = "") -> str:
		"""Run a Frappe command on the shadow bench."""
		return run(
			self.bench.helper(*words),
			what,
			remedy,
			env=self.environment(),
			cwd=self.sites,
			log=self.logs / log,
		)

	# -- parts

	def make_shadow(self) -> None:
		for folder in (self.sites / "assets", self.shadow / "apps", self.shadow / "logs", self.logs):
			folder.mkdir(parents=True, exist_ok=True)
		for app in ("frappe", "erpnext"):
			link(self.shadow / "apps" / app, self.bench.apps / app)
			link(self.sites / "assets" / app, self.bench.apps / app / app / "public")
		link(self.shadow / "env", self.bench.path / "env")
		link(self.shadow / "apps" / checkout.APP, self.checkout)
		link(self.sites / "assets" / checkout.APP, self.checkout / checkout.PACKAGE / "public")
		for name in LINKED_ASSETS:
			if (self.bench.sites / "assets" / name).exists():
				link(self.sites / "assets" / name, self.bench.sites / "assets" / name)
		(self.sites / "apps.txt").write_text("frappe\nerpnext\nrunbook_ops\n")
		config = {
			"db_host": "127.0.0.1",
			"db_port": self.port("db"),
			"db_socket": str(self.db.socket),
			"redis_cache": f"redis://127.0.0.1:{self.port('redis_cache')}",
			"redis_queue": f"redis://127.0.0.1:{self.port('redis_queue')}",
			"redis_socketio": f"redis://127.0.0.1:{self.port('redis_queue')}",
			"socketio_port": self.port("socketio"),
			"webserver_port": self.port("web"),
			"default_site": TEST_SITE,
			"serve_default_site": True,
		}
		(self.sites / "common_site_config.json").write_text(json.dumps(config, indent=1))
		self.save()

	def start_services(self) -> None:
		self.state["pids"]["db"] = self.db.start(self.port("db"), self.tied)
		server = find_program("redis-server")
		if not server:
			raise Trouble(
				"redis-server is missing.", "Install it (apt install redis-server), or run ./runbook up."
			)
		for name in ("redis_cache", "redis_queue"):
			if alive(self.state["pids"].get(name, 0), self._marker(name)):
				continue
			command = [server, "--port", str(self.port(name)), "--bind", "127.0.0.1", "--save", ""]
			command += ["--appendonly", "no", "--dir", str(self.root)]
			child = spawn(command, self.logs / f"{name}.log", self.environment(), self.root, tied=self.tied)
			self.state["pids"][name] = child.pid
			wait_for(lambda name=name: answers(self.port(name)), name, 15, f"Log: {self.logs}/{name}.log")
		self.save()

	def start_web(self, part: str = "faults") -> None:
		"""A web server with as many workers as a part of the tests needs, started again when the code or their number has changed."""
		workers = WEB_WORKERS[part]
		code = f"{checkout.fingerprint(self.checkout)} {workers}"
		pid = self.state["pids"].get("web", 0)
		if alive(pid, "gunicorn") and self.state.get("web_code") == code:
			return
		stop(pid, "gunicorn")
		log = self.logs / "web.log"
		with step(f"Starting the web server of the test site ({workers} workers)", log):
			command = [self.bench.path / "env/bin/gunicorn", "--bind", f"127.0.0.1:{self.port('web')}"]
			command += [
				"--workers",
				str(workers),
				"--timeout",
				"120",
				"--preload",
				"--pid",
				self.root / "web.pid",
			]
			command += ["--pythonpath", self.checkout / "tooling/web", "wsgi:application"]
			child = spawn(command, log, self.environment(), self.sites, tied=self.tied)
			self.state["pids"]["web"] = child.pid
			self.state["web_code"] = code
			self.save()
			up = f"The web server (log: {log})"
			wait_for(lambda: answers(self.port("web")) or child.poll() is not None, up, 60)
			if child.poll() is not None:
				raise Trouble("The web server of the test site ended at once.", f"Log: {log}")

	def strays(self) -> list[int]:
		"""Processes that a test started on this stack and left behind, such as workers."""
		mark = os.fsencode(f"FRAPPE_BENCH_ROOT={self.shadow}")
		own = {os.getpid(), os.getppid(), *self.state["pids"].values()}
		found = []
		for entry in Path("/proc").iterdir():
			if entry.name.isdigit() and int(entry.name) not in own:
				with contextlib.suppress(OSError):
					if mark in (entry / "environ").read_bytes().split(b"\0"):
						found.append(int(entry.name))
		return found

	def stop(self) -> None:
		for pid in self.strays():
			stop(pid, patience=2)
		for name in ("web", "redis_queue", "redis_cache"):
			stop(self.state["pids"].pop(name, 0), "gunicorn" if name == "web" else self._marker(name))
		self.db.stop(self.state["pids"].pop("db", 0))
		if self.state_file.exists():
			self.save()

	def forget(self) -> None:
		"""Make the next `bring_up` start from the snapshot."""
		self.state.pop("installed", None)

	def remove(self) -> None:
		self.stop()
		shutil.rmtree(self.root, ignore_errors=True)
		self.state = {"pids": {}, "ports": {}}

	# -- the whole

	def update_source(self) -> None:
		checkout.copy_to(self.root / "source", str(self.bench.python))

	def bring_up(self, with_app: bool = True) -> None:
		"""The site with today's checkout installed, its services running; or ERPNext alone."""
		self.root.mkdir(parents=True, exist_ok=True)
		self.update_source()
		installed = checkout.install_fingerprint(self.checkout)
		if self.is_up() and self.state.get("installed") == installed:
			return
		if self.state.get("installed"):
			say("   What the app installs has changed: installing it afresh.")
		self.stop()
		self.make_shadow()
		snapshot.restore(self)
		self.start_services()
		self.state.pop("installed", None)
		if not with_app:
			return
		log = self.logs / "install-app.log"
		with step("Installing the app on the test site", log):
			self.frappe(
				"--site", TEST_SITE, "install-app", checkout.APP, what="Installing the app", log=log.name
			)
		self.state["installed"] = installed
		self.save()


def kept(bench: Bench, name: str) -> Stack:
	"""The stack that stays up between runs, one a name and checkout."""
	return Stack(bench, stacks() / f"{name}-{short_hash(origin())}", tied=False)


@contextmanager
def passing(bench: Bench, durable: bool = False):
	"""A stack for one run, removed at the end; a durable one has its database on the disk, flushed at every commit."""
	home = stacks_on_disk() if durable else stacks()
	for number in range(SLOTS):
		with locked(home / f"run{number}.lock", wait=False) as mine:
			if not mine:
				continue
			stack = Stack(bench, home / f"run{number}", tied=True, durable=durable)
			stack.remove()
			try:
				yield stack
			finally:
				signal.signal(signal.SIGINT, signal.SIG_IGN)
				stack.remove()
			return
	raise Trouble(f"{SLOTS} test runs are going on already.", "Wait for one to end.")
