"""The background processes of `up`: Redis, web server, socket server, scheduler, workers; pid files and logs."""

import contextlib
import json
import os
import subprocess
from pathlib import Path

from tooling import checkout
from tooling.bench import Bench
from tooling.places import answers
from tooling.shell import Trouble, alive, already, find_program, say, spawn, step, stop, wait_for

WORKERS = 2
WEB_WORKERS = 3


class Services:
	def __init__(self, bench: Bench, site: str = "", port: int = 8000, listen: str = "127.0.0.1"):
		self.bench = bench
		self.site = site
		self.port = port
		self.listen = listen
		self.pids = bench.state / "pids"
		self.logs = bench.state / "logs"

	@property
	def config(self) -> dict:
		return json.loads((self.bench.sites / "common_site_config.json").read_text())

	def redis_port(self, name: str) -> int:
		return int(self.config[name].rpartition(":")[2].partition("/")[0])

	def redis_host(self, name: str) -> str:
		return self.config[name].rpartition("//")[2].rpartition("@")[2].partition(":")[0]

	# -- pid files: the process id and a word that its command line must hold

	def pid(self, name: str) -> tuple[int, str]:
		try:
			number, _, marker = (self.pids / f"{name}.pid").read_text().partition(" ")
			return int(number), marker.strip()
		except (OSError, ValueError):
			return 0, ""

	def is_alive(self, name: str) -> bool:
		return alive(*self.pid(name))

	def start(self, name: str, command: list, marker: str, cwd: Path, **variables: str) -> subprocess.Popen:
		self.pids.mkdir(parents=True, exist_ok=True)
		env = self.bench.environment(**variables)
		child = spawn(command, self.logs / f"{name}.log", env, cwd)
		(self.pids / f"{name}.pid").write_text(f"{child.pid} {marker}\n")
		return child

	def halt(self, name: str) -> bool:
		number, marker = self.pid(name)
		was_there = bool(number) and stop(number, marker)
		(self.pids / f"{name}.pid").unlink(missing_ok=True)
		return was_there

	# -- each

	def ensure_redis(self) -> None:
		server = find_program("redis-server")
		for name in ("redis_cache", "redis_queue"):
			host, port = self.redis_host(name), self.redis_port(name)
			if answers(port, host):
				already(f"{name} on port {port}")
				continue
			with step(f"Starting {name} on port {port}", self.logs / f"{name}.log"):
				self.start(name, [server, f"config/{name}.conf"], f":{port}", self.bench.path)
				wait_for(lambda port=port: answers(port), name, 15, f"Log: {self.logs}/{name}.log")

	def ensure_rest(self, again: bool) -> None:
		"""Web, socket server, scheduler and workers; started again when the code has changed."""
		others = self.others_work()
		for name, (command, marker, cwd) in self.plan().items():
			if self.is_alive(name) and not (again or self._serves_another(name)):
				already(f"{name} (process {self.pid(name)[0]})")
				continue
			was_there = self.halt(name)
			if others and name != "web":
				already(f"{name}, by another process manager")
				continue
			self._refuse_taken_port(name)
			with step(f"{'Restarting' if was_there else 'Starting'} {name}", self.logs / f"{name}.log"):
				child = self.start(name, command, marker, cwd, FRAPPE_SITE=self.site, RUNBOOK_LIVE_DESK="1")
				if name == "web":
					self._wait_for_web(child)
					self._served.write_text(self._wanted)

	@property
	def _served(self) -> Path:
		"""What the web server that runs was started for."""
		return self.pids / "web.serves"

	@property
	def _wanted(self) -> str:
		return f"{self.site} {self.listen}:{self.port}"

	def _serves_another(self, name: str) -> bool:
		"""Whether this is the web server, and was started for another site or port."""
		if name != "web":
			return False
		try:
			return self._served.read_text() != self._wanted
		except OSError:
			return True

	def _refuse_taken_port(self, name: str) -> None:
		if name == "web" and answers(self.port):
			raise Trouble(f"Port {self.port} is taken by another program.", "Choose another: --port NUMBER")

	def _wait_for_web(self, child: subprocess.Popen) -> None:
		log = f"Log: {self.logs}/web.log"
		wait_for(lambda: answers(self.port) or child.poll() is not None, "The web server", 60, log)
		if child.poll() is not None:
			raise Trouble("The web server ended at once.", log)

	def plan(self) -> dict[str, tuple[list, str, Path]]:
		env = self.bench.path / "env/bin"
		sites = self.bench.sites
		web = [
			env / "gunicorn",
			"--bind",
			f"{self.listen}:{self.port}",
			"--workers",
			WEB_WORKERS,
			"--timeout",
			120,
		]
		web += [
			"--threads",
			4,
			"--preload",
			"--pythonpath",
			checkout.ROOT / "tooling/web",
			"wsgi:application",
		]
		node = find_program("node")
		found = {
			"web": (web, "gunicorn", sites),
			"socketio": ([node, self.bench.apps / "frappe/socketio.js"], "socketio.js", self.bench.path),
			"scheduler": (self.bench.helper("schedule"), "schedule", sites),
		}
		for number in range(1, WORKERS + 1):
			words = self.bench.helper("worker", "--queue", "short,default,long")
			found[f"worker-{number}"] = (words, "worker", sites)
		return found

	def down(self) -> int:
		"""Stop what has a pid file; workers first, Redis last. Returns how many ran."""
		names = sorted((p.stem for p in self.pids.glob("*.pid")), key=lambda n: (n.startswith("redis"), n))
		count = 0
		for name in names:
			if self.halt(name):
				say(f"stopped {name}")
				count += 1
		return count

	def others_work(self) -> bool:
		"""Do workers of this bench run that `up` did not start (bench start, supervisor, systemd)?"""
		own = {self.pid(path.stem)[0] for path in self.pids.glob("*.pid")}
		python = os.fsencode(self.bench.python)
		for entry in Path("/proc").iterdir():
			if not entry.name.isdigit() or int(entry.name) in own:
				continue
			with contextlib.suppress(OSError):
				words = (entry / "cmdline").read_bytes().split(b"\0")
				if words[0] == python and b"worker" in words and not _child_of(entry, own):
					return True
		return False


def _child_of(entry: Path, parents: set[int]) -> bool:
	"""A worker forks for each job, and the copy has the same command line."""
	return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) in parents
