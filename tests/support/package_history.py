"""Random histories of packages on the real ledger, for tests: a studio that sells, redeems and takes back for half a year."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.utils import getdate, nowdate
from tests import factories as make
from tests.support.packages import Studio

from runbook_ops.core.package_holding import UsageKind
from runbook_ops.errors import PackageRefused
from runbook_ops.operations.expire_packages import expire_package
from runbook_ops.operations.extend_package import extend_package
from runbook_ops.operations.redeem_session import Redemption, redeem_session
from runbook_ops.operations.refund_package import RefundWish, refund_package
from runbook_ops.operations.reverse_usage import reverse_usage
from runbook_ops.operations.transfer_package import transfer_package
from runbook_ops.operations.upgrade_package import upgrade_package
from runbook_ops.store.package_figures import account_balance
from runbook_ops.store.packages import live_usages, load_usage

DAYS = 180
WEIGHTS = {
	"sell": 5,
	"redeem": 14,
	"refund": 3,
	"transfer": 2,
	"upgrade": 2,
	"extend": 2,
	"expire": 4,
	"reverse": 4,
	"cancel": 2,
}

CHECK = """
select (select coalesce(sum(value_left), 0) from `tabCustomer Package` where company = %(company)s),
	(select coalesce(sum(amount), 0) from `tabPackage Usage` where company = %(company)s),
	(select coalesce(min(least(value_left, paid_left, face_left, sessions_left)), 0)
		from `tabCustomer Package` where company = %(company)s),
	(select coalesce(sum(debit) - sum(credit), 0) from `tabGL Entry`
		where company = %(company)s and is_cancelled = 0)
"""


class History:
	"""`step()` is an event at random that takes place, `check()` what holds after each, `unwind()` takes all back."""

	weights = WEIGHTS
	refusals: tuple[type[Exception], ...] = (PackageRefused, frappe.LinkExistsError)

	def __init__(self, seed: int, events: int, studio: Studio | None = None):
		self.chance = random.Random(seed)
		self.events = events
		self.studio = studio or Studio()
		self.customers = [make.customer().name for _ in range(4)]
		self.services = [make.bookable_service(price=price).name for price in (150, 75)]
		self.definitions = self._definitions()
		self.today = getdate(nowdate())
		self.done: Counter = Counter()
		self.last = ""

	def _definitions(self) -> list[str]:
		facial, massage = self.services
		sessions, value = self.studio.sessions_package, self.studio.value_package
		terms = {"transferable": 1, "validity_days": 40}
		made = (
			sessions(10, price=1000, **terms),
			sessions(3, price=100.01, transferable=1),
			sessions(10, price=1000, bonus_sessions=1, transferable=1, validity_days=15),
			sessions(
				5,
				price=400,
				services=[{"service": facial, "sessions": 2}, {"service": massage, "sessions": 3}],
				**terms,
			),
			sessions(10, price=1000, breakage="Expected %", expected_percent=10, **terms),
			sessions(6, price=333.33, breakage="Expected %", expected_percent=25, **terms),
			value(face=550, price=499.99, **terms),
		)
		return [one.name for one in made]

	def step(self, number: int) -> None:
		"""One event that takes place; what is refused is undone and another one tried."""
		day = self.today - timedelta(days=DAYS - DAYS * number // self.events)
		for _try in range(60):
			(action,) = self.chance.choices(list(self.weights), list(self.weights.values()))
			frappe.db.savepoint("event")
			try:
				did = getattr(self, action)(day)
			except self.refusals:
				frappe.db.rollback(save_point="event")
				frappe.clear_messages()
				self.done["refused"] += 1
				continue
			if did is not False:
				self.done[action] += 1
				self.last = action
				return
		raise AssertionError("nothing is possible any more")

	# -- events

	def sell(self, day):
		values = {}
		if self.chance.random() < 0.4:
			values = {"tax": True, "included": self.chance.random() < 0.5}
		if self.chance.random() < 0.3:
			values |= {
				"discount_amount": self.chance.randint(1, 4000) / 100,
				"apply_discount_on": "Net Total",
			}
		self.studio.sell(
			self.chance.choice(self.definitions), self.chance.choice(self.customers), on=day, **values
		)

	def redeem(self, day):
		held = self._some("Active")
		amount = (
			Decimal(str(min(held.face_left, self.chance.randint(1, 20000) / 100))) if held.face_left else None
		)
		redeem_session(
			Redemption(held.name, service=self.chance.choice(self.services), on=day, amount=amount)
		)

	def refund(self, day):
		held = self._some("Active")
		count = self.chance.randint(1, held.sessions_left) if held.sessions_left else None
		fee = Decimal(self.chance.randint(1, 500)) / 100 if self.chance.random() < 0.3 else 0
		whole = Decimal(str(held.paid_left)) if count == held.sessions_left else None
		amount = whole - fee if whole and fee and whole > fee else None
		refund_package(RefundWish(held.name, "At random", sessions=count, amount=amount, on=day))

	def transfer(self, day):
		held = self._some("Active")
		count = self.chance.randint(1, held.sessions_left) if held.sessions_left else None
		transfer_package(held.name, self.chance.choice(self.customers), "At random", sessions=count, on=day)

	def upgrade(self, day):
		upgrade_package(self._some("Active").name, self.chance.choice(self.definitions), "At random", on=day)

	def extend(self, day):
		held = self._some("Active")
		if not held.expires_on:
			return False
		extend_package(held.name, held.expires_on + timedelta(days=self.chance.randint(1, 20)), "At random")
		return True

	def expire(self, day):
		over = {"state": "Active", "expires_on": ("<", day)}
		names = frappe.get_all("Customer Package", over, pluck="name", order_by="name asc")
		if not names:
			return False
		expire_package(self.chance.choice(names))
		return True

	def reverse(self, day):
		rows = live_usages(self._some().name)
		reverse_usage(self.chance.choice(rows).name, "At random") if rows else None
		return bool(rows)

	def cancel(self, day):
		doctype = self.chance.choice(("Journal Entry", "Sales Invoice", "Sales Invoice"))
		names = frappe.get_all(doctype, {"docstatus": 1}, pluck="name", order_by="creation desc", limit=30)
		if not names:
			return False
		frappe.get_doc(doctype, self.chance.choice(names)).cancel()
		return True

	def _some(self, state=None):
		fields = ["name", "sessions_left", "face_left", "paid_left", "expires_on"]
		rows = frappe.get_all(
			"Customer Package", {"state": state} if state else {}, fields, order_by="creation asc, name asc"
		)
		if not rows:
			raise PackageRefused("none")
		return self.chance.choice(rows)

	# -- what always holds

	def check(self) -> None:
		"""Liability = open values = ledger rows, nothing negative, debits = credits."""
		((worth, rows, least, balance),) = frappe.db.sql(CHECK, {"company": self.studio.company})
		owed = account_balance(self.studio.company, self.studio.accounts["package_liability"])
		assert owed == cents(worth) == cents(rows), self.done
		assert least >= 0
		assert cents(balance) == 0

	def check_every_day(self) -> None:
		"""On each day of the past the ledger's rows tell what the account says."""
		for back in range(0, DAYS + 1, 9):
			day = self.today - timedelta(days=back)
			query = "select coalesce(sum(amount), 0) from `tabPackage Usage` where company = %s and posting_date <= %s"
			((rows,),) = frappe.db.sql(query, (self.studio.company, day))
			account = self.studio.accounts["package_liability"]
			assert account_balance(self.studio.company, account, day) == cents(rows)

	def unwind(self) -> int:
		"""Reverse all that is still live, the newest first; gives how many vouchers."""
		count = 0
		query = """select name from `tabPackage Usage` where kind != 'Reversal' order by creation desc, name desc"""
		for (name,) in frappe.db.sql(query):
			row = load_usage(name)
			if not row.is_live:
				continue
			if row.voucher_type == "Sales Invoice" and row.kind is not UsageKind.REFUND:
				frappe.get_doc("Sales Invoice", row.voucher_no).cancel()
			else:
				reverse_usage(name, "Unwound")
			count += 1
			self.check()
		return count


def cents(value) -> Decimal:
	return Decimal(str(value)).quantize(Decimal("0.0001"))
