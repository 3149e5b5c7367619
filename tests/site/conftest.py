"""Every test here runs on the test site, and what it writes is undone."""

import pytest
from tests.support.site import db, jobs, site
from tests.support.trail import mail_server, server

__all__ = ["db", "jobs", "mail_server", "server", "site"]


@pytest.fixture(autouse=True)
def _undone(db):
	"""Each test gets the `db` fixture, whether it names it or not."""
