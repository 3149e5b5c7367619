"""Making a bench: its user, the `bench` program, Frappe, ERPNext and the link to this app."""

import json
import os
from pathlib import Path

from tooling import checkout, packages, staging
from tooling.bench import DEFAULT_USER, Bench, is_bench
from tooling.places import answers, free_port, origin
from tooling.shell import Trouble, already, environment, home_of, run, step, user_exists, user_name
from tooling.sources import Sources

MAKE_BENCH = "make-bench"
UNREACHABLE = "Check the network, or point pip (PIP_INDEX_URL) and npm (npm_config_registry) at mirrors."
PORTS = {"webserver_port": 8000, "socketio_port": 9000, "redis_queue": 11000, "redis_cache": 13000}


def bench_user(name: str | None) -> str:
	"""Who shall own the bench: a user of its own when we are root, since bench refuses root."""
	if os.geteuid() != 0:
		return user_name()
	return name or DEFAULT_USER


def ensure_user(name: str) -> None:
	if user_exists(name):
		already(f"user {name}")
		return
	with step(f"Making the user {name}"):
		run(["useradd", "--create-home", "--shell", "/bin/bash", name], f"Making the user {name}")


def make_for_tests(name: str | None) -> Bench:
	"""A bench with Frappe and ERPNext and no site: what the tests need."""
	sources = Sources.chosen()
	sources.check()
	packages.ensure()
	user = bench_user(name)
	if user == user_name():
		return ensure_bench(home_of(user) / "frappe-bench", sources)
	ensure_user(user)
	path = home_of(user) / "frappe-bench"
	words = [MAKE_BENCH, str(path), sources.frappe, sources.erpnext]
	if staging.run_as(user, packages.system_python(), words):
		raise Trouble(f"The bench {path} could not be made.", "See the lines above.")
	return Bench(path)


# -- as that user


def ensure_program() -> Path:
	"""The `bench` program, with uv beside it, in a venv of its own."""
	folder = Path.home() / ".bench-env"
	if (folder / "bin/bench").exists() and (folder / "bin/uv").exists():
		already("bench program")
		return folder / "bin"
	log = Path.home() / ".cache/runbook-ops/logs/bench-program.log"
	python = packages.system_python()
	if not python:
		raise Trouble(
			"Python 3.11 to 3.13 is missing.", "apt install python3.11 python3.11-venv python3.11-dev"
		)
	with step("Installing the bench program from PyPI", log):
		run([python, "-m", "venv", folder], "Making a venv", "apt install python3-venv", log=log)
		words = [folder / "bin/python", "-m", "pip", "install", "--quiet", "frappe-bench", "uv"]
		run(words, "Installing frappe-bench", UNREACHABLE, log=log)
	return folder / "bin"


def ensure_bench(path: Path, sources: Sources) -> Bench:
	"""Frappe and ERPNext in a bench at `path`; what is there stays as it is."""
	tools = ensure_program()
	logs = Path.home() / ".cache/runbook-ops/logs"
	env = _git_environment(environment(user_name(), (str(tools),)), sources)
	if is_bench(path):
		already(f"bench {path}")
	else:
		if path.exists() and any(path.iterdir()):
			raise Trouble(
				f"{path} is there but is not a whole bench.",
				"Move it away, or name another place with --bench.",
			)
		with step(f"Making the bench {path} with Frappe (some minutes)", logs / "bench-init.log"):
			words = [tools / "bench", "init", path, "--frappe-path", sources.frappe]
			words += ["--frappe-branch", sources.branch, "--python", packages.system_python()]
			words += ["--skip-assets", "--no-backups"]
			log = logs / "bench-init.log"
			run(words, "bench init", UNREACHABLE, env=env, cwd=path.parent, log=log)
			_choose_ports(path, tools, env)
	bench = Bench(path)
	if bench.has_app("erpnext"):
		already("ERPNext in the bench")
		return bench
	with step("Getting ERPNext (some minutes)", logs / "get-erpnext.log"):
		words = [
			tools / "bench",
			"get-app",
			"--branch",
			sources.branch,
			"--skip-assets",
			"erpnext",
			sources.erpnext,
		]
		run(words, "bench get-app erpnext", UNREACHABLE, env=env, cwd=path, log=logs / "get-erpnext.log")
	return bench


def _git_environment(env: dict, sources: Sources) -> dict:
	"""Let git clone from folders of other users, such as a mirror on this machine."""
	local = [address for address in (sources.frappe, sources.erpnext) if os.path.isdir(address)]
	if not local:
		return env
	file = Path.home() / ".cache/runbook-ops/gitconfig"
	file.parent.mkdir(parents=True, exist_ok=True)
	own = Path.home() / ".gitconfig"
	text = f"[include]\n\tpath = {own}\n" if own.exists() else ""
	folders = [folder for address in local for folder in (address, f"{address}/.git")]
	file.write_text(text + "[safe]\n" + "".join(f"\tdirectory = {folder}\n" for folder in folders))
	return env | {"GIT_CONFIG_GLOBAL": str(file)}


def _choose_ports(path: Path, tools: Path, env: dict) -> None:
	"""Leave alone the ports that another bench on this machine answers on."""
	file = path / "sites/common_site_config.json"
	config = json.loads(file.read_text())
	for name, usual in PORTS.items():
		port = free_port() if answers(usual) else usual
		config[name] = f"redis://127.0.0.1:{port}" if name.startswith("redis") else port
	config["redis_socketio"] = config["redis_cache"]
	file.write_text(json.dumps(config, indent=1))
	run([tools / "bench", "setup", "redis"], "Writing the Redis settings", env=env, cwd=path)


# -- the app in the bench


def prepare_build_folder(user: str) -> None:
	"""As root: give the bench's user the folder that the bundles are built into; git ignores it."""
	folder = Path(origin()) / checkout.PACKAGE / "public/dist"
	if folder.parent.is_dir() and not folder.is_dir():
		folder.mkdir()
		run(["chown", "-R", f"{user}:", folder], "Handing the build folder to the bench's user")


def ensure_app(bench: Bench) -> bool:
	"""The checkout as an app of the bench: a link to it, or to a copy where the bench's user cannot read it.

	False when the bench has the app as a folder of its own (`bench get-app`), which is left as it is.
	"""
	app = bench.apps / checkout.APP
	if app.is_dir() and not app.is_symlink():
		already(f"the app, as a folder of its own ({app}); it is left as it is")
		return False
	root = Path(origin())
	usable = os.access(root / "pyproject.toml", os.R_OK) and os.access(
		root / checkout.PACKAGE / "public/dist", os.W_OK
	)
	if (
		not usable
		and app.is_symlink()
		and app.resolve() == root
		and os.access(root / "pyproject.toml", os.R_OK)
	):
		usable = True
	if not usable:
		bench.state.mkdir(exist_ok=True)
		root = checkout.copy_to(bench.state / "source", str(bench.python))
	changed = _link(app, root)
	code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
	folder = Path(run([bench.python, "-c", code], "Asking the bench's Python").strip())
	changed |= _write(folder / f"{checkout.APP}.pth", f"{app / 'apps' / checkout.APP}\n")
	changed |= _list_app(bench.sites / "apps.txt")
	if not changed:
		already(f"the app in the bench ({app} -> {root})")
	return True


def _link(app: Path, root: Path) -> bool:
	if app.is_symlink() and Path(os.readlink(app)) == root:
		return False
	with step(f"Linking the app: {app} -> {root}"):
		app.unlink(missing_ok=True)
		app.symlink_to(root)
	return True


def _write(path: Path, text: str) -> bool:
	if path.exists() and path.read_text().strip() == text.strip():
		return False
	path.write_text(text)
	return True


def _list_app(path: Path) -> bool:
	names = path.read_text().split() if path.exists() else ["frappe"]
	if checkout.APP in names:
		return False
	path.write_text("\n".join([*names, checkout.APP]) + "\n")
	return True
