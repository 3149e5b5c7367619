"""The web server's application: one site whatever the Host header, static files included."""

import os

import frappe.app
from live_desk import with_socket_port

frappe.app._site = os.environ["FRAPPE_SITE"]
frappe.app._sites_path = os.getcwd()
application = frappe.app.application_with_statics()
if os.environ.get("RUNBOOK_LIVE_DESK"):
	application = with_socket_port(application)
