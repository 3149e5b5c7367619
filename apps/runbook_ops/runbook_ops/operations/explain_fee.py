"""Tell a fee in words: what happened or would, what the policy asks for it, and what pays it."""

from decimal import Decimal

from frappe import _
from frappe.utils import fmt_money

from ..core.deposit_rules import DepositRule
from ..core.fees import Cause, FeeDue, FeeKind, FeeRule, notice_text
from ..core.policies import hours_text
from ..messages import tell


def explain_fee(due: FeeDue, currency: str, free_passes: int) -> str:
	"""One or two sentences for the booking, the invoice and the record of the fee."""
	told = {"version": due.version, "rule": _rule(due, currency)}
	if due.cause is Cause.LATE and due.notice is not None:
		told |= {"hours": notice_text(due.notice), "band": hours_text(due.rule.less_than)}
	why = tell("fee_for_late" if due.cause is Cause.LATE else "fee_for_no_show", told)
	if due.free_pass:
		return f"{why} {tell('fee_free_pass', {'used': due.passes_used, 'most': free_passes})}"
	return f"{why} {tell('fee_split', _split(due, currency))}"


def explain_cost(due: FeeDue, currency: str, free_passes: int) -> str:
	"""What a customer is told who is about to cancel."""
	told = {"rule": _rule(due, currency), "band": hours_text(due.rule.less_than)}
	why = tell("fee_if_cancelled", told)
	if due.free_pass:
		return f"{why} {tell('fee_if_free', {'used': due.passes_used, 'most': free_passes})}"
	return f"{why} {tell('fee_if_split', _split(due, currency))}" if due.from_deposit else why


def explain_rule(rule: FeeRule | DepositRule, currency: str) -> str:
	"""What a line of a policy asks for, such as 50 % of the price."""
	if rule.kind is FeeKind.PERCENT:
		return _("{0} % of the price").format(_digits(rule.value))
	return _money(rule.value, currency)


def _rule(due: FeeDue, currency: str) -> str:
	by_percent = due.rule.kind is FeeKind.PERCENT
	values = {
		"value": _digits(due.rule.value),
		"price": _money(due.price, currency),
		"fee": _money(due.rule.fee(due.price), currency),
	}
	rule = tell("fee_rule_percent" if by_percent else "fee_rule_fixed", values)
	if not due.tax:
		return rule
	taxed = {"rule": rule, "tax": _money(due.tax, currency), "fee": _money(due.fee, currency)}
	return tell("fee_tax_added" if due.is_added else "fee_tax_inside", taxed)


def _digits(value: Decimal) -> str:
	return f"{value.normalize():f}"


def _split(due: FeeDue, currency: str) -> dict[str, str]:
	return {"deposit": _money(due.from_deposit, currency), "owed": _money(due.owed, currency)}


def _money(amount: Decimal, currency: str) -> str:
	return fmt_money(float(amount), currency=currency)
