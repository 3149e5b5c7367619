"""`./runbook doctor`: what is right and what is wrong with this installation; it changes nothing."""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from tooling import assets, bench, checkout, database, mariadb, packages, staging
from tooling.services import Services
from tooling.shell import Trouble, run, say, user_name
from tooling.site import Site

SUPPORTED = (15, 16)
DEFAULT_SITE = "runbook.localhost"


@dataclass(frozen=True)
class Finding:
	what: str
	fine: bool
	found: str = ""
	remedy: str = ""


def main(words: list[str]) -> int:
	parser = argparse.ArgumentParser(
		prog="./runbook doctor",
		description="Tell what is right and what is wrong, with the remedy; read-only.",
	)
	parser.add_argument("--bench", metavar="PATH", help="the bench to look at")
	parser.add_argument("--site", help="the site to look at (default: the one that has the app)")
	parser.add_argument("--json", action="store_true", help="print the findings as JSON")
	options = parser.parse_args(words)
	found = bench.find(options.bench)
	if found and found.user != user_name():
		own = [f"--bench={found.path}", *([f"--site={options.site}"] if options.site else [])]
		return staging.run_as_owner(found, ["doctor", *own, *(["--json"] if options.json else [])])
	findings = [*machine(), *of_bench(found)]
	if found:
		findings += of_site(found, options.site)
	return tell(findings, options.json)


def tell(findings: list[Finding], as_json: bool) -> int:
	wrong = [f for f in findings if not f.fine]
	if as_json:
		say(json.dumps([f.__dict__ for f in findings], indent=1))
		return 1 if wrong else 0
	for finding in findings:
		say(f"{'ok   ' if finding.fine else 'WRONG'}  {finding.what}: {finding.found}")
		if not finding.fine:
			say(f"       -> {finding.remedy}")
	say(f"\n{len(wrong)} of {len(findings)} wrong" if wrong else f"\nall {len(findings)} fine")
	return 1 if wrong else 0


def machine() -> Iterator[Finding]:
	absent = packages.missing()
	names = " ".join(need.package for need in absent)
	yield Finding("system packages", not absent, names or "all there", f"apt-get install {names}")
	node = packages.node_version()
	yield Finding("Node", bool(node and node >= packages.OLDEST_NODE), f"{node}", "install Node 18 or newer")
	yarn = packages.find_program("yarn")
	yield Finding("yarn", bool(yarn), yarn or "none", f"npm install --global {packages.YARN}")
	try:
		yield Finding("MariaDB's version", True, database.version().partition("Ver ")[2].split(" ")[0])
	except Trouble as trouble:
		yield Finding("MariaDB's version", False, trouble.what, trouble.remedy)
	up = mariadb.is_up()
	remedy = "systemctl start mariadb, or: service mariadb start"
	yield Finding("MariaDB on port 3306", up, "answers" if up else "no answer", remedy)


def of_bench(found: bench.Bench | None) -> Iterator[Finding]:
	if not found:
		yield Finding("bench", False, "none in the usual places", "./runbook up, or name one with --bench")
		return
	yield Finding("bench", True, f"{found.path}, owner {found.owner}")
	for app in ("frappe", "erpnext"):
		version = found.version(app)
		major = version.partition(".")[0]
		fine = major.isdigit() and int(major) in SUPPORTED
		yield Finding(
			app, fine, version, f"this app needs {app} 15.40 or newer, below 17: bench get-app {app}"
		)
	app = found.apps / checkout.APP
	there = (app / checkout.PACKAGE / "hooks.py").exists()
	where = f"{app} -> {os.readlink(app)}" if app.is_symlink() else str(app)
	yield Finding("the app in the bench", there, where if there else "missing", "./runbook up")
	if there:
		yield imports(found)
	yield from bundles(found)


def imports(found: bench.Bench) -> Finding:
	code = "import runbook_ops; print(runbook_ops.__version__)"
	try:
		words = [found.python, "-c", code]
		version = run(words, "Importing it", env=found.environment(), cwd=found.sites)
		return Finding("the app's version", True, version.strip())
	except Trouble as trouble:
		remedy = f"bench's Python cannot import it: {found.python} -m pip install --editable {found.apps / checkout.APP}"
		return Finding("the app's version", False, trouble.what, remedy)


def bundles(found: bench.Bench) -> Iterator[Finding]:
	paths = assets.built(found.sites).values()
	names = ["frappe", "erpnext"]
	if assets.sources(found.apps / checkout.APP / checkout.PACKAGE):
		names.append(checkout.APP)
	for app in names:
		built = any(f"/{app}/dist" in path for path in paths)
		yield Finding(f"bundles of {app}", built, "built" if built else "missing", f"bench build --app {app}")


def sites_with_app(found: bench.Bench) -> list[str]:
	"""Sites that have the app installed, by asking each; sites that do not answer are left out."""
	names = sorted(p.parent.name for p in found.sites.glob("*/site_config.json"))
	asked = []
	for name in names:
		try:
			if checkout.APP in Site(found, name).status()["apps"]:
				asked.append(name)
		except Trouble:
			continue
	return asked


def of_site(found: bench.Bench, name: str | None) -> Iterator[Finding]:
	with_app = [name] if name else sites_with_app(found)
	if not with_app:
		yield Finding(
			"site with the app", False, "none that answers", "./runbook up, or name one with --site"
		)
		return
	site = Site(found, DEFAULT_SITE if DEFAULT_SITE in with_app else with_app[0])
	if not site.exists:
		yield Finding(f"site {site.name}", False, "there is no such site", f"./runbook up --site {site.name}")
		return
	try:
		status = site.status()
	except Trouble as trouble:
		yield Finding(
			f"site {site.name}", False, trouble.what, "are MariaDB and the bench's Redis up? ./runbook up"
		)
		return
	yield Finding(f"site {site.name}", True, ", ".join(f"{a} {v}" for a, v in status["apps"].items()))
	yield from of_status(site, status)
	yield from processes(found)


def of_status(site: Site, status: dict) -> Iterator[Finding]:
	command = f"bench --site {site.name}"
	there = checkout.APP in status["apps"]
	yield Finding(
		"the app on the site",
		there,
		"installed" if there else "missing",
		f"{command} install-app {checkout.APP}",
	)
	yield Finding(
		"setup wizard", status["set_up"], f"company {status['company']}", "log in and finish the wizard"
	)
	for name in ("redis_cache", "redis_queue"):
		yield Finding(
			name, status[name], "answers" if status[name] else "no answer", "./runbook up, or: bench start"
		)
	running = status["scheduler"] and not status["paused"]
	remedy = (
		f"{command} enable-scheduler; and look for pause_scheduler, maintenance_mode in its site_config.json"
	)
	yield Finding("scheduler setting", running, "on" if running else "off or paused", remedy)
	days = status["dormant_days"]
	remedy = (
		"System Settings, Dormant Days: 0; else the scheduler stops when nobody has logged in for that long"
	)
	yield Finding("dormant days", days == 0, str(days), remedy)
	workers = status["workers"]
	yield Finding("workers", workers > 0, f"{workers} registered", "./runbook up, or: bench start")
	accounts = ", ".join(status["outgoing"]) or "none"
	remedy = (
		"make an Email Account with outgoing and default outgoing ticked; until then messages wait for review"
	)
	yield Finding("outgoing mail account", bool(status["outgoing"]), accounts, remedy)
	remedy = "take mute_emails out of the site's site_config.json"
	yield Finding("mail", not status["mail_muted"], "muted" if status["mail_muted"] else "not muted", remedy)


def processes(found: bench.Bench) -> Iterator[Finding]:
	"""What `up` started; silent where another process manager is in charge."""
	services = Services(found)
	for path in sorted(services.pids.glob("*.pid")):
		fine = services.is_alive(path.stem)
		state = f"process {services.pid(path.stem)[0]}" if fine else "not running"
		yield Finding(
			f"{path.stem} of ./runbook up", fine, state, f"./runbook up; log: {services.logs}/{path.stem}.log"
		)
