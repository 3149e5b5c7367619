"""For all browser tests: a desk in Chromium against the site's web server, real commits, and no error on the console."""

import os
import shutil

import pytest
from tests import factories
from tests.browser.desk import Contexts, Desk
from tests.support.mail import mail_server
from tests.support.site import db, jobs, site

__all__ = ["db", "jobs", "mail_server", "site"]

FRONT_DESK = ("Runbook Front Desk", "Sales User", "Accounts User")
MANAGER = ("Runbook Manager", "Sales Manager", "Accounts Manager", "Stock User")
ARGUMENTS = (
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_collection_modifyitems(items):
	"""Whatever a test here writes, the web server has to see: each commits, and is taken back afterwards."""
	for item in items:
		if "tests/browser" in item.path.as_posix():
			item.add_marker("commits")


@pytest.fixture(scope="session")
def chromium():
	"""A running browser: the one of the machine, else Playwright's own."""
	from playwright.sync_api import sync_playwright

	program = os.environ.get("RUNBOOK_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def contexts(chromium):
	"""The browser's windows."""
	return Contexts(chromium)


@pytest.fixture
def desk_of(contexts, mail_server, tmp_path):
	"""`desk_of(*roles)`: the desk of a new user with these roles; at the end nothing may be wrong on its console.

	The last page that each has seen is kept in pytest's folder for the test, of the last three runs.
	"""
	desks: list[Desk] = []

	def open_desk(*roles: str, width: int = 1400) -> Desk:
		desks.append(Desk.logged_in(contexts, factories.user(*roles), width))
		return desks[-1]

	yield open_desk
	for number, desk in enumerate(desks):
		desk.page.screenshot(path=tmp_path / f"desk-{number}.png")
		desk.close()
	assert [error for desk in desks for error in desk.errors] == []


@pytest.fixture
def desk(desk_of) -> Desk:
	"""The desk of somebody at the front desk."""
	return desk_of(*FRONT_DESK)


@pytest.fixture
def manager(desk_of) -> Desk:
	"""The desk of a manager."""
	return desk_of(*MANAGER)
