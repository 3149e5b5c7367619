"""Baskets of all kinds, in two currencies: the printed receipt, the ledger and the card of the package say the same, to the cent.

Any two values of any two dimensions meet in one basket; `RUNBOOK_BASKETS` adds so many by chance (at night 2,000).
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from tests import factories as make
from tests.support.pairwise import at_random, pairwise
from tests.support.receipts import Receipt, card_left, receipt_of
from tests.support.tiers import tier
from tests.support.till import Street, Till, as_basket

from runbook_ops.api import checkout as api
from runbook_ops.operations.change_booking import complete_booking

MORE = int(os.environ.get("RUNBOOK_BASKETS", tier("0", "2000")))
NOTHING = Decimal(0)
DIMENSIONS = {
	"currency": ["USD", "CHF"],
	"customer": ["own", "foreign"],
	"services": [0, 1, 2],
	"product": [False, True],
	"redeem": [None, "sessions", "value"],
	"sale": [None, "sessions", "value"],
	"deposit": [None, 20, 5000],
	"tips": [0, 1, 2],
	"discount": [None, "line", "percent", "amount"],
	"tax": [None, "exclusive", "inclusive", "two"],
	"pay": ["change", "split", "part", "not"],
}
TAXED = {None: Decimal(1), "exclusive": Decimal("1.1"), "inclusive": Decimal(1), "two": Decimal("1.155")}
PERCENT, AMOUNT = Decimal(10), Decimal("7.77")
TIP = Decimal("3.5")
STOCK = ("Stock", "Cost of Goods Sold", "Stock Adjustment", "Stock Received But Not Billed")


@dataclass
class Trial:
	"""One basket at one till, and what has to come out."""

	street: Street
	case: dict
	held: dict = field(default_factory=dict)

	@property
	def till(self) -> Till:
		return self.street.tills[self.case["currency"]]

	@property
	def customer(self) -> str:
		return self.street.customers[self.case["customer"]]

	def lines(self) -> list[dict]:
		"""What is in the basket."""
		street, case, rows = self.street, self.case, []
		by = [(street.cut, street.anna), (street.colour, street.ben)][: case["services"]]
		rows += [{"kind": "Service", "name": name, "resource": who} for name, who in by]
		if case["product"]:
			rows.append({"kind": "Product", "name": street.shampoo, "qty": 3, "resource": street.ben})
		if case["sale"]:
			rows.append({"kind": "Package", "name": getattr(street, case["sale"])})
		if case["discount"] == "line" and rows:
			rows[0]["discount"] = float(PERCENT)
		if case["redeem"]:
			rows.append(
				{"kind": "Service", "name": street.cut, "redeem": self.package, "resource": street.anna}
			)
		return [{"key": str(number), **row} for number, row in enumerate(rows)]

	@property
	def package(self) -> str:
		"""The customer's package that pays a line, bought before."""
		key = (self.case["currency"], self.case["customer"], self.case["redeem"])
		left = self.held.get(key) and frappe.db.get_value(
			"Customer Package", self.held[key], ["sessions_left", "face_left"]
		)
		if not left or (left[0] < 1 and left[1] < self.street.price(self.street.cut, self.till)):
			self.till.tax(None)
			sold = self.till.sell(getattr(self.street, self.case["redeem"]), self.customer)
			self.held[key] = sold.package
		return self.held[key]

	def expected(self, lines: list[dict]) -> Decimal:
		"""What the customer pays for all that no package pays, by another way of reckoning."""
		case, sum_ = self.case, NOTHING
		for line in lines:
			if not line.get("redeem"):
				units = 10 if line["name"] == self.street.sessions else 1
				price = self.street.price(line["name"], self.till) * line.get("qty", 1) * units
				sum_ += price * (1 - Decimal(line.get("discount", 0)) / 100)
		gross = sum_ * TAXED[case["tax"]]
		if case["discount"] == "percent":
			return gross * (1 - PERCENT / 100)
		return max(NOTHING, gross - AMOUNT) if case["discount"] == "amount" else gross

	def basket(self, lines: list[dict], **values) -> dict:
		"""All but the payments."""
		case = self.case
		tips = [
			{"resource": who, "amount": TIP} for who in (self.street.anna, self.street.ben)[: case["tips"]]
		]
		values |= {"discount_percent": PERCENT} if case["discount"] == "percent" else {}
		values |= {"discount_amount": AMOUNT} if case["discount"] == "amount" else {}
		return {"lines": lines, "tips": tips, **values}

	def tenders(self, due: Decimal) -> list[dict]:
		"""Ways in which `due` is paid, or a part of it, tips at least."""
		card, tips = self.till.card, TIP * self.case["tips"]
		ways = {
			"change": [("Cash", due + Decimal("7.3"))],
			"split": [(card, due * 2 // 5), ("Cash", due - due * 2 // 5)],
			"part": [(card, max(tips, due // 2))],
			"not": [("Cash", tips)],
		}
		return [
			{"mode": mode, "amount": amount, "reference": "T-1" if mode == card else None}
			for mode, amount in ways[self.case["pay"]]
			if amount > 0
		]

	def visit(self) -> str | None:
		"""A booking for what has to have one."""
		case = self.case
		if not (case["services"] or case["deposit"] or case["redeem"]):
			frappe.db.set_single_value("Runbook Settings", "company", self.till.company)
			frappe.clear_document_cache("Runbook Settings", "Runbook Settings")
			return None
		booking = make.booking(
			service=self.street.cut,
			customer=self.customer,
			company=self.till.company,
		)
		if case["deposit"]:
			api.deposit(booking.name, case["deposit"], "Cash")
		complete_booking(booking.name)
		return booking.name

	def check_out(self) -> Decimal:
		"""Post it and compare; gives the total."""
		lines = self.lines()
		self.till.tax(self.case["tax"])
		visit = self.visit()
		customer = None if visit else self.customer
		before = self.till.moved()
		bill = api.bill(as_basket(**self.basket(lines)), visit, customer)
		tenders = self.tenders(Decimal(str(bill["due"])))
		done = api.post(as_basket(**self.basket(lines, tenders=tenders)), make.unique("key"), visit, customer)
		checkout = frappe.get_doc("Checkout", done["checkout"])
		total = Decimal(str(checkout.total))
		assert Decimal(str(bill["total"])) == total
		assert abs(total - self.expected(lines)) <= Decimal(
			"0.055" if self.till.currency == "CHF" else "0.02"
		)
		self.compare(checkout, receipt_of(checkout.name), before, self.till.moved())
		self.check_cards(checkout)
		return total

	def compare(self, checkout, receipt: Receipt, before: dict, after: dict) -> None:
		"""Receipt = ledger."""
		moved = Moved(self.till, before, after)
		total, owed = receipt.all_called("Total"), receipt.all_called("Still open")
		deposit, tips = -receipt.all_called("Deposit"), receipt.all_called("Tips")
		change = receipt.all_called("Change given")
		cash, card = receipt.all_called("Cash"), receipt.all_called(f"{self.till.card} T-1")
		tax, rounding = receipt.all_called("Tax"), receipt.all_called("Rounding")
		assert receipt.sold + tax + rounding == total, receipt
		assert total + tips == deposit + cash + card + owed, receipt
		given = sum(Decimal(str(row.amount)) for row in checkout.payments) + Decimal(
			str(checkout.change_given)
		)
		assert cash + card + change == given
		assert moved.all() == 0
		assert moved.of(self.till.accounts_by_mode["Cash"]) == cash
		assert moved.of(self.till.accounts_by_mode[self.till.card]) == card
		assert moved.of(self.till.account("Debtors")) == owed
		assert moved.of(self.till.accounts["customer_deposits"]) == deposit
		assert moved.of(self.till.accounts["tips_payable"]) == -tips
		assert moved.of(self.till.account("Tax")) == -tax
		packages = self._sums(checkout, receipt)
		assert moved.of(self.till.accounts["package_liability"]) == packages["released"] - packages["sold"]
		assert moved.income() == -(receipt.sold - packages["sold"]) - packages["released"] - rounding
		assert moved.stock() == 0
		if checkout.sales_invoice:
			fields = ["currency", "outstanding_amount", "conversion_rate"]
			invoice = frappe.db.get_value("Sales Invoice", checkout.sales_invoice, fields)
			assert (*invoice, checkout.currency) == (self.till.currency, float(owed), 1, self.till.currency)

	def _sums(self, checkout, receipt: Receipt) -> dict[str, Decimal]:
		"""What went into the liability by the receipt's lines, and out of it by the packages' history."""
		sums = dict.fromkeys(("sold", "released"), NOTHING)
		for line, amount in zip(checkout.lines, receipt.lines, strict=True):
			if line.kind == "Package":
				sums["sold"] += amount
			if line.package_usage:
				sums["released"] -= Decimal(
					str(frappe.db.get_value("Package Usage", line.package_usage, "amount"))
				)
		return sums

	def check_cards(self, checkout) -> None:
		"""Package card = history = what the receipt says is left; and all packages together are the liability."""
		for line in checkout.lines:
			if line.package_usage:
				card = card_left(line.customer_package)
				assert card == Decimal(line.package_left) == self._history(line.customer_package)
		if checkout.sales_invoice:
			sold = self.till.sale(checkout.sales_invoice).packages
			assert len(sold) == int(bool(self.case["sale"]))
			assert [card_left(name) for name in sold] == [self._history(name) for name in sold]
		((worth,),) = frappe.db.sql(
			"select coalesce(sum(value_left), 0) from `tabCustomer Package` where company = %s",
			self.till.company,
		)
		account = self.till.accounts["package_liability"]
		assert self.till.moved().get(account, (None, NOTHING))[1] == -Decimal(str(worth))

	def _history(self, package: str) -> Decimal:
		((sessions, face),) = frappe.db.sql(
			"select sum(sessions), sum(face) from `tabPackage Usage` where customer_package = %s", package
		)
		return Decimal(str(sessions or face or 0))


@dataclass(frozen=True)
class Moved:
	"""By how much a checkout has moved the accounts of a company."""

	till: Till
	before: dict
	after: dict

	def of(self, account: str) -> Decimal:
		return self.after.get(account, (None, NOTHING))[1] - self.before.get(account, (None, NOTHING))[1]

	def all(self) -> Decimal:
		return sum((self.of(name) for name in self.after), NOTHING)

	def stock(self) -> Decimal:
		return sum((self.of(name) for name, (kind, _) in self.after.items() if kind.kind in STOCK), NOTHING)

	def income(self) -> Decimal:
		"""All income, and what rounding costs."""
		return sum(
			(
				self.of(name)
				for name, (kind, _) in self.after.items()
				if kind.root in ("Income", "Expense") and kind.kind not in STOCK
			),
			NOTHING,
		)


def test_receipt_ledger_and_package_card_agree():
	street, held, seen = Street(), {}, Counter()
	for number, case in enumerate([*pairwise(DIMENSIONS), *at_random(DIMENSIONS, MORE)]):
		trial = Trial(street, case, held)
		if not (trial.case["services"] or case["product"] or case["sale"] or case["redeem"] or case["tips"]):
			seen["empty"] += 1
			continue
		try:
			total = trial.check_out()
		except Exception as error:
			error.add_note(f"basket {number}: {case}")
			raise
		seen["priced" if total else "by package"] += 1
	print(f"\n{sum(seen.values())} baskets: {dict(seen)}")
	assert seen["priced"] >= 15
