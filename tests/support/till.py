"""Two shops of one business, in two currencies, for tests: goods with prices in each, ways to pay, and what the ledger has moved."""

import json
from dataclasses import dataclass
from decimal import Decimal

import frappe
from tests import factories as make
from tests.support.packages import Studio

MOVED = """select gl.account, account.root_type, account.account_type, sum(gl.debit - gl.credit)
	from `tabGL Entry` gl join `tabAccount` account on account.name = gl.account
	where gl.company = %s and gl.is_cancelled = 0 group by gl.account"""
FACTORS = {"USD": Decimal(1), "EUR": Decimal("0.9"), "CHF": Decimal("1.3")}
"""Currency -> how its price list differs, so that a price from the wrong list is seen."""


@dataclass(frozen=True)
class Account:
	"""What kind of account it is."""

	root: str
	kind: str


class Till(Studio):
	"""A shop's checkout."""

	def __init__(self, company: str, currency: str):
		super().__init__(company)
		self.currency = currency
		self.card = make.unique("Card")
		parent = frappe.db.get_value(
			"Account", {"company": company, "account_type": "Bank", "is_group": 1}
		) or self.account("Current Assets")
		bank = {
			"account_name": self.card,
			"company": company,
			"account_type": "Bank",
			"parent_account": parent,
		}
		rows = [{"company": company, "default_account": make.insert("Account", **bank).name}]
		make.insert("Mode of Payment", mode_of_payment=self.card, type="Bank", accounts=rows)
		self.accounts_by_mode = {self.card: rows[0]["default_account"], "Cash": self.account("Cash")}
		self._pays_cash()

	def _pays_cash(self) -> None:
		mode = frappe.get_doc("Mode of Payment", "Cash")
		if self.company not in [row.company for row in mode.accounts]:
			mode.append("accounts", {"company": self.company, "default_account": self.account("Cash")})
			mode.save()

	def moved(self) -> dict[str, tuple[Account, Decimal]]:
		"""Account -> its kind and balance."""
		rows = frappe.db.sql(MOVED, self.company)
		return {name: (Account(root, kind), Decimal(str(sum_))) for name, root, kind, sum_ in rows}

	def tax(self, kind: str | None) -> None:
		"""Every sale bears this tax from now on: "exclusive", "inclusive", "two" (one on top of the other), or none."""
		frappe.db.set_value("Sales Taxes and Charges Template", {"company": self.company}, "is_default", 0)
		if not kind:
			return
		title = f"Tax {kind} {self.abbr}"
		name = frappe.db.exists("Sales Taxes and Charges Template", {"title": title, "company": self.company})
		if name:
			frappe.db.set_value("Sales Taxes and Charges Template", name, "is_default", 1)
			return
		row = {"account_head": self.tax_account(), "description": "Tax"}
		rates = (
			[(5, "On Net Total"), (10, "On Previous Row Total")] if kind == "two" else [(10, "On Net Total")]
		)
		rows = [
			{
				**row,
				"rate": rate,
				"charge_type": basis,
				"included_in_print_rate": int(kind == "inclusive"),
				"row_id": "1" if basis == "On Previous Row Total" else None,
			}
			for rate, basis in rates
		]
		make.insert(
			"Sales Taxes and Charges Template", title=title, company=self.company, is_default=1, taxes=rows
		)


class Street:
	"""A shop in USD and one in CHF, customers who are billed in EUR elsewhere, and what both shops sell."""

	def __init__(self):
		self.lists = {currency: self._price_list(currency) for currency in FACTORS}
		self._exchange()
		self.tills = {
			"USD": Till(make.company(), "USD"),
			"CHF": Till(self._second_company(), "CHF"),
		}
		frappe.db.set_single_value("Runbook Settings", "price_list", self.lists["CHF"])
		self.anna, self.ben = make.person().name, make.person().name
		self.cut, self.colour = self._service(80), self._service(Decimal("45.55"))
		self.shampoo = self._product(Decimal("12.35"))
		self.sessions = self._package(10, Decimal("899.9"), kind="Sessions", sessions=10)
		self.value = self._package(1, 180, kind="Money value", face_value=200, uom="Nos")
		self.customers = {
			"own": make.customer().name,
			"foreign": make.customer(default_currency="EUR", default_price_list=self.lists["EUR"]).name,
		}

	def _price_list(self, currency: str) -> str:
		frappe.db.set_value("Currency", currency, "enabled", 1)
		if currency == "USD":
			return frappe.db.get_single_value("Selling Settings", "selling_price_list")
		name = make.unique(currency)
		return make.insert("Price List", price_list_name=name, currency=currency, selling=1, enabled=1).name

	def _exchange(self) -> None:
		for one in FACTORS:
			for other in FACTORS:
				if one != other:
					make.insert(
						"Currency Exchange",
						date="2020-01-01",
						from_currency=one,
						to_currency=other,
						exchange_rate=float(FACTORS[other] / FACTORS[one]),
						for_selling=1,
						for_buying=1,
					)

	def _second_company(self) -> str:
		return make.insert(
			"Company",
			company_name=make.unique("Studio Zurich"),
			abbr=frappe.generate_hash(length=4).upper(),
			default_currency="CHF",
			country="Switzerland",
			chart_of_accounts="Standard",
		).name

	def _priced(self, item: str, price: Decimal | float) -> str:
		for currency, price_list in self.lists.items():
			rate = float(round(Decimal(price) * FACTORS[currency], 2))
			make.insert(
				"Item Price",
				item_code=item,
				price_list=price_list,
				price_list_rate=rate,
				currency=currency,
				valid_from="2020-01-01",
			)
		return item

	def _service(self, price):
		return make.bookable_service(item=self._priced(make.item().name, price)).name

	def _product(self, price) -> str:
		"""Each shop has its own stock of it."""
		stores = {
			till.company: frappe.get_all(
				"Warehouse",
				{"company": till.company, "is_group": 0},
				pluck="name",
				order_by="lft asc",
				limit=1,
			)[0]
			for till in self.tills.values()
		}
		defaults = [{"company": company, "default_warehouse": store} for company, store in stores.items()]
		item = make.material(item_defaults=defaults).name
		for company, store in stores.items():
			row = {"item_code": item, "qty": 5000, "t_warehouse": store, "basic_rate": 1}
			entry = {"stock_entry_type": "Material Receipt", "company": company, "items": [row]}
			make.insert("Stock Entry", **entry).submit()
		return self._priced(item, price)

	def _package(self, units: int, price, uom: str = "Session", **values) -> str:
		item = self._priced(make.item(stock_uom=uom).name, Decimal(price) / units)
		return make.insert("Service Package", package_name=make.unique("Package"), item=item, **values).name

	def price(self, name: str, till: Till) -> Decimal:
		"""What one of something costs at a till."""
		usual = {
			self.cut: Decimal(80),
			self.colour: Decimal("45.55"),
			self.shampoo: Decimal("12.35"),
			self.sessions: Decimal("89.99"),
			self.value: Decimal(180),
		}
		return round(usual[name] * FACTORS[till.currency], 2)


def as_basket(**values) -> str:
	"""What the page sends."""
	return json.dumps(values, default=float)
