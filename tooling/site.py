"""One site of a bench: what state it is in, making it, installing the app on it."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from tooling import checkout
from tooling.bench import Bench
from tooling.shell import Trouble, already, run, step

WIZARD = "frappe.desk.page.setup_wizard.setup_wizard.setup_complete"
COMPANY = {"name": "Runbook Demo", "abbr": "RD", "country": "United States", "currency": "USD"}
TIMEZONE = "America/New_York"
ROOT = "Is MariaDB running, and its root password right (--db-root-password)? As root none is needed."
DEMO = "runbook_ops.demo.make.make_demo"

# Runs in the bench's Python; prints one line of JSON.
STATUS = """
import json, sys, frappe
frappe.init(site=sys.argv[1], sites_path=".")
frappe.connect()
out = {"apps": {}, "set_up": False, "scheduler": False, "dormant_days": 0, "outgoing": [], "company": None}
out["apps"] = {a: frappe.get_attr(a + ".__version__") for a in frappe.get_installed_apps()}
settings = frappe.db.get_singles_dict("System Settings")
out["set_up"] = bool(frappe.db.count("Company")) if "erpnext" in out["apps"] else bool(int(settings.get("setup_complete") or 0))
out["company"] = frappe.db.get_value("Company", {}, "name") if "erpnext" in out["apps"] else None
out["scheduler"] = bool(int(settings.get("enable_scheduler") or 0))
out["paused"] = bool(frappe.conf.pause_scheduler or frappe.conf.maintenance_mode)
out["dormant_days"] = int(settings.get("dormant_days") or 0)
out["outgoing"] = frappe.get_all("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}, pluck="name")
out["mail_muted"] = bool(frappe.conf.mute_emails)
try:
	frappe.cache.ping()
	out["redis_cache"] = True
except Exception:
	out["redis_cache"] = False
try:
	from frappe.utils.background_jobs import get_redis_conn, get_workers
	get_redis_conn().ping()
	out["redis_queue"] = True
	out["workers"] = len(get_workers())
except Exception:
	out["redis_queue"], out["workers"] = False, 0
print("STATUS " + json.dumps(out))
"""


@dataclass(frozen=True)
class Site:
	bench: Bench
	name: str

	@property
	def folder(self) -> Path:
		return self.bench.sites / self.name

	@property
	def exists(self) -> bool:
		return (self.folder / "site_config.json").exists()

	def frappe(self, *words: str, what: str, remedy: str = "", secret: str = "", site: bool = True) -> str:
		first = ("--site", self.name) if site else ()
		return run(
			self.bench.helper(*first, *words),
			what,
			remedy,
			env=self.bench.environment(),
			cwd=self.bench.sites,
			log=self.log,
			user=self.bench.user,
			secret=secret,
		)

	@property
	def log(self) -> Path:
		return self.bench.state / "logs" / "site.log"

	def status(self) -> dict:
		"""What the site says of itself; a Trouble when it cannot be asked."""
		words = [self.bench.python, "-c", STATUS, self.name]
		output = run(
			words,
			f"Asking the site {self.name}",
			"Are MariaDB and Redis up? ./runbook doctor tells more.",
			env=self.bench.environment(),
			cwd=self.bench.sites,
			user=self.bench.user,
		)
		line = next(line for line in output.splitlines() if line.startswith("STATUS "))
		return json.loads(line.removeprefix("STATUS "))


def ensure(site: Site, administrator: tuple[str, str] | None, admin_password: str) -> None:
	"""The site with ERPNext, its setup wizard run, and this app; each part only where it is missing."""
	if site.exists:
		already(f"site {site.name}")
	else:
		_make(site, administrator, admin_password)
	status = site.status()
	if "erpnext" not in status["apps"]:
		with step("Installing ERPNext on the site", site.log):
			site.frappe("install-app", "erpnext", what="Installing ERPNext")
	_set_up(site, status)
	if checkout.APP in status["apps"]:
		already("Runbook Ops on the site")
		return
	with step("Installing Runbook Ops on the site", site.log):
		site.frappe("install-app", checkout.APP, what="Installing the app")


def _make(site: Site, administrator: tuple[str, str] | None, admin_password: str) -> None:
	if administrator is None:
		raise Trouble(
			"A new site needs MariaDB's root.", "Give its password (--db-root-password), or run as root."
		)
	name, password = administrator
	with step(f"Making the site {site.name} with ERPNext", site.log):
		words = ["new-site", site.name, "--db-root-username", name, "--db-root-password", password]
		words += ["--admin-password", admin_password, "--install-app", "erpnext"]
		try:
			site.frappe(*words, what="Making the site", remedy=ROOT, secret=password, site=False)
		except BaseException:
			_remove_half_made(site)
			raise


def _remove_half_made(site: Site) -> None:
	"""A site that was not made to its end would be taken for one the next time."""
	run(["rm", "-rf", site.folder], "Removing the half-made site", user=site.bench.user)


def _set_up(site: Site, status: dict) -> None:
	if status["set_up"]:
		already(f"company {status['company']}")
	else:
		year = datetime.datetime.now(datetime.UTC).year
		answers = {
			"language": "English",
			"country": COMPANY["country"],
			"timezone": TIMEZONE,
			"currency": COMPANY["currency"],
			"full_name": "Demo Owner",
			"email": "owner@runbook-demo.example",
			"password": "runbook-demo",
			"company_name": COMPANY["name"],
			"company_abbr": COMPANY["abbr"],
			"chart_of_accounts": "Standard",
			"fy_start_date": f"{year}-01-01",
			"fy_end_date": f"{year}-12-31",
			"setup_demo": 0,
		}
		with step("Running ERPNext's setup wizard", site.log):
			site.frappe("execute", WIZARD, "--kwargs", json.dumps({"args": answers}), what="The setup wizard")
	status = site.status()
	if not status["scheduler"]:
		site.frappe("enable-scheduler", what="Turning the scheduler on")
	if status["dormant_days"]:
		method = "frappe.db.set_single_value"
		words = json.dumps(["System Settings", "dormant_days", 0])
		site.frappe("execute", method, "--args", words, what="Keeping the scheduler awake")


def demo(site: Site) -> str:
	"""The demo business and one booking's trail; the text is the demo's own summary."""
	with step("The demo business and one booking's whole trail", site.log):
		return site.frappe("execute", DEMO, what="The demo")
