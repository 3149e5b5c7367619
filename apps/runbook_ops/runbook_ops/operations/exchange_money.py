"""The rates at which money for an invoice is booked, and whether ERPNext can book what they differ by."""

from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import format_date

from ..core.exchange import Debt, rates_needed
from ..core.refusal import Refusal
from ..errors import RunbookError
from ..messages import refuse
from ..store.exchange_rates import rate_of_day


def rates_of_day(
	debt: Debt, company: str, taken_in: str, day: date, error: type[RunbookError]
) -> dict[str, Decimal]:
	"""What one of each currency that is needed is worth in the company's on the day; nothing where all are the company's.

	Raises `error` where a rate is missing, or the account to which ERPNext books gains and losses.
	"""
	own, gains = frappe.get_cached_value(
		"Company", company, ["default_currency", "exchange_gain_loss_account"]
	)
	wanted = sorted(rates_needed(debt, own, taken_in))
	rates = {currency: rate_of_day(currency, own, day) for currency in wanted}
	for currency, rate in rates.items():
		if rate is None:
			values = {"currency": currency, "own": own, "day": format_date(day)}
			refuse(Refusal("exchange_rate", "exchange_rate", values), error)
	if wanted and not gains:
		refuse(Refusal("exchange_account", "exchange_gain_loss_account", {"company": company}), error)
	return {currency: rate for currency, rate in rates.items() if rate is not None}


def currency_of_account(account: str) -> str:
	"""The currency in which an account is kept."""
	return frappe.get_cached_value("Account", account, "account_currency")
