"""The checkout on the site: baskets of all kinds, and what ERPNext's ledger says after each, to the cent."""

import json
from decimal import Decimal

import frappe
import pytest
from tests import factories as make
from tests.support.packages import LIABILITY, SERVICE, Studio

from runbook_ops.api import checkout as api
from runbook_ops.errors import CheckoutRefused, PackageRefused
from runbook_ops.operations.change_booking import complete_booking
from runbook_ops.operations.refund_package import RefundWish, refund_package
from runbook_ops.operations.reverse_usage import reverse_usage

DEBTORS = "Debtors"


@pytest.fixture
def shop():
	return Shop()


class Shop(Studio):
	"""A studio whose till can be used."""

	def __init__(self):
		super().__init__()
		self.customer = make.customer().name
		self.cut = make.bookable_service(price=80)
		self.anna = make.person().name
		self.card = make.unique("Card")
		bank = make.insert(
			"Account",
			account_name=make.unique("Bank"),
			company=self.company,
			account_type="Bank",
			parent_account=frappe.db.get_value(
				"Account", {"company": self.company, "account_type": "Bank", "is_group": 1}
			)
			or self.account("Current Assets"),
		)
		self.bank = bank.account_name
		make.insert(
			"Mode of Payment",
			mode_of_payment=self.card,
			type="Bank",
			accounts=[{"company": self.company, "default_account": bank.name}],
		)

	def visit(self, **values):
		"""A completed visit."""
		booking = make.booking(
			service=values.pop("service", self.cut), customer=self.customer, resources=[self.anna], **values
		)
		complete_booking(booking.name)
		return booking.reload()

	def service(self, key="service-1", **values):
		return {"key": key, "kind": "Service", "name": self.cut.name, "resource": self.anna, **values}

	def check_out(self, *lines, booking=None, key=None, **basket):
		"""Post a basket; the record of it."""
		done = api.post(
			json.dumps({"lines": lines, **basket}),
			key or make.unique("key"),
			booking and booking.name,
			None if booking else self.customer,
		)
		return frappe.get_doc("Checkout", done["checkout"])

	def booked(self, checkout) -> dict[str, Decimal]:
		"""Account -> what the vouchers of a checkout have posted there."""
		names = {checkout.sales_invoice, checkout.credit_note, *(row.voucher_no for row in checkout.payments)}
		usages = [line.package_usage for line in checkout.lines if line.package_usage]
		for usage in usages:
			names.add(frappe.db.get_value("Package Usage", usage, "voucher_no"))
		return self.ledger(*filter(None, names))

	def taxed(self, included=False):
		"""Every sale bears ten percent."""
		row = {
			"charge_type": "On Net Total",
			"account_head": self.tax_account(),
			"description": "Tax",
			"rate": 10,
			"included_in_print_rate": int(included),
		}
		make.insert(
			"Sales Taxes and Charges Template",
			title=make.unique("Tax"),
			company=self.company,
			is_default=1,
			taxes=[row],
		)


def cash(amount):
	return {"mode": "Cash", "amount": amount}


def test_the_ordinary_case(shop):
	visit = shop.visit()
	start = api.start(visit.name)
	assert [(line["kind"], line["rate"], line["resource"]) for line in start["lines"]] == [
		("Service", 80.0, shop.anna)
	]
	bill = api.bill(json.dumps({"lines": start["lines"]}), visit.name)
	assert (bill["total"], bill["due"], bill["owed"]) == (80, 80, 80)
	done = shop.check_out(*start["lines"], booking=visit, tenders=[cash(100)])
	assert (done.total, done.change_given, done.owed) == (80, 20, 0)
	assert shop.booked(done) == {"Cash": 80, "Sales": -80}
	visit.reload()
	assert (visit.checkout, visit.sales_invoice) == (done.name, done.sales_invoice)
	assert frappe.db.get_value("Sales Invoice", done.sales_invoice, ["status", "is_pos"]) == ("Paid", 0)
	row = frappe.get_doc("Sales Invoice", done.sales_invoice).items[0]
	assert row.runbook_resource == shop.anna


def test_a_mixed_basket_split_over_two_tenders_with_tips(shop):
	shop.taxed()
	package = shop.sell(shop.sessions_package(5, 400), shop.customer).package
	shampoo, ten = make.material(in_stock=5, standard_rate=12), shop.sessions_package(10, 900)
	visit = shop.visit()
	done = shop.check_out(
		shop.service(redeem=package),
		{"key": "2", "kind": "Product", "name": shampoo.name, "qty": 2, "rate": 12.5, "resource": shop.anna},
		{"key": "3", "kind": "Package", "name": ten.name},
		booking=visit,
		tips=[{"resource": shop.anna, "amount": 5}],
		tenders=[{"mode": shop.card, "amount": 517.5, "reference": "T-1"}, cash(510)],
	)
	assert (done.total, done.tip_total, done.change_given, done.owed) == (1017.5, 5, 5, 0)
	books = shop.booked(done)
	assert books[LIABILITY] == -900 + 80
	assert books[SERVICE] == -80
	assert (books["Cash"], books[shop.bank]) == (505, Decimal("517.5"))
	assert (books["Tips Payable"], books["Tax"]) == (-5, Decimal("-92.5"))
	assert DEBTORS not in books
	assert shop.left(package)[1] == 4
	assert [line.package_left for line in done.lines] == ["4", None, None]
	assert frappe.db.get_value("Bin", {"item_code": shampoo.name}, "actual_qty") == 3
	assert shop.is_tied_out()


@pytest.mark.parametrize(("included", "total"), [(False, "79.2"), (True, "72")])
def test_discounts_by_line_and_over_all_with_tax_on_top_or_within(shop, included, total):
	shop.taxed(included)
	lines = [shop.service(discount=10)]
	done = shop.check_out(*lines, booking=shop.visit(), tenders=[cash(float(total))])
	assert (Decimal(str(done.total)), done.owed) == (Decimal(total), 0)
	half = shop.check_out(shop.service("a", rate=80), discount_percent=10, tenders=[cash(float(total))])
	assert (Decimal(str(half.total)), half.owed) == (Decimal(total), 0)


def test_all_by_package_makes_no_invoice_and_a_tip_is_booked_alone(shop):
	package = shop.sell(shop.sessions_package(5, 400), shop.customer).package
	visit = shop.visit()
	done = shop.check_out(
		shop.service(redeem=package),
		booking=visit,
		tips=[{"resource": shop.anna, "amount": 3}],
		tenders=[cash(10)],
	)
	assert (done.sales_invoice, done.total, done.change_given) == (None, 0, 7)
	assert shop.booked(done) == {LIABILITY: 80, SERVICE: -80, "Cash": 3, "Tips Payable": -3}
	with pytest.raises(CheckoutRefused, match="checked out already"):
		shop.check_out(shop.service(), booking=visit)


def test_a_money_value_pays_the_price_of_the_line(shop):
	package = shop.sell(shop.value_package(200, 180), shop.customer).package
	done = shop.check_out(shop.service(rate=80, redeem=package), booking=shop.visit())
	assert done.lines[0].package_left == "120"
	assert frappe.db.get_value("Customer Package", package, "face_left") == 120


def test_part_payment_leaves_the_rest_owed(shop):
	done = shop.check_out(shop.service(), booking=shop.visit(), tenders=[cash(30)])
	assert (done.owed, shop.booked(done)[DEBTORS]) == (50, 50)


def test_a_deposit_is_taken_apart_and_used_by_name(shop):
	visit = make.booking(service=shop.cut, customer=shop.customer, resources=[shop.anna])
	entry = api.deposit(visit.name, "50", "Cash")["payment_entry"]
	assert shop.ledger(entry) == {"Cash": 50, "Customer Deposits": -50}
	complete_booking(visit.name)
	assert api.start(visit.name)["deposit"] == 50
	bill = api.bill(json.dumps({"lines": [shop.service()], "tenders": [cash(30)]}), visit.name)
	assert (bill["deposit"], bill["due"], bill["owed"]) == (50, 30, 0)
	done = shop.check_out(shop.service(), booking=visit, tenders=[cash(30)])
	assert (done.deposit, done.owed) == (50, 0)
	assert frappe.db.get_value("Payment Entry", entry, "unallocated_amount") == 0
	assert shop.balances().get("Customer Deposits") is None
	assert frappe.db.get_value("Sales Invoice", done.sales_invoice, "status") == "Paid"


def test_a_deposit_larger_than_the_bill_keeps_its_rest(shop):
	visit = make.booking(service=shop.cut, customer=shop.customer, resources=[shop.anna])
	entry = api.deposit(visit.name, 100, "Cash")["payment_entry"]
	complete_booking(visit.name)
	done = shop.check_out(shop.service(), booking=visit)
	assert (done.deposit, done.owed) == (80, 0)
	assert frappe.db.get_value("Payment Entry", entry, "unallocated_amount") == 20


def test_the_same_key_posts_once_and_a_second_cashier_is_told(shop):
	visit, key = shop.visit(), make.unique("key")
	one = shop.check_out(shop.service(), booking=visit, key=key, tenders=[cash(80)])
	assert shop.check_out(shop.service(), booking=visit, key=key, tenders=[cash(80)]).name == one.name
	with pytest.raises(CheckoutRefused, match="checked out already"):
		shop.check_out(shop.service(), booking=visit, tenders=[cash(80)])
	assert frappe.db.count("Sales Invoice", {"runbook_booking": visit.name}) == 1


# -- undo


def test_undone_by_a_credit_note_and_checked_out_again(shop):
	shop.taxed()
	package = shop.sell(shop.sessions_package(5, 400), shop.customer).package
	shampoo = make.material(in_stock=5, standard_rate=12)
	visit = shop.visit(
		services=[{"service": shop.cut.name}, {"service": make.bookable_service(price=40).name}]
	)
	lines = api.start(visit.name)["lines"]
	before = shop.balances()
	done = shop.check_out(
		{**lines[0], "redeem": package},
		lines[1],
		{"key": "p", "kind": "Product", "name": shampoo.name, "rate": 10},
		booking=visit,
		tips=[{"resource": shop.anna, "amount": 5}],
		tenders=[{"mode": shop.card, "amount": 30}, cash(30)],
	)
	undone = api.undo(done.name, "Wrong customer")
	after = shop.balances()
	stock = {name for name in {*before, *after} if "Stock" in name or "Cost of Goods" in name}
	assert {k: v for k, v in after.items() if k not in stock} == {
		k: v for k, v in before.items() if k not in stock
	}
	assert undone["credit"] == 0
	assert shop.left(package)[1] == 5
	assert frappe.db.get_value("Bin", {"item_code": shampoo.name}, "actual_qty") == 5
	done.reload()
	assert (done.status, done.undo_reason, bool(done.credit_note)) == ("Undone", "Wrong customer", True)
	again = shop.check_out(*lines, booking=visit, tenders=[cash(132)])
	assert (again.total, again.owed) == (132, 0)
	with pytest.raises(CheckoutRefused, match="undone already"):
		api.undo(done.name, "Twice")


@pytest.mark.parametrize("paid", [0, 30])
def test_undoing_what_was_paid_in_part_leaves_nothing_owed(shop, paid):
	before = shop.balances()
	done = shop.check_out(shop.service(), booking=shop.visit(), tenders=[cash(paid)] if paid else [])
	api.undo(done.name, "Mistake")
	assert shop.balances() == before
	assert frappe.db.get_value("Sales Invoice", done.sales_invoice, "outstanding_amount") == 0


@pytest.mark.parametrize(("price", "tip"), [(12.35, 0.03), (60, 4.01), (99.99, 0.16)])
def test_undoing_with_a_tip_gives_back_the_cent_and_no_splinter_of_it(shop, price, tip):
	"""Of such amounts what was paid less the tip is a splinter above the price, as binary fractions go."""
	before = shop.balances()
	tips = [{"resource": shop.anna, "amount": tip}]
	line = shop.service(rate=price)
	done = shop.check_out(line, booking=shop.visit(), tips=tips, tenders=[cash(round(price + tip, 2))])
	assert done.payments[0].amount - done.payments[0].tip > price
	api.undo(done.name, "Mistake")
	assert shop.balances() == before


def test_a_deposit_that_was_used_stays_the_customers_credit(shop):
	visit = make.booking(service=shop.cut, customer=shop.customer, resources=[shop.anna])
	api.deposit(visit.name, 50, "Cash")
	complete_booking(visit.name)
	done = shop.check_out(shop.service(), booking=visit, tenders=[cash(30)])
	assert api.undo(done.name, "Mistake")["credit"] == 50


@pytest.mark.parametrize("by_hand", ["Payment Entry", "Sales Invoice", "Journal Entry", "Package Usage"])
def test_what_was_taken_back_by_hand_is_not_given_back_again(shop, by_hand):
	package = shop.sell(shop.sessions_package(5, 400), shop.customer).package
	before = shop.balances()
	other = (
		shop.service("a", redeem=package)
		if by_hand in ("Journal Entry", "Package Usage")
		else shop.service("a")
	)
	done = shop.check_out(
		other, booking=shop.visit(), tips=[{"resource": shop.anna, "amount": 5}], tenders=[cash(35)]
	)
	if by_hand == "Package Usage":
		reverse_usage(done.lines[0].package_usage, "By hand")
	elif by_hand == "Sales Invoice":
		frappe.get_doc(by_hand, done.sales_invoice).cancel()
	else:
		frappe.get_doc(by_hand, done.payments[0].voucher_no).cancel()
	api.undo(done.name, "Mistake")
	assert shop.balances() == before
	assert shop.left(package) == ("Active", 5, 400)
	again = shop.check_out(shop.service(), booking=frappe.get_doc("Service Booking", done.booking))
	with pytest.raises(CheckoutRefused, match="undone already"):
		api.undo(done.name, "Twice")
	assert frappe.db.get_value("Service Booking", done.booking, "checkout") == again.name


def test_a_package_that_a_deposit_has_paid_can_be_refunded(shop):
	visit = make.booking(service=shop.cut, customer=shop.customer, resources=[shop.anna])
	api.deposit(visit.name, 50, "Cash")
	complete_booking(visit.name)
	ten = {"key": "p", "kind": "Package", "name": shop.sessions_package(10, 900).name}
	done = shop.check_out(shop.service(), ten, booking=visit, tenders=[cash(930)])
	(package,) = shop.sale(done.sales_invoice).packages
	given = refund_package(RefundWish(package, "Moves away", sessions=10))
	assert given.amount == 900 and shop.left(package)[0] == "Refunded"
	assert shop.is_tied_out()
	with pytest.raises(CheckoutRefused, match=given.credit_notes[0]):
		api.undo(done.name, "Mistake")


def test_a_package_that_was_sold_and_used_is_not_undone(shop):
	ten = shop.sessions_package(10, 900)
	done = shop.check_out({"key": "1", "kind": "Package", "name": ten.name}, tenders=[cash(900)])
	(package,) = shop.sale(done.sales_invoice).packages
	shop.check_out(shop.service(redeem=package), booking=shop.visit())
	with pytest.raises(PackageRefused):
		api.undo(done.name, "Mistake")


# -- what is refused


@pytest.mark.parametrize(
	("lines", "basket", "text"),
	[
		([], {}, "nothing to check out"),
		([{"rate": 10}], {}, "more than 10 % below"),
		([{"discount": 50}], {}, "more than 10 % below"),
		([{}], {"discount_amount": 40}, "more than 10 % below"),
		([{}], {"tenders": [{"mode": "Cheques", "amount": 5}]}, "Cheques has no account"),
		([{}], {"tips": [{"resource": "x", "amount": 5}]}, "tips of 5"),
		([{"redeem": "PK-NONE"}], {}, "PK-NONE"),
		([{"qty": -1}], {}, "quantity"),
	],
)
def test_what_is_refused(shop, lines, basket, text):
	visit = shop.visit()
	frappe.set_user(make.user("Runbook Front Desk", "Sales User", "Accounts User").name)
	with pytest.raises((CheckoutRefused, PackageRefused), match=text):
		shop.check_out(*(shop.service(**line) for line in lines), booking=visit, **basket)


def test_too_much_by_card(shop):
	with pytest.raises(CheckoutRefused, match="change is given of cash only"):
		shop.check_out(shop.service(), booking=shop.visit(), tenders=[{"mode": shop.card, "amount": 81}])


def test_only_a_completed_booking(shop):
	visit = make.booking(service=shop.cut, customer=shop.customer)
	with pytest.raises(CheckoutRefused, match="Only a completed booking"):
		shop.check_out(shop.service(), booking=visit)


def test_a_checkout_is_not_written_by_hand(shop):
	done = shop.check_out(shop.service(), booking=shop.visit())
	done.total = 1
	with pytest.raises(CheckoutRefused, match="undo it"):
		done.save()
	with pytest.raises(CheckoutRefused, match="undo it"):
		done.delete()
