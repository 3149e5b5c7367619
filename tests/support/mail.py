"""A mail server for tests whose site is looked at by other processes."""

import pytest
from tests.faults.smtp_server import MailServer


@pytest.fixture
def mail_server(db, tmp_path):
	"""A mail server that the site sends through."""
	import frappe

	with MailServer.started(tmp_path / "mail") as server:
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "smtp_port", server.port)
		frappe.db.commit()
		yield server
