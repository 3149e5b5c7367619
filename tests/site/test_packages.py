"""Packages on a real ledger: the recipe's table, each movement and its reversal, and what is refused."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from tests import factories as make
from tests.support.packages import BREAKAGE, LIABILITY, SERVICE, ago, pay, redeem, studio, tied_out, voucher

from runbook_ops.errors import PackageRefused
from runbook_ops.operations.expire_packages import expire_package
from runbook_ops.operations.refund_package import RefundWish, refund_package
from runbook_ops.operations.reverse_usage import reverse_usage

__all__ = ["studio", "tied_out"]

pytestmark = pytest.mark.usefixtures("tied_out")


def test_the_recipe(studio):
	"""Ten sessions for 1,000 and tax: sold, paid, one redeemed, two refunded, seven expired (rows 1 to 6)."""
	package = studio.sessions_package(10, price=1000, validity_days=3)
	before = studio.balances()
	sold = studio.sell(package, tax=True, on=ago(5))
	assert studio.ledger(sold.invoice) == {"Debtors": 1100, LIABILITY: -1000, "Tax": -100}
	assert studio.ledger(pay(sold.invoice)) == {"Cash": 1100, "Debtors": -1100}

	used = redeem(sold.package, on=ago(4))
	assert studio.ledger(voucher(used)) == {LIABILITY: 100, SERVICE: -100}
	entry = frappe.get_doc("Journal Entry", voucher(used))
	assert (entry.posting_date, entry.runbook_package_usage) == (ago(4), used)
	assert {row.cost_center for row in entry.accounts} == {
		frappe.get_cached_value("Company", studio.company, "cost_center")
	}

	given = refund_package(
		RefundWish(sold.package, "Moves away", sessions=2, mode_of_payment="Cash", on=ago(3))
	)
	(note,), (payment,) = given.credit_notes, given.payments
	assert studio.ledger(note) == {LIABILITY: 200, "Tax": 20, "Debtors": -220}
	assert [(row.qty, row.rate) for row in frappe.get_doc("Sales Invoice", note).items] == [(-2, 100)]
	assert studio.ledger(payment) == {"Debtors": 220, "Cash": -220}
	assert studio.left(sold.package) == ("Active", 7, 700)

	lapsed = expire_package(sold.package)
	assert studio.ledger(voucher(lapsed)) == {LIABILITY: 700, BREAKAGE: -700}
	assert frappe.db.get_value("Journal Entry", voucher(lapsed), "posting_date") == ago(2)
	assert studio.left(sold.package) == ("Expired", 0, 0)
	assert studio.rows(sold.package) == [
		("Sell", 10, 1000),
		("Redeem", -1, -100),
		("Refund", -2, -200),
		("Expire", -7, -700),
	]
	after = studio.balances()
	moved = {name: after.get(name, 0) - before.get(name, 0) for name in after | before}
	assert {name: amount for name, amount in moved.items() if amount} == {
		"Cash": 880,
		SERVICE: -100,
		BREAKAGE: -700,
		"Tax": -80,
	}


def test_three_sessions_for_a_hundred(studio):
	package = studio.sessions_package(3, price=300)
	sold = studio.sell(package, discount_amount=200, apply_discount_on="Net Total")
	released = [studio.ledger(voucher(redeem(sold.package)))[LIABILITY] for _ in range(3)]
	assert released == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
	assert studio.left(sold.package) == ("Used Up", 0, 0)


def test_a_session_on_the_income_account_of_its_service(studio):
	service = make.bookable_service()
	account = studio.account("Sales")
	own = {"parent": service.item, "company": studio.company}
	frappe.db.set_value("Item Default", own, "income_account", account)
	sold = studio.sell(studio.sessions_package(4, price=400, services=[service]))
	usage = redeem(sold.package, service=service.name)
	assert studio.ledger(voucher(usage)) == {LIABILITY: 100, "Sales": -100}


def test_what_is_refused_when_redeeming(studio):
	covered, other = make.bookable_service(), make.bookable_service()
	package = studio.sessions_package(1, price=100, services=[covered], validity_days=10)
	sold = studio.sell(package)
	for values, text in (
		({"service": other.name}, "no open session"),
		({"customer": make.customer().name}, "may not use"),
		({"currency": "EUR"}, "kept in USD"),
		({"on": ago(1)}, "was sold on"),
		({"on": getdate(add_days(nowdate(), 11))}, "could be used until"),
	):
		with pytest.raises(PackageRefused, match=text):
			redeem(sold.package, **{"service": covered.name, **values})
	redeem(sold.package, service=covered.name)
	with pytest.raises(PackageRefused, match="nothing is left"):
		redeem(sold.package, service=covered.name)
	with pytest.raises(PackageRefused, match="none called"):
		redeem("PK-NONE")


def test_the_same_key_is_redeemed_once(studio):
	sold = studio.sell(studio.sessions_package(5, price=500))
	first = redeem(sold.package, key="till-7/42")
	assert redeem(sold.package, key="till-7/42") == first
	assert studio.left(sold.package)[1] == 4
	other = studio.sell(studio.sessions_package(5, price=500))
	with pytest.raises(PackageRefused, match=sold.package):
		redeem(other.package, key="till-7/42")


def test_a_line_of_a_booking_is_redeemed_once_and_again_after_a_reversal(studio):
	service = make.bookable_service()
	visit = make.booking(service=service)
	sold = studio.sell(studio.sessions_package(5, price=500, services=[service]), visit.customer)
	first = redeem(sold.package, booking=visit.name)
	assert redeem(sold.package, booking=visit.name) == first
	row = frappe.get_doc("Package Usage", first)
	assert (row.service, row.booking, row.posting_date) == (service.name, visit.name, visit.starts_at.date())
	reverse_usage(first, "Wrong package")
	assert redeem(sold.package, booking=visit.name) != first
	assert studio.left(sold.package) == ("Active", 4, 400)


def test_a_reversal_brings_everything_back(studio):
	sold = studio.sell(studio.sessions_package(2, price=200))
	used = redeem(sold.package)
	with pytest.raises(PackageRefused, match="say why"):
		reverse_usage(used, " ")
	reverse_usage(used, "Wrong customer")
	assert studio.left(sold.package) == ("Active", 2, 200)
	assert studio.ledger(voucher(used)) == {}
	assert studio.rows(sold.package)[-1] == ("Reversal", 1, 100)
	with pytest.raises(PackageRefused, match="reversed already"):
		reverse_usage(used, "Again")


def test_cancelling_the_entry_in_erpnext_reverses_the_row(studio):
	sold = studio.sell(studio.sessions_package(2, price=200))
	used = redeem(sold.package)
	frappe.get_doc("Journal Entry", voucher(used)).cancel()
	assert studio.left(sold.package) == ("Active", 2, 200)


def test_an_invoice_is_cancelled_while_its_packages_are_whole(studio):
	sold = studio.sell(studio.sessions_package(2, price=200))
	redeem(sold.package)
	with pytest.raises(PackageRefused, match="Reverse the later rows"):
		frappe.get_doc("Sales Invoice", sold.invoice).cancel()
	frappe.db.rollback()


def test_an_invoice_whose_packages_are_whole_again(studio):
	sold = studio.sell(studio.sessions_package(2, price=200))
	reverse_usage(redeem(sold.package), "Wrong customer")
	frappe.get_doc("Sales Invoice", sold.invoice).cancel()
	assert studio.left(sold.package) == ("Cancelled", 0, 0)
	assert studio.owed() == 0


def test_a_closed_period_is_reversed_by_a_counter_entry(studio):
	sold = studio.sell(studio.sessions_package(2, price=200), on=ago(20))
	used = redeem(sold.package, on=ago(10))
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", ago(5))
	with pytest.raises(frappe.ValidationError, match="not authorized"):
		reverse_usage(used, "Wrong customer")
	(row,) = reverse_usage(used, "Wrong customer", on=getdate(nowdate()))
	assert studio.ledger(voucher(row)) == {LIABILITY: -100, SERVICE: 100}
	assert studio.left(sold.package) == ("Active", 2, 200)


def test_a_refund_is_reversed_with_its_credit_note_and_payment(studio):
	sold = studio.sell(studio.sessions_package(4, price=400), tax=True)
	pay(sold.invoice)
	given = refund_package(RefundWish(sold.package, "Unwell", sessions=3, mode_of_payment="Cash"))
	reverse_usage(given.usage, "Stays after all")
	assert studio.left(sold.package) == ("Active", 4, 400)
	assert studio.ledger(*given.credit_notes, *given.payments) == {}


def test_a_part_of_the_price_is_kept(studio):
	sold = studio.sell(studio.sessions_package(4, price=400))
	given = refund_package(RefundWish(sold.package, "Fee of 20", amount=Decimal(380)))
	assert studio.ledger(*given.credit_notes) == {LIABILITY: 380, "Debtors": -380}
	entry = frappe.db.get_value("Journal Entry", {"runbook_package_usage": given.usage})
	assert studio.ledger(entry) == {LIABILITY: 20, BREAKAGE: -20}
	assert studio.left(sold.package) == ("Refunded", 0, 0)
	with pytest.raises(PackageRefused, match="hangs on it"):
		frappe.get_doc("Journal Entry", entry).cancel()
	frappe.db.rollback()


def test_more_than_was_paid_is_not_given_back(studio):
	sold = studio.sell(studio.sessions_package(4, price=400))
	with pytest.raises(PackageRefused, match=r"150 is more than the 100"):
		refund_package(RefundWish(sold.package, "x", sessions=1, amount=Decimal(150)))
	with pytest.raises(PackageRefused, match="5 are asked for and 4"):
		refund_package(RefundWish(sold.package, "x", sessions=5))


def test_an_unpaid_invoice_is_owed_less_after_a_refund(studio):
	sold = studio.sell(studio.sessions_package(4, price=400))
	refund_package(RefundWish(sold.package, "Unwell", sessions=1))
	assert frappe.db.get_value("Sales Invoice", sold.invoice, "outstanding_amount") == 300


def test_a_credit_note_made_in_erpnext_gives_sessions_back(studio):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	sold = studio.sell(studio.sessions_package(5, price=500), tax=True)
	note = make_sales_return(sold.invoice)
	note.items[0].qty = -2
	note.insert()
	note.submit()
	assert studio.left(sold.package) == ("Active", 3, 300)
	note.reload().cancel()
	assert studio.left(sold.package) == ("Active", 5, 500)


def test_a_credit_note_for_more_than_the_unused_sessions_is_refused(studio):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	sold = studio.sell(studio.sessions_package(2, price=200, bonus_sessions=2))
	note = make_sales_return(sold.invoice)
	note.items[0].qty = -1
	note.insert()
	with pytest.raises(PackageRefused, match="worth 50"):
		note.submit()
	frappe.db.rollback()


def test_all_eleven_with_a_bonus_are_refunded_one_by_one(studio):
	sold = studio.sell(studio.sessions_package(10, price=1000, bonus_sessions=1))
	amounts = [refund_package(RefundWish(sold.package, "x", sessions=1)).amount for _ in range(11)]
	assert sorted(amounts) == [Decimal("90.90"), *[Decimal("90.91")] * 10]
	assert studio.left(sold.package) == ("Refunded", 0, 0)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("discount", [0, 33.33])
def test_odd_prices_come_back_to_the_cent(studio, included, discount):
	package = studio.sessions_package(7, price=700)
	values = {"discount_amount": discount, "apply_discount_on": "Net Total"} if discount else {}
	sold = studio.sell(package, tax=True, included=included, **values)
	paid = studio.left(sold.package)[2]
	for _ in range(3):
		redeem(sold.package)
	rest = studio.left(sold.package)[2]
	assert refund_package(RefundWish(sold.package, "x", sessions=2)).amount
	assert refund_package(RefundWish(sold.package, "x")).amount
	assert studio.left(sold.package) == ("Refunded", 0, 0)
	assert 0 < rest < paid


def test_several_packages_on_one_invoice(studio):
	package = studio.sessions_package(5, price=500)
	doc = studio.invoice(package)
	doc.items[0].qty = 10
	doc.insert()
	doc.submit()
	one, other = studio.sale(doc.name).packages
	assert studio.left(one) == studio.left(other) == ("Active", 5, 500)


def test_a_quantity_that_is_no_whole_package_is_refused(studio):
	doc = studio.invoice(studio.sessions_package(5, price=500))
	doc.items[0].qty = 7
	with pytest.raises(PackageRefused, match="packages of 5"):
		doc.insert()


def test_a_plain_invoice_posts_package_rows_to_the_liability(studio):
	package = studio.sessions_package(5, price=500)
	doc = frappe.new_doc("Sales Invoice")
	doc.update({"customer": make.customer().name, "company": studio.company})
	doc.append("items", {"item_code": package.item, "qty": 5, "income_account": studio.account("Sales")})
	doc.append("items", {"item_code": make.item(30).name, "qty": 1})
	doc.insert()
	doc.submit()
	assert studio.ledger(doc.name) == {"Debtors": 530, LIABILITY: -500, "Sales": -30}
	assert studio.left(studio.sale(doc.name).package) == ("Active", 5, 500)


def test_a_money_value_is_spent(studio):
	sold = studio.sell(studio.value_package(face=550, price=500))
	usage = redeem(sold.package, amount=Decimal(110))
	assert studio.ledger(voucher(usage)) == {LIABILITY: 100, SERVICE: -100}
	with pytest.raises(PackageRefused, match="441 is more than the 440"):
		redeem(sold.package, amount=Decimal(441))
	with pytest.raises(PackageRefused, match="more than zero"):
		redeem(sold.package)
	assert refund_package(RefundWish(sold.package, "x", face=Decimal(220))).amount == 200
	redeem(sold.package, amount=Decimal(220))
	assert studio.left(sold.package) == ("Used Up", 0, 0)


def test_others_may_use_a_package_that_is_shared(studio):
	friend = make.customer().name
	sold = studio.sell(studio.sessions_package(2, price=200, shareable=1))
	doc = frappe.get_doc("Customer Package", sold.package)
	doc.append("members", {"customer": friend})
	doc.save()
	usage = redeem(sold.package, customer=friend)
	assert frappe.db.get_value("Package Usage", usage, "customer") == friend
	alone = frappe.get_doc("Customer Package", studio.sell(studio.sessions_package(2, price=200)).package)
	alone.append("members", {"customer": friend})
	with pytest.raises(PackageRefused, match="nobody else"):
		alone.save()


def test_nobody_writes_the_ledger_by_hand(studio):
	sold = studio.sell(studio.sessions_package(2, price=200))
	package = frappe.get_doc("Customer Package", sold.package)
	package.sessions_left = 9
	with pytest.raises(PackageRefused, match="ledger only"):
		package.save()
	with pytest.raises(PackageRefused, match="ledger only"):
		frappe.delete_doc("Customer Package", sold.package)
	row = frappe.get_doc("Package Usage", {"customer_package": sold.package})
	with pytest.raises(PackageRefused, match="ledger only"):
		row.save()
	with pytest.raises(PackageRefused, match="ledger only"):
		frappe.delete_doc("Package Usage", row.name)
