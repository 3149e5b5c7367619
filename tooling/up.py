"""`./runbook up`: from an empty machine to a running site with one booking's whole trail."""

import argparse
import json
import os
import socket
from contextlib import nullcontext
from pathlib import Path

from tooling import assets, bench, checkout, extras, install, mariadb, packages, site, staging
from tooling.services import Services
from tooling.shell import Trouble, complain, home_of, say, step, user_name
from tooling.sources import UPSTREAM, Sources

ADMINISTRATOR = "RUNBOOK_DB_ADMINISTRATOR"
DEFAULT_SITE = "runbook.localhost"


def parser() -> argparse.ArgumentParser:
	p = argparse.ArgumentParser(
		prog="./runbook up",
		description="Install what is missing, start everything, make a demo business and run one booking's whole "
		"trail. Run it again at any time: what is there stays. Without a bench and without a source of ERPNext it "
		"shows the rehearsal instead.",
	)
	p.add_argument(
		"--bench",
		metavar="PATH",
		help="the bench to use, or to make there (default: found, or ~/frappe-bench)",
	)
	p.add_argument("--user", metavar="NAME", help="owner of a new bench when run as root (default: frappe)")
	p.add_argument("--site", default=DEFAULT_SITE, help=f"name of the site (default: {DEFAULT_SITE})")
	p.add_argument("--port", type=int, default=8000, help="port of the web server (default: 8000)")
	p.add_argument(
		"--listen", default="127.0.0.1", metavar="ADDRESS", help="address it listens on (default: 127.0.0.1)"
	)
	p.add_argument(
		"--frappe", metavar="SOURCE", help=f"path or address of Frappe (default: {UPSTREAM['frappe']})"
	)
	p.add_argument(
		"--erpnext", metavar="SOURCE", help=f"path or address of ERPNext (default: {UPSTREAM['erpnext']})"
	)
	p.add_argument(
		"--admin-password", default="admin", metavar="WORD", help="for a new site (default: admin)"
	)
	p.add_argument(
		"--db-root-password", metavar="WORD", help="of MariaDB's root; not needed when run as root"
	)
	return p


def main(words: list[str]) -> int:
	options = parser().parse_args(words)
	if os.environ.get(staging.STAGED) == "1":
		return bring_up(options)
	sources = Sources.chosen(options.frappe, options.erpnext)
	found = _find(options)
	if not found or not found.has_app("erpnext"):
		try:
			sources.check()
		except Trouble as trouble:
			return rehearse_instead(trouble)
	_may_write(found)
	packages.ensure()
	user = found.user if found else install.bench_user(options.user)
	if os.geteuid() == 0:
		if not found:
			install.ensure_user(user)
		install.prepare_build_folder(user)
	mariadb.ensure_up(*_database(found))
	path = found.path if found else Path(options.bench or home_of(user) / "frappe-bench")
	if (path / "sites" / options.site / "site_config.json").exists():
		lent = nullcontext(None)
	else:
		lent = mariadb.administrator(options.db_root_password)
	with lent as administrator:
		variables = {ADMINISTRATOR: json.dumps(administrator), "BENCH": ""}
		words = _words(options, path, sources)
		if user == user_name():
			os.environ.update(variables)
			return bring_up(parser().parse_args(words))
		python = str(found.python) if found else packages.system_python()
		return staging.run_as(user, python, ["up", *words], variables)


def _find(options) -> bench.Bench | None:
	if options.bench and not Path(options.bench).exists():
		return None
	return bench.find(options.bench, options.user)


def _may_write(found: bench.Bench | None) -> None:
	if found and not os.access(found.sites, os.W_OK):
		raise Trouble(
			f"The bench {found.path} belongs to {found.owner}.",
			f"Run this as root or as {found.owner}, or make a bench of your own: --bench ~/frappe-bench",
		)


def _database(found: bench.Bench | None) -> tuple[str, int]:
	"""Where the bench looks for its database server."""
	file = found.sites / "common_site_config.json" if found else None
	config = json.loads(file.read_text()) if file and file.exists() else {}
	return config.get("db_host") or "127.0.0.1", int(config.get("db_port") or mariadb.PORT)


def _words(options, path: Path, sources: Sources) -> list[str]:
	words = [
		f"--bench={path}",
		f"--site={options.site}",
		f"--port={options.port}",
		f"--listen={options.listen}",
	]
	words += [f"--frappe={sources.frappe}", f"--erpnext={sources.erpnext}"]
	return [*words, f"--admin-password={options.admin_password}"]


def rehearse_instead(trouble: Trouble) -> int:
	"""No bench and no source: say so, and show the main job on nothing but Python."""
	from tooling import rehearse

	complain(trouble)
	say(
		"\nThere is no bench on this machine and no source of ERPNext can be reached, so no site can be made now."
	)
	say("Here is the rehearsal instead: the same rules and the same chain, on a simulated clock.\n")
	code = rehearse.main([])
	say("\nNOT DONE: no site was made. Run ./runbook up again with a source of ERPNext.")
	return code or (1 if os.environ.get("CI") else 0)


# -- as the owner of the bench


def bring_up(options) -> int:
	administrator = json.loads(os.environ.get(ADMINISTRATOR) or "null")
	sources = Sources.chosen(options.frappe, options.erpnext)
	found = install.ensure_bench(Path(options.bench), sources)
	ours = install.ensure_app(found)
	extras.install(found)
	services = Services(found, options.site, options.port, options.listen)
	services.ensure_redis()
	the_site = site.Site(found, options.site)
	site.ensure(the_site, administrator, options.admin_password)
	changed = follow_code(the_site) if ours else set()
	assets.ensure_built(found, again="public" in changed)
	services.ensure_rest(again="code" in changed)
	summary = site.demo(the_site)
	tell(options, services, summary)
	return 0


def follow_code(the_site: site.Site) -> set[str]:
	"""What has changed in the checkout since the last `up` here; the site is migrated when its tables have to follow."""
	file = the_site.bench.state / f"{the_site.name}.json"
	now = {
		"install": checkout.install_fingerprint(),
		"code": checkout.fingerprint(),
		"public": checkout.fingerprint(below="public"),
	}
	before = json.loads(file.read_text()) if file.exists() else now
	changed = {part for part, value in now.items() if before.get(part) != value}
	if "install" in changed:
		with step("Migrating the site: the app has changed", the_site.log):
			the_site.frappe("migrate", "--skip-search-index", what="Migrating the site")
	the_site.bench.state.mkdir(exist_ok=True)
	file.write_text(json.dumps(now))
	return changed


def tell(options, services: Services, summary: str) -> None:
	say("\n" + summary.strip())
	names = [name for name in (options.site, "localhost") if _is_known(name)]
	say(f"\nRunbook Ops is up: {' or '.join(f'http://{name}:{options.port}' for name in names)}")
	say(f"   log in as     Administrator / {options.admin_password}  (the password a new site got)")
	say(f"   logs          {services.logs}")
	say("   stop it       ./runbook down        what is wrong  ./runbook doctor")


def _is_known(host: str) -> bool:
	"""Does this machine know the name? Browsers know every *.localhost, the socket server asks the machine."""
	try:
		return bool(socket.getaddrinfo(host, None))
	except OSError:
		return False
