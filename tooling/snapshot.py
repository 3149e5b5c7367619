"""The cached snapshot of a test site: ERPNext set up by its wizard, without this app."""

import json
import os
import shutil
from pathlib import Path

from tooling import database
from tooling.places import TEST_SITE, cache, locked, short_hash
from tooling.shell import say, step

RECIPE = "1"
ROOT_PASSWORD = "runbook-root"
ADMIN_PASSWORD = "admin"
DB_NAME = "runbook_test"
KEPT = 3
WIZARD = {
	"language": "English",
	"country": "United States",
	"timezone": "America/New_York",
	"currency": "USD",
	"full_name": "Test Owner",
	"email": "owner@example.com",
	"password": "Runbook-test-1",
	"company_name": "Runbook Test Co",
	"company_abbr": "RTC",
	"chart_of_accounts": "Standard",
	"fy_start_date": "2026-01-01",
	"fy_end_date": "2026-12-31",
	"setup_demo": 0,
}


def folder(bench) -> Path:
	versions = [f"{app}={bench.revision(app)}" for app in ("frappe", "erpnext")]
	key = short_hash(*versions, database.version(), RECIPE, json.dumps(WIZARD))
	return cache() / "snapshots" / key


def restore(target) -> None:
	"""Put the snapshot in place of the stack's database and site; make it first if there is none."""
	source = folder(target.bench)
	with locked(source.with_suffix(".lock")):
		if not (source / "complete").exists():
			make(target, source)
	_clear(target)
	shutil.copytree(source / "db", target.db.folder)
	shutil.copytree(source / "site", target.sites / TEST_SITE)
	os.utime(source)
	_forget_old(source)


def make(target, source: Path) -> None:
	"""A new site through ERPNext's own commands, then a copy of the stopped server's files."""
	say("   No snapshot of a test site for these versions yet: making one (once, about two minutes).")
	_clear(target)
	site, log = TEST_SITE, target.logs / "snapshot.log"
	with step("Making an empty database server", log):
		target.db.make()
		target.start_services()
		target.db.sql(
			f"alter user root@localhost identified by '{ROOT_PASSWORD}';"
			f"create or replace user root@'127.0.0.1' identified by '{ROOT_PASSWORD}';"
			"grant all on *.* to root@'127.0.0.1' with grant option;"
		)
	(target.sites / "apps.txt").write_text("frappe\nerpnext\n")
	with step("Making a site with ERPNext", log):
		words = ["new-site", site, "--db-name", DB_NAME, "--db-password", DB_NAME]
		words += ["--db-root-username", "root", "--db-root-password", ROOT_PASSWORD]
		words += ["--admin-password", ADMIN_PASSWORD, "--install-app", "erpnext"]
		target.frappe(*words, what="Making the site", log=log.name)
	with step("Running the setup wizard", log):
		method = "frappe.desk.page.setup_wizard.setup_wizard.setup_complete"
		words = ["--site", site, "execute", method, "--kwargs", json.dumps({"args": WIZARD})]
		target.frappe(*words, what="The setup wizard", log=log.name)
		target.frappe(
			"--site", site, "set-config", "-p", "allow_tests", "1", what="Setting the site", log=log.name
		)
	target.db.sql(
		f"grant all on `{DB_NAME}`.* to '{DB_NAME}'@'%' identified by '{DB_NAME}'; flush privileges;",
		ROOT_PASSWORD,
	)
	target.stop()
	with step("Keeping the snapshot"):
		shutil.rmtree(source, ignore_errors=True)
		shutil.copytree(target.db.folder, source / "db", ignore=shutil.ignore_patterns("*.pid", "*.sock"))
		shutil.copytree(target.sites / site, source / "site")
		(source / "complete").write_text(database.version())
	target.make_shadow()


def _clear(target) -> None:
	for path in (target.db.folder, target.sites / TEST_SITE):
		shutil.rmtree(path, ignore_errors=True)


def _forget_old(current: Path) -> None:
	others = [p for p in current.parent.iterdir() if p.is_dir() and p != current]
	for path in sorted(others, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT - 1 :]:
		shutil.rmtree(path, ignore_errors=True)
