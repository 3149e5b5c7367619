"""Random histories of all money at once, for tests: packages, deposits, checkouts, payments, fees, waivers, and undoing each."""

import json
from datetime import timedelta

import frappe
from frappe.utils import now_datetime
from tests import factories as make
from tests.support.fees import Salon
from tests.support.package_history import WEIGHTS, History, cents

from runbook_ops.api import checkout as till
from runbook_ops.core.package_holding import UsageKind
from runbook_ops.errors import RunbookError
from runbook_ops.operations.change_booking import cancel_booking, complete_booking, mark_no_show
from runbook_ops.operations.charge_fee import charge_fee
from runbook_ops.operations.refund_deposit import refund_deposit
from runbook_ops.operations.reverse_usage import reverse_usage
from runbook_ops.operations.waive_fee import waive_fee
from runbook_ops.site_time import from_site, to_utc
from runbook_ops.store.packages import load_usage

HELD = """
select (select coalesce(sum(credit - debit), 0) from `tabGL Entry`
		where account = %(deposits)s and is_cancelled = 0),
	(select coalesce(sum(unallocated_amount), 0) from `tabPayment Entry`
		where docstatus = 1 and payment_type = 'Receive' and paid_from = %(deposits)s)
	- (select coalesce(sum(paid_amount), 0) from `tabPayment Entry`
		where docstatus = 1 and payment_type = 'Pay' and paid_to = %(deposits)s)
	+ (select coalesce(sum(part.allocated_amount), 0) from `tabPayment Entry Reference` part
		join `tabPayment Entry` entry on entry.name = part.parent and entry.docstatus = 1
		where part.reference_doctype = 'Payment Entry' and entry.paid_from = %(deposits)s),
	(select coalesce(min(unallocated_amount), 0) from `tabPayment Entry` where docstatus = 1 and company = %(company)s),
	(select coalesce(sum(credit - debit), 0) from `tabGL Entry` where account = %(tips)s and is_cancelled = 0),
	(select coalesce(sum(paid.tip), 0) from `tabCheckout Payment` paid
		join `tabCheckout` checkout on checkout.name = paid.parent and checkout.status = 'Done'
		left join `tabPayment Entry` entry on entry.name = paid.voucher_no and entry.docstatus = 1
		left join `tabJournal Entry` journal on journal.name = paid.voucher_no and journal.docstatus = 1
		where checkout.company = %(company)s and (entry.name is not null or journal.name is not null))
"""
OWED = """
select invoice.name, invoice.outstanding_amount, coalesce(paid.left_over, 0) from `tabSales Invoice` invoice
left join (select against_voucher_no, sum(amount) as left_over from `tabPayment Ledger Entry`
	where company = %(company)s and delinked = 0 and against_voucher_type = 'Sales Invoice'
	group by against_voucher_no) paid on paid.against_voucher_no = invoice.name
where invoice.company = %(company)s and invoice.docstatus = 1
	and (abs(invoice.outstanding_amount - coalesce(paid.left_over, 0)) > 0.001
		or (invoice.is_return = 0 and invoice.outstanding_amount < 0)
		or (invoice.is_return = 1 and invoice.outstanding_amount > 0))
"""
ALL_VOUCHERS = """
select creation, name, 'Package Usage' as doctype from `tabPackage Usage`
	where company = %(company)s and kind != 'Reversal'
union all select creation, name, 'Sales Invoice' from `tabSales Invoice`
	where company = %(company)s and docstatus = 1
union all select creation, name, 'Payment Entry' from `tabPayment Entry`
	where company = %(company)s and docstatus = 1
union all select creation, name, 'Journal Entry' from `tabJournal Entry`
	where company = %(company)s and docstatus = 1
order by creation desc, name desc
"""
BALANCES = """
select account, sum(debit - credit) from `tabGL Entry`
where company = %s and is_cancelled = 0 group by account having abs(sum(debit - credit)) > 0.0001
"""


class MoneyHistory(History):
	"""A salon with a policy; every event of packages, and those of visits and the till."""

	weights = WEIGHTS | {
		"visit": 8,
		"check_out": 10,
		"undo": 2,
		"pay": 4,
		"miss": 4,
		"cancel_late": 4,
		"waive": 3,
		"give_back": 3,
		"cancel_payment": 1,
	}
	refusals = (RunbookError, frappe.LinkExistsError)

	def __init__(self, seed: int, events: int):
		self.salon = Salon()
		super().__init__(seed, events, self.salon)
		self.staff = [make.person().name for _ in range(2)]
		self.product = make.item(12.35).name

	# -- events

	def visit(self, day):
		deposit = self.chance.choice([0, 10, 25.55, 80, 200])
		policy = self.salon.policy if self.chance.random() < 0.9 else None
		booking = self.salon.visit(deposit=deposit, customer=self.chance.choice(self.customers))
		if policy is None:
			frappe.db.set_value("Service Booking", booking.name, "policy_version", None)

	def check_out(self, day):
		visit = self._ahead()
		if not visit:
			return False
		complete_booking(visit)
		customer = frappe.db.get_value("Service Booking", visit, "customer")
		lines = till.start(visit)["lines"]
		if self.chance.random() < 0.4:
			lines[0]["redeem"] = self._of(customer)
		if self.chance.random() < 0.4:
			lines.append(
				{"key": "p", "kind": "Product", "name": self.product, "qty": self.chance.randint(1, 3)}
			)
		if self.chance.random() < 0.3:
			lines.append({"key": "s", "kind": "Package", "name": self.chance.choice(self.definitions)})
		tips = [
			{"resource": who, "amount": self.chance.randint(1, 900) / 100}
			for who in self.staff
			if self.chance.random() < 0.3
		]
		off = {"discount_percent": self.chance.randint(1, 30)} if self.chance.random() < 0.3 else {}
		basket = {"lines": lines, "tips": tips, **off}
		due = till.bill(json.dumps(basket), visit)["due"]
		paid = self.chance.choice([due, due, round(due + 20), round(due / 2, 2)])
		paid = max(paid, sum(tip["amount"] for tip in tips))
		tenders = [{"mode": "Cash", "amount": round(paid, 2)}] if paid > 0 else []
		till.post(json.dumps({**basket, "tenders": tenders}), make.unique("key"), visit)
		return True

	def undo(self, day):
		done = self._one("Checkout", {"status": "Done"})
		till.undo(done, "At random") if done else None
		return bool(done)

	def pay(self, day):
		invoice = self._one("Sales Invoice", {"docstatus": 1, "outstanding_amount": (">", 0), "is_return": 0})
		if not invoice:
			return False
		owed = frappe.db.get_value("Sales Invoice", invoice, "outstanding_amount")
		self.salon.pay(invoice, self.chance.choice([owed, round(owed / 3, 2) or owed]))
		return True

	def miss(self, day):
		visit = self._ahead()
		if not visit:
			return False
		mark_no_show(visit)
		charge_fee(visit)
		return True

	def cancel_late(self, day):
		visit = self._ahead()
		if not visit:
			return False
		hours = self.chance.choice([2, 23, 30])
		cancel_booking(visit, "At random", self.chance.choice(["Customer", "Customer", "Staff"]))
		starts = to_utc(from_site(now_datetime() + timedelta(hours=hours)))
		frappe.db.set_value("Service Booking", visit, "starts_at_utc", starts)
		charge_fee(visit)
		return True

	def waive(self, day):
		fee = self._one("Booking Fee", {"status": "Charged"})
		waive_fee(fee, "At random") if fee else None
		return bool(fee)

	def give_back(self, day):
		visit = self._one("Service Booking", {"status": ("in", ["Cancelled", "No-show"])})
		refund_deposit(visit, "Cash", "At random") if visit else None
		return bool(visit)

	def cancel_payment(self, day):
		"""As a bookkeeper does in ERPNext, also of a deposit that was used or given back; but not of tips that an undoing gave back."""
		name = self._one("Payment Entry", {"docstatus": 1})
		entry = name and frappe.get_doc("Payment Entry", name)
		undone = {"voucher_no": name, "parent": ("in", self._undone())}
		if not entry or (entry.deductions and entry.payment_type == "Pay"):
			return False
		if entry.deductions and frappe.db.exists("Checkout Payment", undone):
			return False
		entry.cancel()
		return True

	def refund(self, day):
		"""ERPNext takes no credit note from before its invoice, and checkouts are of today."""
		super().refund(self.today)

	def _undone(self) -> list[str]:
		return frappe.get_all("Checkout", {"status": "Undone"}, pluck="name", order_by="name asc")

	def _ahead(self) -> str | None:
		return self._one("Service Booking", {"status": "Confirmed"})

	def _of(self, customer: str) -> str | None:
		return self._one("Customer Package", {"customer": customer, "state": "Active"})

	def _one(self, doctype: str, filters: dict) -> str | None:
		filters = filters if doctype == "Service Booking" else {**filters, "company": self.studio.company}
		names = frappe.get_all(doctype, filters, pluck="name", order_by="creation desc, name desc", limit=40)
		return self.chance.choice(names) if names else None

	# -- what always holds

	def check(self) -> None:
		"""And deposits = what is open of them, each invoice owes what the ledger says, tips are owed to who was tipped."""
		super().check()
		accounts = self.studio.accounts
		values = {
			"company": self.studio.company,
			"deposits": accounts["customer_deposits"],
			"tips": accounts["tips_payable"],
		}
		((held, open_, least, tips, tipped),) = frappe.db.sql(HELD, values)
		assert cents(held) == cents(open_), self.done
		assert least >= 0
		assert cents(tips) == cents(tipped), self.done
		assert frappe.db.sql(OWED, values) == (), self.done

	def balances(self) -> dict[str, float]:
		"""Accounts that are not at zero."""
		return dict(frappe.db.sql(BALANCES, self.studio.company))

	def unwind(self) -> int:
		"""Reverse each voucher there is, the newest first."""
		count = 0
		for _created, name, doctype in frappe.db.sql(ALL_VOUCHERS, {"company": self.studio.company}):
			count += self._take_back(doctype, name)
		return count

	def _take_back(self, doctype: str, name: str) -> bool:
		if doctype == "Package Usage":
			row = load_usage(name)
			sold = row.voucher_type == "Sales Invoice" and row.kind is not UsageKind.REFUND
			if row.is_live and not sold:
				reverse_usage(name, "Unwound")
			return row.is_live and not sold
		doc = frappe.get_doc(doctype, name)
		if doc.docstatus != 1 or doc.get("runbook_package_usage"):
			return False
		doc.cancel()
		return True
