"""Every test here runs on the test site, and what it writes is undone."""

import pytest
from tests.support.site import db, jobs, site

__all__ = ["db", "jobs", "site"]


@pytest.fixture(autouse=True)
def _undone(db):
	"""Each test gets the `db` fixture, whether it names it or not."""
