"""Charge customers for invoices that are overdue: an invoice a customer and month, by the rule of Runbook Settings, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import fmt_money, format_date, getdate

from ..core.currencies import coin_of
from ..core.finance_charges import Charge, ChargeKind, ChargeLine, ChargeRule, OpenInvoice, decide_charge
from ..core.followups import TaskKind
from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..site_time import utc_now
from ..store.accounts import CompanyAccounts, load_accounts
from ..store.receivable_settings import receivable_settings
from ..store.receivables import free_credit, open_vouchers
from .check_receivable import keep
from .lay_out_charge import lay_out_charge
from .open_task import TaskWish, open_task
from .undo_refused import undo_refused

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Turn:
	"""A customer's charge of a month, such as 2026-11."""

	company: str
	customer: str
	month: str

	@property
	def key(self) -> str:
		"""What is unique in the database: a customer is charged once a month."""
		return f"{self.company}:{self.customer}:{self.month}"


def charge_customers(company: str, month: str, customers: Sequence[str]) -> list[str]:
	"""The Finance Charges that were made; what one customer's charge meets is that customer's alone, and becomes a task."""
	made = []
	for customer in customers:
		turn = Turn(company, customer, month)
		with undo_refused() as attempt:
			charge = charge_overdue(turn)
			made += [charge.name] if charge else []
		if attempt.error:
			_ask(turn, attempt.refusal)
	return made


def charge_overdue(turn: Turn) -> Document | None:
	"""The Finance Charge with its invoice; None when nothing is due, or it was charged already, also by others at this moment.

	Raises ReceivableRefused, or what ERPNext refuses, with nothing posted.
	"""
	settings = receivable_settings()
	if settings.rule is None or frappe.db.exists("Finance Charge", {"period_key": turn.key}):
		return None
	today = getdate()
	charge = decide_for(turn.company, turn.customer, settings.rule, today)
	if isinstance(charge, Refusal):
		return None
	accounts = load_accounts(turn.company)
	if accounts is None or not accounts.finance_charge_income:
		refuse(Refusal("charge_account", None, {"company": turn.company}), ReceivableRefused)
	record = _claim(turn, charge, today, settings.rule, accounts)
	if record is None:
		return None
	invoice = lay_out_charge(record, settings.charge_item, accounts)
	invoice.flags.ignore_permissions = True
	invoice.insert()
	if settings.submit_charges:
		invoice.submit()
	record.sales_invoice = invoice.name
	return keep(record)


def decide_for(company: str, customer: str, rule: ChargeRule, today: date) -> Charge | Refusal:
	"""What the rule asks of a customer by a day, or why nothing."""
	vouchers = open_vouchers(company, customer, today)
	invoices = [
		OpenInvoice(one.voucher, one.due, one.owed, bool(one.row["finance_charge"]))
		for one in vouchers
		if one.owed > 0 and one.voucher_type == "Sales Invoice"
	]
	exempt = bool(frappe.db.get_value("Customer", customer, "runbook_no_finance_charge"))
	currency = frappe.get_cached_value("Company", company, "default_currency")
	credit = free_credit(company, customer, vouchers)
	return decide_charge(rule, invoices, credit, today, exempt, coin_of(currency))


def _claim(
	turn: Turn, charge: Charge, today: date, rule: ChargeRule, accounts: CompanyAccounts
) -> Document | None:
	"""The record, inserted before anything is posted: whoever comes second waits for the first and finds the month taken."""
	record = frappe.new_doc("Finance Charge")
	record.update(
		{
			"customer": turn.customer,
			"customer_name": frappe.db.get_value("Customer", turn.customer, "customer_name"),
			"month": turn.month,
			"posting_date": today,
			"company": turn.company,
			"currency": accounts.currency,
			"explanation": explain(charge, rule, accounts.currency),
			"raised": float(charge.raised),
			"total": float(charge.total),
			"period_key": turn.key,
		}
	)
	for line in charge.lines:
		record.append(
			"lines",
			{
				"sales_invoice": line.invoice,
				"due_date": line.due,
				"days": line.days,
				"owed": float(line.owed),
				"charge": float(line.charge),
			},
		)
	try:
		return keep(record)
	except frappe.UniqueValidationError:
		frappe.clear_messages()
		return None


def explain(charge: Charge, rule: ChargeRule, currency: str) -> str:
	"""A charge in words, a line for each invoice."""
	words = [_line(line, rule, currency) for line in charge.lines]
	if charge.raised:
		least = {
			"raised": fmt_money(float(charge.raised), currency=currency),
			"minimum": fmt_money(float(rule.minimum), currency=currency),
		}
		words.append(tell("charge_raised", least))
	return "\n".join(words)


def _line(line: ChargeLine, rule: ChargeRule, currency: str) -> str:
	values = {
		"invoice": line.invoice,
		"owed": fmt_money(float(line.owed), currency=currency),
		"due": format_date(line.due),
		"days": line.days,
		"value": f"{rule.value.normalize():f}",
		"charge": fmt_money(float(line.charge), currency=currency),
	}
	return tell("charge_line_percent" if rule.kind is ChargeKind.PERCENT else "charge_line_fixed", values)


def _ask(turn: Turn, error: str) -> None:
	name = frappe.db.get_value("Customer", turn.customer, "customer_name") or turn.customer
	words = tell("charge_blocked", {"customer": name, "month": turn.month, "error": error[:300]})
	wish = TaskWish(
		subject=words,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"charge:{turn.key}"[:140],
		kind=TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"customer": turn.customer,
			"reference_doctype": "Customer",
			"reference_name": turn.customer,
			"reason_code": "charge_blocked",
			"reason": words,
		},
	)
	open_task(wish)
