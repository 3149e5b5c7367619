"""What Runbook Settings say about receivables: charges, statements, promises, and what follows when nobody pays."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt

from ..core.finance_charges import ChargeKind, ChargeRule


@dataclass(frozen=True)
class ReceivableSettings:
	"""`rule` None: nobody is charged. Days of the month count from 1; 0 task days: no tasks."""

	rule: ChargeRule | None
	charge_day: int
	charge_item: str | None
	submit_charges: bool
	sends_statements: bool
	statement_day: int
	promise_grace_days: int
	write_off_role: str
	overdue_task_days: int
	suspends_plans: bool


def receivable_settings() -> ReceivableSettings:
	"""The settings as they stand."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return ReceivableSettings(
		rule_of(settings),
		cint(settings.finance_charge_day) or 1,
		settings.finance_charge_item or None,
		bool(settings.finance_charge_submit),
		bool(settings.send_statements),
		cint(settings.statement_day) or 1,
		cint(settings.promise_grace_days),
		settings.write_off_role or "",
		cint(settings.overdue_task_days),
		bool(settings.suspend_plans),
	)


def rule_of(settings: Document) -> ChargeRule | None:
	"""The rule that the form of the settings says; None when it charges nobody."""
	kind = settings.finance_charge
	if kind not in set(ChargeKind):
		return None
	return ChargeRule(
		ChargeKind(kind),
		Decimal(str(flt(settings.finance_charge_value, 4))),
		cint(settings.finance_charge_grace),
		Decimal(str(flt(settings.finance_charge_minimum, 2))),
		bool(settings.charge_on_charges),
	)
