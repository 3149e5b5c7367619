"""The web server's application: one site whatever the Host header, static files included."""

import os

import frappe.app

frappe.app._site = os.environ["FRAPPE_SITE"]
frappe.app._sites_path = os.getcwd()
application = frappe.app.application_with_statics()
