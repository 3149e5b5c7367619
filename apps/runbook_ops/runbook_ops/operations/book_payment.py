"""Book what a customer paid by a link: a Payment Entry on the invoice by name, or a deposit; each payment once."""

from decimal import Decimal

from frappe.model.document import Document
from frappe.utils import nowdate

from ..core.pay_links import PayKind
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse
from ..store.checkouts import modes_of
from ..store.pay_links import entry_of_payment, pay_settings
from .pay_invoice import Money, pay_invoice
from .take_deposit import take_deposit


def book_payment(link: Document, session: str, amount: Decimal, reference: str) -> str:
	"""The Payment Entry of this payment; asked again it is the same one.

	The link is locked by the caller. Raises PaymentRefused, CheckoutRefused, or what ERPNext refuses, with nothing posted.
	"""
	known = entry_of_payment(session)
	if known:
		return known
	mode = pay_settings().modes.get(link.provider) or ""
	account = modes_of(link.company, {mode}).get(mode)
	if account is None or not account.account:
		values = {"mode": mode, "company": link.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), PaymentRefused)
	if link.kind == PayKind.DEPOSIT:
		return take_deposit(link.booking, amount, mode, reference, session)
	return pay_invoice(
		link.sales_invoice,
		Money(amount, link.currency),
		account.account,
		PaymentRefused,
		posting_date=nowdate(),
		mode_of_payment=mode,
		runbook_booking=link.booking,
		runbook_payment=session,
		runbook_taken=float(amount),
		runbook_taken_currency=link.currency,
		reference_no=reference,
		reference_date=nowdate(),
	).name
