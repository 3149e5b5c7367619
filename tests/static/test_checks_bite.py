"""Every machine check goes red when somebody does what it forbids: a violation is planted in a copy, and found."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.static.checks import CHECKS
from tests.static.checks.code import RULES
from tests.static.checks.source import APP, files

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ("pyproject.toml", "ruff.toml", ".importlinter")
BOOKING = "doctype/service_booking/service_booking.json"


@dataclass(frozen=True)
class Plant:
	"""A violation: `new` takes the place of `old` in a file of the app, or follows its end when `old` is empty."""

	check: str
	file: str
	new: str
	found: str
	old: str = ""

	def __str__(self) -> str:
		return f"{self.check}: {self.found}"


def endpoint(
	body: str, decorator: str = '@frappe.whitelist(methods=["POST"])', head: str = "job: str"
) -> str:
	return f'\n\n{decorator}\ndef planted({head}) -> str:\n\t"""Planted."""\n\t{body}\n'


ALLOWED = 'frappe.has_permission("Service Job", "write", job, throw=True)'
CLOCK = "\n\ndef late() -> bool:\n\treturn datetime.now(UTC) > datetime(2026, 1, 1, tzinfo=UTC)\n"

HOME = "/" + "root"

PLANTS = (
	# tools
	Plant(
		"ruff", "core/planted.py", f'"""Planted."""\n\nfrom datetime import UTC, datetime{CLOCK}', "TID251"
	),
	Plant(
		"ruff", "core/planted.py", '"""Planted."""\n\nimport random\n\nCHANCE = random.random()\n', "TID251"
	),
	Plant("ruff", "core/planted.py", '"""Planted."""\n\nimport os\n\nHOME = os.environ\n', "TID251"),
	Plant(
		"ruff",
		"rehearsal/planted.py",
		f'"""Planted."""\n\nfrom datetime import UTC, datetime{CLOCK}',
		"TID251",
	),
	Plant(
		"ruff", "jobs/planted.py", '"""Planted."""\n\nfrom runbook_ops.runbook_ops import hooks\n', "TID251"
	),
	Plant("ruff", "jobs/planted.py", '"""Planted."""\n\nprint("here")\n', "T201"),
	Plant(
		"ruff",
		"jobs/planted.py",
		'"""Planted."""\n\nTABLE = "x"\nQUERY = f"select * from {TABLE} where a = 1"\n',
		"S608",
	),
	Plant("ruff format", "jobs/planted.py", '"""Planted."""\n\nROWS = [1,2]\n', "planted.py"),
	Plant("mypy", "core/refusal.py", "\n\ndef planted(code):\n\treturn code\n", "no-untyped-def"),
	Plant("mypy", "errors.py", '\n\nCOUNT: int = "one"\n', "assignment"),
	Plant("import-linter", "core/planted.py", '"""Planted."""\n\nimport frappe\n', "core.planted -> frappe"),
	Plant(
		"import-linter",
		"rehearsal/planted.py",
		'"""Planted."""\n\nimport redis\n',
		"rehearsal.planted -> redis",
	),
	Plant("import-linter", "core/planted.py", '"""Planted."""\n\nfrom .. import errors\n', "errors"),
	Plant(
		"import-linter",
		"store/planted.py",
		'"""Planted."""\n\nfrom ..operations import open_task\n',
		"operations",
	),
	Plant(
		"import-linter", "api/planted.py", '"""Planted."""\n\nfrom ..doctype import slot_bucket\n', "doctype"
	),
	Plant("import-linter", "install.py", "\nfrom .rehearsal import clock\n", "rehearsal"),
	Plant("import-linter", "unplaced.py", '"""Planted."""\n', "unplaced"),
	# the house's rules
	Plant(
		"transactions",
		"operations/open_task.py",
		"\n\ndef planted():\n\tfrappe.db.commit()\n",
		"frappe.db.commit",
	),
	Plant(
		"transactions",
		"doc_events/opportunity.py",
		"\n\ndef planted():\n\tfrappe.db.rollback()\n",
		"rollback",
	),
	Plant(
		"sendmail now",
		"operations/open_task.py",
		"\n\nfrappe.sendmail(recipients=[], now=True)\n",
		"sendmail",
	),
	Plant(
		"evaluation", "workflows/pump.py", '\n\nfrappe.render_template("{{ x }}", {})\n', "render_template"
	),
	Plant("evaluation", "core/planted.py", '"""Planted."""\n\nTWO = eval("1 + 1")\n', "eval"),
	Plant("evaluation", "core/planted.py", '"""Planted."""\n\nexec("pass")\n', "exec"),
	Plant("evaluation", "operations/open_task.py", '\n\nfrappe.safe_eval("1")\n', "safe_eval"),
	Plant("whitelisted permission", "api/jobs.py", endpoint("return job"), "planted: no permission"),
	Plant(
		"whitelisted permission", "api/jobs.py", endpoint('frappe.has_permission("Service Job")'), "planted"
	),
	Plant(
		"whitelisted permission",
		"api/jobs.py",
		endpoint(f'frappe.db.set_value("Service Job", job, "scope", "")\n\t{ALLOWED}'),
		"planted",
	),
	Plant(
		"whitelisted permission", "api/jobs.py", endpoint(f"if job:\n\t\t{ALLOWED}\n\treturn job"), "planted"
	),
	Plant("whitelisted shape", "api/jobs.py", endpoint(ALLOWED, head="job"), "job has no annotation"),
	Plant("whitelisted shape", "api/jobs.py", endpoint(ALLOWED, head="job: dict"), "JSON text"),
	Plant("whitelisted shape", "api/jobs.py", endpoint(ALLOWED, "@frappe.whitelist()"), "methods"),
	Plant(
		"whitelisted shape",
		"api/jobs.py",
		endpoint('frappe.db.set_value("x", job, "a", 1)', '@frappe.whitelist(methods=["GET"])'),
		"POST only",
	),
	Plant(
		"whitelisted shape",
		"api/jobs.py",
		endpoint(ALLOWED, '@frappe.whitelist(methods=["POST"], allow_guest=True)'),
		"guests",
	),
	Plant(
		"whitelisted shape", "api/jobs.py", endpoint(ALLOWED).replace('"""Planted."""', "pass"), "docstring"
	),
	Plant("postponed annotations", "api/jobs.py", "\nfrom __future__ import annotations\n", "annotations"),
	Plant(
		"ignored permissions",
		"api/jobs.py",
		"\n\nfrappe.new_doc('x').insert(ignore_permissions=True)\n",
		"api",
	),
	Plant(
		"ignored permissions",
		"doc_events/any_record.py",
		"\n\ndef planted(doc):\n\tdoc.flags.ignore_permissions = True\n",
		"doc_events",
	),
	Plant(
		"built SQL",
		"store/services.py",
		'\n\ndef planted(name: str):\n\treturn frappe.db.sql(f"select 1 from tabItem where name = {name}")\n',
		"planted: SQL",
	),
	Plant(
		"built SQL",
		"store/services.py",
		'\n\ndef planted(name: str):\n\tquery = "select {0}".format(name)\n\treturn frappe.db.sql(query)\n',
		"planted: SQL",
	),
	Plant("built SQL", "store/services.py", '\nQUERY = "".join(["select"])  # noqa: S608\n', "noqa"),
	Plant(
		"list queries", "store/services.py", '\n\nfrappe.get_all("Item", fields=["name"])\n', "no order_by"
	),
	Plant(
		"list queries",
		"store/services.py",
		'\n\nfrappe.get_all("Item", fields=["count(name) as n"], order_by="name")\n',
		"function in fields",
	),
	Plant(
		"list queries", "store/services.py", '\n\nfrappe.get_list("Item", order_by="rand()")\n', "order_by"
	),
	Plant(
		"translations",
		"operations/claim_time.py",
		'\n\ndef planted(x: str):\n\treturn _(f"Row {x}")\n',
		"one literal",
	),
	Plant("translations", "operations/claim_time.py", '\nTITLE = _("Taken")\n', "at import"),
	Plant(
		"swallowed exceptions",
		"jobs/tidy.py",
		"\n\ntry:\n\tforget_past_buckets()\nexcept Exception:\n\tpass\n",
		"swallowed",
	),
	Plant("first sentence", "jobs/planted.py", "COUNT = 1\n", "planted.py"),
	Plant("stale reviews", "store/rows.py", "def put_rows(", "insert_rows", old="def insert_rows("),
	# names in strings
	Plant(
		"dotted paths in Python",
		"hooks.py",
		"jobs.tidy.forget_all",
		"forget_all",
		old="jobs.tidy.forget_past_buckets",
	),
	Plant(
		"dotted paths in Python",
		"workflows/doorbell.py",
		"runbook_ops.jobs.pump.work",
		"nothing is called",
		old="runbook_ops.jobs.pump.work_due_steps",
	),
	Plant(
		"dotted paths in scripts",
		"public/js/planted.js",
		'frappe.xcall("runbook_ops.api.jobs.fly");',
		"jobs.fly",
	),
	Plant(
		"dotted paths in scripts",
		"public/js/planted.js",
		'frappe.xcall("runbook_ops.naming.new_code");',
		"not whitelisted",
	),
	Plant(
		"dotted paths in scripts",
		"public/js/planted.js",
		'const API = "runbook_ops.api.jobs";\nfrappe.xcall(`${API}.fly`);',
		"jobs.fly",
	),
	Plant(
		"dotted paths in scripts",
		"public/js/planted.js",
		'const API = "runbook_ops.api.jobs";\nfrappe.xcall(`${API}.${name}`);',
		"in full",
	),
	Plant("patches", "patches.txt", "\nrunbook_ops.patches.nothing\n", "no execute"),
	Plant("patches", "patches/planted.py", '"""Planted."""\n\n\ndef execute():\n\tpass\n', "not listed"),
	Plant("assets", "hooks.py", "images/none.svg", "none.svg", old="images/runbook.svg"),
	Plant("long name", "public/js/planted.js", "// runbook_ops.runbook_ops.api", "planted.js"),
	# records
	Plant(
		"select options", BOOKING, "Requested\\nPencilled", "Service Booking.status", old="Requested\\nHeld"
	),
	Plant("doctype completeness", BOOKING, '"x_sort_field":', "sort_field", old='"sort_field":'),
	Plant("doctype completeness", BOOKING, '"module": "Selling"', "module", old='"module": "Runbook Ops"'),
	Plant("doctype completeness", BOOKING, '"role": "Cook"', "Cook", old='"role": "Runbook Front Desk"'),
	Plant("descriptions", BOOKING, '"description": " ', "Service Booking", old='"description": "'),
	Plant(
		"indexes",
		"operations/open_task.py",
		'\n\nfrappe.db.get_value("Follow-up Task", {"outcome": "Done"})\n',
		"Follow-up Task.outcome",
	),
	# reasons
	Plant(
		"known reasons",
		"core/planted.py",
		'"""Planted."""\n\nREFUSAL = Refusal("no_such_reason")\n',
		"no_such_reason",
	),
	Plant(
		"used reasons",
		"core/reasons/money.py",
		'"never_said": "x",\n\t"no_price":',
		"never_said",
		old='"no_price":',
	),
	Plant(
		"reason placeholders",
		"core/reasons/money.py",
		"{item.name}",
		"item.name",
		old="has a price for {item}",
	),
	Plant(
		"reason values",
		"core/planted.py",
		'"""Planted."""\n\nREFUSAL = Refusal("no_price", "price", {"thing": 1})\n',
		"asks for item",
	),
	# the tree
	Plant("file lengths", "core/planted.py", '"""Planted."""\n' + "\n" * 400, "401 lines"),
	Plant("file lengths", "hooks.py", "\n" * 150, "at most 150"),
	Plant("empty test files", "../../../tests/test_planted.py", '"""Planted."""\n', "no test"),
	Plant("machine paths", "core/planted.py", f'"""See {HOME}/notes."""\n', HOME),
	Plant("links", "../../../README.md", "\n\n[here](docs/nowhere.md)\n", "docs/nowhere.md"),
	Plant("links", "../../../README.md", "\n\n[here](#no-such-heading)\n", "names no heading"),
)
SMALL_COPY = ("__init__.py", "core/__init__.py", "core/refusal.py", "errors.py")
"""Enough for mypy, which reads all that it is given."""


ENDINGS = (".py", ".json", ".txt", ".toml", ".yaml", ".svg", ".js")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""The app and the settings of the tools, without the rest of the checkout."""
	return copied(
		tmp_path_factory.mktemp("whole"),
		[path.relative_to(ROOT / APP).as_posix() for path in files(ROOT / APP, *ENDINGS)],
	)


def copied(root: Path, names: Iterable[str]) -> Path:
	for name in (*(APP / name for name in names), *map(Path, CONFIG)):
		(root / name).parent.mkdir(parents=True, exist_ok=True)
		if (ROOT / name).exists():
			shutil.copy(ROOT / name, root / name)
	return root


@pytest.fixture(params=PLANTS, ids=str)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Plant, Path]]:
	"""A violation and the copy that has it, as little of the app as its check needs; it is taken out again."""
	plant: Plant = request.param
	if plant.check == "mypy":
		root = copied(tmp_path, SMALL_COPY)
	elif plant.check in RULES:
		root = copied(tmp_path, [plant.file])
	else:
		root = request.getfixturevalue("whole")
	path = (root / APP / plant.file).resolve()
	before = path.read_text() if path.exists() else None
	assert plant.old in (before or ""), f"{plant.file} no longer has {plant.old!r}: mend this test"
	text = (before or "").replace(plant.old, plant.new) if plant.old else (before or "") + plant.new
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(text)
	yield plant, root
	if before is None:
		path.unlink()
	else:
		path.write_text(before)


def test_bites(planted):
	plant, root = planted
	findings = CHECKS[plant.check](root)
	assert any(plant.found in finding for finding in findings), findings


def test_every_check_has_a_violation():
	assert {plant.check for plant in PLANTS} == set(CHECKS)
