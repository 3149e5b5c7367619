"""How the settings of actions are called and explained in the editor, what they choose from, and when they matter."""

import frappe
from frappe import _

from ..store.channel_settings import webhook_names


def about_actions() -> dict[str, str]:
	"""Action -> what it does, where its own first sentence speaks of settings by their names."""
	return {
		"await_completion": _("Go on when the job is marked done; when nobody did in time, a person looks."),
		"create_follow_up": _("Make a Follow-up Task that a person owns, due in some days."),
	}


def labels() -> dict[str, str]:
	"""Setting -> its label, where its name alone would not do."""
	return {
		"answers": _("Answers"),
		"channel": _("How"),
		"due_in_days_of": _("plus the days in"),
		"event": _("Name of the event"),
		"facts": _("What to tell"),
		"for": _("Wait for"),
		"invitation": _("With a calendar invitation"),
		"of": _("Of which record"),
		"templates": _("In other languages"),
		"text": _("Short text, for SMS and WhatsApp"),
		"whatsapp_template": _("WhatsApp template"),
		"whatsapp_values": _("Values of the WhatsApp template"),
	}


def descriptions() -> dict[str, str]:
	"""Setting -> what to know when filling it in."""
	return {
		"answers": _("One a line"),
		"field": _("Which fields chains may set, Runbook Settings say"),
		"role": _("Who gets it; empty means Runbook Front Desk"),
		"templates": _("Written as JSON, from a language to its own words"),
		"text": _("Empty means the text above"),
		"webhook": _("Addresses are kept in Runbook Settings"),
		"whatsapp_values": _("One a line, in the order of the template"),
	}


def words_of_choices() -> dict[str, str]:
	"""Choice -> how it is called."""
	return {
		"best": _("The best way for the reader"),
		"booking_confirmed": _("The booking is confirmed"),
		"email": _("E-mail"),
		"field": _("A field of the record has a value"),
		"invoice_paid": _("The invoice is paid"),
		"job_completed": _("The job is done"),
		"previous_technician": _("Technician who had it before"),
		"quotation_ordered": _("The quotation is ordered"),
		"record": _("The record that the chain is about"),
		"sms": _("SMS"),
		"time": _("Its time only"),
		"whatsapp": _("WhatsApp"),
	}


def what_empty_means() -> dict[str, str]:
	"""Setting -> what leaving its choice open means."""
	return {"channel": _("By e-mail"), "to": _("The customer"), "due_in_days_of": _("None")}


DEPENDS_ON = {
	("send_message", "subject"): "eval:!['sms', 'whatsapp'].includes(doc.channel)",
	("send_message", "invitation"): "eval:!['sms', 'whatsapp'].includes(doc.channel)",
	("send_message", "text"): "eval:['sms', 'whatsapp', 'best'].includes(doc.channel)",
	("send_message", "whatsapp_template"): "eval:['whatsapp', 'best'].includes(doc.channel)",
	("send_message", "whatsapp_values"): "eval:['whatsapp', 'best'].includes(doc.channel)",
	("wait", "field"): "eval:doc.for === 'field'",
	("wait", "value"): "eval:doc.for === 'field'",
}
"""Action and setting -> when its field shows, as Frappe's forms say it."""

LINES = ("answers", "whatsapp_values")
"""Settings that are lists of texts."""

FACTS = ("facts",)
"""Settings that are lists of facts."""


def choices_of_site(action: str, setting: str) -> list[str]:
	"""What a setting chooses from on this site."""
	if setting == "webhook":
		return list(webhook_names())
	if (action, setting) == ("update_field", "field"):
		rows = frappe.get_cached_doc("Runbook Settings").chain_fields
		return sorted({row.fieldname for row in rows})
	return []
