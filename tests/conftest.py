"""For all tests: what runs without a site may not import Frappe, whatever is installed."""

import sys
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest
from tests.support import tiers

tiers.choose_examples()

HERE = Path(__file__).parent
PURE = (HERE / "core", HERE / "rehearsal")
REFUSED = ("frappe", "erpnext", "requests", "redis")


class Refusal(MetaPathFinder):
	def find_spec(self, name, path=None, target=None):
		if name.partition(".")[0] in REFUSED:
			raise ModuleNotFoundError(
				f"{name}: core and rehearsal, and their tests, run without it", name=name
			)


@contextmanager
def refused():
	"""Make the packages unimportable, also those that another test has imported already."""
	hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in REFUSED}
	finder = Refusal()
	sys.meta_path.insert(0, finder)
	try:
		yield
	finally:
		sys.meta_path.remove(finder)
		sys.modules.update(hidden)


def is_pure(path: Path) -> bool:
	return any(path.is_relative_to(folder) for folder in PURE)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
	if not is_pure(collector.path):
		return (yield)
	with refused():
		return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
	if not is_pure(item.path):
		return (yield)
	with refused():
		return (yield)
