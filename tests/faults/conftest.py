"""For all fault tests: real commits, a mail server on loopback, and figures that are printed at the end of a test."""

import pytest
from tests.support.mail import mail_server
from tests.support.site import db, jobs, site

__all__ = ["db", "jobs", "mail_server", "site"]


@pytest.fixture(autouse=True)
def _undone(db):
	"""What a test has committed is taken back, whether it names the fixture or not."""


@pytest.fixture
def figures(request):
	"""`figures("50 kills, ...")`: a line of the test report, also when the test passes."""
	lines: list[str] = []
	yield lines.append
	reporter = request.config.pluginmanager.get_plugin("terminalreporter")
	for line in lines:
		reporter.write_line(f"\n{request.node.name}: {line}")
