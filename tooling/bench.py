"""Finding a bench: its folder, its owner, the apps and programs in it."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tooling.shell import Trouble, environment, home_of, user_exists, user_name

DEFAULT_USER = "frappe"
USUAL = ("/opt/bench/frappe-bench", "/workspace/frappe-bench", "/opt/frappe-bench")


@dataclass(frozen=True)
class Bench:
	path: Path

	@property
	def owner(self) -> str:
		return pwd.getpwuid(self.path.stat().st_uid).pw_name

	@property
	def user(self) -> str:
		"""Who works on it: its owner when we are root, else we ourselves."""
		return self.owner if os.geteuid() == 0 else user_name()

	@property
	def sites(self) -> Path:
		return self.path / "sites"

	@property
	def apps(self) -> Path:
		return self.path / "apps"

	@property
	def python(self) -> Path:
		return self.path / "env" / "bin" / "python"

	@property
	def state(self) -> Path:
		"""Where `up` keeps pid files, logs and a copied checkout."""
		return self.path / ".runbook"

	@cached_property
	def program(self) -> str | None:
		"""The `bench` program: this command's own venv first, then the owner's usual places."""
		home = home_of(self.owner)
		places = [
			home / ".bench-env/bin",
			home / ".local/bin",
			home / ".local/share/uv/tools/frappe-bench/bin",
		]
		places += [Path(p) for p in os.environ.get("PATH", "").split(":") if p] + [Path("/usr/local/bin")]
		return next((str(p / "bench") for p in places if os.access(p / "bench", os.X_OK)), None)

	def environment(self, **more: str) -> dict[str, str]:
		tools = (str(Path(self.program).parent),) if self.program else ()
		return environment(self.user, (str(self.path / "env/bin"), *tools), **more)

	def helper(self, *words: str) -> list[str]:
		"""The command line of a Frappe command; it runs in the sites folder and needs no `bench` program."""
		return [str(self.python), "-m", "frappe.utils.bench_helper", "frappe", *words]

	def has_app(self, app: str) -> bool:
		return (self.apps / app).exists()

	def revision(self, app: str) -> str:
		"""The commit of an app, or its version where it is no git repository."""
		folder = self.apps / app
		done = subprocess.run(
			["git", "-c", "safe.directory=*", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True
		)
		return done.stdout.strip() if done.returncode == 0 else self.version(app)

	def version(self, app: str) -> str:
		try:
			text = (self.apps / app / app / "__init__.py").read_text()
		except OSError:
			return "missing"
		line = next((x for x in text.splitlines() if x.startswith("__version__")), "")
		return line.partition("=")[2].strip().strip("\"'") or "unknown"


def is_bench(path: Path) -> bool:
	try:
		return all((path / part).exists() for part in ("apps/frappe", "sites", "env/bin/python"))
	except OSError:
		return False


def candidates(user: str | None = None) -> list[Path]:
	"""Where a bench may be, best first; with a user, only in that home."""
	if user:
		return [home_of(user) / "frappe-bench"] if user_exists(user) else []
	names = (user_name(), DEFAULT_USER)
	found = [home_of(name) / "frappe-bench" for name in names if user_exists(name)]
	found += sorted(Path("/home").glob("*/frappe-bench"))
	found += [Path(p) for p in USUAL]
	found += [p for start in (Path.cwd(), Path(__file__).parent) for p in start.resolve().parents]
	return list(dict.fromkeys(found))


def find(path: str | None = None, user: str | None = None) -> Bench | None:
	"""The bench to use, or None. A bench that was named but is none is a Trouble."""
	if os.environ.get("RUNBOOK_NO_BENCH") == "1":
		return None
	named = path or os.environ.get("BENCH")
	if named:
		if not is_bench(Path(named)):
			raise Trouble(
				f"{named} is not a bench (apps/frappe, sites and env/bin/python are not all there).",
				"Name another with --bench, or leave --bench and $BENCH out to search the usual places.",
			)
		return Bench(Path(named).resolve())
	return next((Bench(p.resolve()) for p in candidates(user) if is_bench(p)), None)
