"""A shop whose customers pay by link: Stripe on loopback, modes of payment with accounts of their own, invoices and bookings."""

import frappe
import pytest
from frappe.utils.password import set_encrypted_password
from tests import factories as make
from tests.support.guests import as_guest, good
from tests.support.packages import Studio
from tests.support.stripe_server import KEY, SECRET, StripeServer
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from runbook_ops.api import pay_links as api
from runbook_ops.store.pay_links import pay_token

DETAILS = "Ada's Studio\nIBAN XX00 1234 5678"


def set_settings(**values) -> None:
	"""As the settings' form does, without its checks."""
	frappe.db.set_single_value("Runbook Settings", values)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")


class PayShop(Studio):
	"""`invoice()` and `visit()` make what is paid for; `link_of(...)` the link, as the front desk does."""

	def __init__(self, stripe: StripeServer, provider: str = "stripe_checkout"):
		super().__init__()
		self.stripe = stripe
		self.clearing, self.item = self._mode("Stripe"), make.item().name
		set_settings(
			company=self.company,
			pay_provider=provider,
			bank_mode=self.clearing,
			bank_details=DETAILS,
			stripe_mode=self.clearing,
			stripe_url=stripe.url,
			allow_private_addresses=1,
			company_phone="+1 559 555 0134",
		)
		self.keep_secrets()
		self.customer = make.customer().name

	def keep_secrets(self) -> None:
		"""As they were entered; saving the settings without them takes them away."""
		for field, secret in (("stripe_key", KEY), ("stripe_webhook_secret", SECRET)):
			set_encrypted_password("Runbook Settings", "Runbook Settings", secret, field)

	def _mode(self, word: str) -> str:
		"""A mode of payment and its account, of the same name."""
		name = make.unique(word)
		parent = frappe.db.get_value(
			"Account", {"company": self.company, "account_type": "Bank", "is_group": 1}
		)
		account = make.insert(
			"Account",
			account_name=name,
			company=self.company,
			account_type="Bank",
			parent_account=parent or self.account("Current Assets"),
		)
		rows = [{"company": self.company, "default_account": account.name}]
		return make.insert("Mode of Payment", mode_of_payment=name, type="Bank", accounts=rows).name

	def use(self, provider: str) -> None:
		"""Customers pay this way from now on."""
		set_settings(pay_provider=provider)

	def invoice(self, price: float = 80, **values):
		"""A submitted invoice of a colouring and a product."""
		doc = frappe.new_doc("Sales Invoice")
		doc.update({"customer": self.customer, "company": self.company, "disable_rounded_total": 1, **values})
		for text, rate in (("Colouring", price - 20), ("Shampoo", 20)):
			doc.append("items", {"item_code": self.item, "item_name": text, "qty": 1, "rate": rate})
		doc.set_missing_values()
		doc.insert()
		doc.submit()
		return doc

	def visit(self, **values):
		"""A booking that is ahead."""
		return make.booking(customer=self.customer, **values)

	def link_of(self, invoice=None, **values):
		"""The Pay Link that the desk's call makes."""
		made = api.make(invoice=invoice and invoice.name, **values)
		return frappe.get_doc("Pay Link", made["link"])

	def entries(self, link) -> list:
		"""The submitted Payment Entries of a link's customer."""
		filters = {"party": link.customer, "docstatus": 1}
		return frappe.get_all("Payment Entry", filters, pluck="name", order_by="creation asc, name asc")

	def tasks(self, link=None) -> list[str]:
		"""The reasons of the tasks about a link, or about payments in general."""
		filters = {"reference_name": link.name} if link else {"reason_code": ("like", "pay_%")}
		return sorted(frappe.get_all("Follow-up Task", filters, pluck="reason_code", order_by="name asc"))


@pytest.fixture
def stripe():
	with StripeServer() as server:
		yield server


@pytest.fixture
def shop(db, stripe):
	frappe.db.delete("Guest Counter")
	return PayShop(stripe)


@pytest.fixture
def ring(shop, monkeypatch):
	"""`ring(kind, session)`: Stripe's event reaches the endpoint, as Guest; gives answer and status."""

	def send(kind: str, session: str, body: bytes | None = None, headers: dict | None = None, **changes):
		sent, given = shop.stripe.event(kind, session, **changes)
		return deliver(body if body is not None else sent, headers or given)

	def deliver(body: bytes, headers: dict):
		frappe.db.commit()
		built = EnvironBuilder(method="POST", path="/", data=body, headers=headers)
		monkeypatch.setattr(frappe.local, "request", Request(built.get_environ()), raising=False)
		try:
			return as_guest(api.stripe_event)
		finally:
			frappe.local.request = None

	send.deliver = deliver
	return send


def begin(link) -> str:
	"""The customer presses the button; gives the session at Stripe."""
	assert good(api.begin, {"token": pay_token(link)})["url"]
	return link.reload().session


def see(link) -> dict:
	return good(api.look, {"token": pay_token(link)})


def shop_pays(shop, invoice, amount) -> str:
	"""The desk takes a part."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount)
	entry.update({"reference_no": "desk", "reference_date": frappe.utils.nowdate()})
	entry.insert()
	entry.submit()
	return entry.name
