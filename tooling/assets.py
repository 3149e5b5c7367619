"""Building the app's JavaScript and CSS bundles."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from tooling import checkout
from tooling.shell import Trouble, already, find_program, run, say, step


def sources(package: Path) -> list[Path]:
	return sorted(p for p in (package / "public").rglob("*.bundle.*") if "dist" not in p.parts)


def built(sites: Path) -> dict[str, str]:
	try:
		return json.loads((sites / "assets" / "assets.json").read_text())
	except (OSError, ValueError):
		return {}


def build_for_tests(stack, part: str) -> None:
	"""The shadow bench's bundles: ERPNext's from the real bench, which mails and prints take their style from too; the app's own,
	from the stack's checkout, where pages are shown. Only the browser's tests can't do without."""
	try:
		_take_from_bench(stack)
		if part != "site":
			_build_own(stack)
	except Trouble:
		if part == "browser":
			raise


def _take_from_bench(stack) -> None:
	for name in ("assets.json", "assets-rtl.json"):
		there = stack.bench.sites / "assets" / name
		if there.exists() and not (stack.sites / "assets" / name).exists():
			shutil.copyfile(there, stack.sites / "assets" / name)
	if not any("/frappe/dist" in path for path in built(stack.sites).values()):
		raise Trouble(
			"The bench has no asset bundles of Frappe and ERPNext, so no page can be shown.",
			f"Build them once: cd {stack.bench.path} && bench build",
		)


def _build_own(stack) -> None:
	code = checkout.fingerprint(stack.checkout, "public")
	if not sources(stack.checkout / checkout.PACKAGE) or stack.state.get("assets") == code:
		return
	yarn = find_program("yarn")
	if not yarn:
		raise Trouble(
			"yarn is missing, so the app's bundles cannot be built.", "npm install --global yarn@1.22"
		)
	log = stack.logs / "assets.log"
	with step("Building the app's bundles", log):
		run(
			[yarn, "run", "production", "--apps", checkout.APP, "--run-build-command"],
			"Building the app's bundles",
			env=stack.environment(),
			cwd=stack.shadow / "apps" / "frappe",
			log=log,
		)
	stack.state["assets"] = code
	stack.save()
	if not any(f"/{checkout.APP}/dist" in path for path in built(stack.sites).values()):
		say(f"   The build made no bundle of the app: see {log}")


def lacks_bundles(paths: Iterable[str], package: Path) -> bool:
	"""Whether none of the app's bundles is listed, or one that is listed is not in this checkout."""
	start = f"/assets/{checkout.APP}/"
	own = [path.removeprefix(start) for path in paths if path.startswith(f"{start}dist/")]
	return not own or not all((package / "public" / path).is_file() for path in own)


def ensure_built(bench, again: bool) -> None:
	"""The bench's own bundles: all of them when Frappe's are missing, else the app's when they are.

	The bundles lie in the checkout, so they are missing when the bench has been linked to another one.
	"""
	paths = built(bench.sites).values()
	package = bench.apps / checkout.APP / checkout.PACKAGE
	whole = not any("/frappe/dist" in path for path in paths)
	if not (whole or (sources(package) and (again or lacks_bundles(paths, package)))):
		already("asset bundles")
		return
	log = bench.state / "logs" / "assets.log"
	with step("Building the asset bundles" + (" (some minutes)" if whole else ""), log):
		words = ["build"] if whole else ["build", "--app", checkout.APP]
		run(bench.helper(*words), "Building the bundles", env=bench.environment(), cwd=bench.sites, log=log)
