"""Reverse a row of a package's ledger, with its voucher: what it moved comes back to the cent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from ..core.package_holding import UsageKind, apply
from ..core.packages import undo
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.packages import (
	Usage,
	insert_usage,
	load_usage,
	lock_packages,
	save_holding,
	set_voucher,
	usages_of_voucher,
)
from .post_package_entry import Posting, post_entry
from .record_usage import accounts_of, decided, with_reason


def reverse_usage(usage: str, reason: str, on: date | None = None) -> list[str]:
	"""The reversing rows. The voucher is cancelled; with `on`, for a closed period, a counter-entry of that day is posted instead.

	Raises PackageRefused when the row is a sale, is reversed already, or later rows build on it.
	"""
	reason = with_reason(reason)
	row = load_usage(usage)
	if row is None or row.kind is UsageKind.REVERSAL:
		refuse(Refusal("package_row_unknown", "usage", {"usage": usage}), PackageRefused)
	if not row.is_live:
		refuse(Refusal("package_row_reversed", "usage"), PackageRefused)
	if row.voucher_type == "Sales Invoice" and row.kind is not UsageKind.REFUND:
		refuse(Refusal("package_sale_by_invoice", "usage", {"voucher": row.voucher_no}), PackageRefused)
	if row.voucher_type == "Journal Entry" and on:
		return _counter(row, reason, on)
	if row.voucher_no:
		return _cancel_voucher(row, reason)
	other = load_usage(row.counterpart) if row.counterpart else None
	return write_reversals([row, other] if other else [row], reason)


def write_reversals(rows: Sequence[Usage], reason: str, on: date | None = None) -> list[str]:
	"""Write the rows that undo these, the last first; their vouchers are the caller's matter.

	They bear the date of what they undo, as ERPNext's cancelled entries do, unless the ledger is immutable.
	"""
	found = lock_packages({row.customer_package for row in rows})
	written = []
	for row in reversed(rows):
		package = found[row.customer_package]
		back = decided(undo(package.holding, row.movement))
		values = {
			"service": row.row.service,
			"booking": row.row.booking,
			"voucher_type": row.voucher_type,
			"voucher_no": row.voucher_no,
			"reason": reason,
			"reverses": row.name,
			"customer": row.row.customer,
		}
		written.append(insert_usage(package, back, on or _cancelled_on(row), values))
		after = apply(package.holding, back)
		save_holding(package, after)
		found[row.customer_package] = replace(package, holding=after)
	return written


def voucher_cancelled(doc: Document) -> None:
	"""A voucher that moved packages was cancelled: their rows are reversed; a part of one can't be cancelled alone."""
	rows = [row for row in usages_of_voucher(doc.doctype, doc.name) if row.is_live]
	if not rows:
		_refuse_part(doc)
		return
	reason = doc.flags.package_reason or f"{doc.doctype} {doc.name} was cancelled"
	for row in rows:
		_cancel_parts(row, apart_from=doc.name)
	doc.flags.package_rows = write_reversals(rows, reason)


def _refuse_part(doc: Document) -> None:
	usage = doc.get("runbook_package_usage")
	if not usage or doc.flags.by_package:
		return
	other = frappe.db.get_value("Package Usage", usage, "voucher_no")
	refuse(
		Refusal("package_row_of_voucher", None, {"voucher": doc.name, "other": other or usage}),
		PackageRefused,
	)


def _cancel_parts(row: Usage, apart_from: str) -> None:
	"""Payments, further credit notes and entries that were made for the same row."""
	for doctype in ("Payment Entry", "Sales Invoice", "Journal Entry"):
		filters = {"runbook_package_usage": row.name, "docstatus": 1, "name": ("!=", apart_from)}
		for name in frappe.get_all(doctype, filters, pluck="name", order_by="creation desc"):
			_cancel(frappe.get_doc(doctype, name))


def _cancel(doc: Document) -> None:
	doc.flags.by_package = True
	doc.flags.ignore_permissions = True
	doc.cancel()


def _cancel_voucher(row: Usage, reason: str) -> list[str]:
	doc = frappe.get_doc(row.voucher_type, row.voucher_no)
	doc.flags.package_reason = reason
	_cancel(doc)
	return doc.flags.package_rows or []


def _counter(row: Usage, reason: str, on: date) -> list[str]:
	"""The entry of the closed period stands; another one takes it back on a later day."""
	(name,) = write_reversals([row], reason, on)
	entry = frappe.get_doc("Journal Entry", row.voucher_no)
	lines = [(line.account, Decimal(str(line.credit)) - Decimal(str(line.debit))) for line in entry.accounts]
	posting = Posting(
		on, name, f"Reverses {entry.name}: {reason}", row.row.booking, entry.accounts[0].cost_center
	)
	voucher = post_entry(accounts_of(row.row.company), lines, posting)
	if voucher:
		set_voucher(name, "Journal Entry", voucher)
	return [name]


def _cancelled_on(row: Usage) -> date:
	immutable = frappe.db.get_single_value("Accounts Settings", "enable_immutable_ledger", cache=True)
	return getdate(nowdate()) if immutable and row.voucher_no else row.posting_date
