"""Tell a fee in words: what happened, what the policy asks for it, and what pays it."""

from decimal import Decimal

from frappe.utils import fmt_money

from ..core.fees import Cause, FeeDue, FeeKind, notice_text
from ..core.policies import hours_text
from ..messages import tell


def explain_fee(due: FeeDue, currency: str, free_passes: int) -> str:
	"""One or two sentences for the booking, the invoice and the record of the fee."""

	def money(amount: Decimal) -> str:
		return fmt_money(float(amount), currency=currency)

	by_percent = due.rule.kind is FeeKind.PERCENT
	values = {"value": f"{due.rule.value.normalize():f}", "price": money(due.price), "fee": money(due.fee)}
	rule = tell("fee_rule_percent" if by_percent else "fee_rule_fixed", values)
	told = {"version": due.version, "rule": rule}
	if due.cause is Cause.LATE and due.notice is not None:
		told |= {"hours": notice_text(due.notice), "band": hours_text(due.rule.less_than)}
	why = tell("fee_for_late" if due.cause is Cause.LATE else "fee_for_no_show", told)
	if due.free_pass:
		return f"{why} {tell('fee_free_pass', {'used': due.passes_used, 'most': free_passes})}"
	split = {"deposit": money(due.from_deposit), "owed": money(due.owed)}
	return f"{why} {tell('fee_split', split)}"
