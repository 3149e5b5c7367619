"""Take a write-off back: its Journal Entry is cancelled, and the invoice is open again."""

import frappe

from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..store.receivables import lock_invoice
from ..store.write_offs import invoice_written_off, lock_entry
from .check_receivable import check_write_off_role
from .undo_refused import undo_refused


def take_back_write_off(name: str) -> str:
	"""The invoice. Raises ReceivableRefused with nothing changed, also when it was taken back before, or ERPNext refuses.

	Whoever may write off may take it back; the caller has checked that the user may submit Journal Entries.
	"""
	check_write_off_role()
	invoice = invoice_written_off(name)
	if invoice is None:
		refuse(Refusal("write_off_unknown", "entry", {"entry": name}), ReceivableRefused)
	lock_invoice(invoice)
	if lock_entry(name) != 1:
		refuse(Refusal("write_off_gone", "entry", {"entry": name}), ReceivableRefused)
	entry = frappe.get_doc("Journal Entry", name)
	with undo_refused() as attempt:
		entry.flags.ignore_permissions = True
		entry.cancel()
	if attempt.error:
		values = {"entry": name, "day": entry.posting_date, "error": attempt.refusal[:300]}
		refuse(Refusal("write_off_kept", "entry", values), ReceivableRefused)
	frappe.get_doc("Sales Invoice", invoice).add_comment("Info", tell("write_off_back", {"entry": name}))
	frappe.clear_messages()
	return invoice
