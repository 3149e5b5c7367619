"""The first checkout: what ERPNext's ledger says after it, to the cent."""

from decimal import Decimal

import frappe
import pytest
from tests import factories as make

from runbook_ops.errors import CheckoutRefused
from runbook_ops.operations.change_booking import complete_booking
from runbook_ops.operations.check_out_booking import check_out_booking


def completed(**values):
	visit = make.booking(**values)
	complete_booking(visit.name)
	return visit.reload()


def ledger(*vouchers):
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": ("in", vouchers), "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="account asc",
	)
	sums = {}
	for row in rows:
		account = row.account.rsplit(" - ", 1)[0]
		sums[account] = sums.get(account, Decimal(0)) + Decimal(str(row.debit)) - Decimal(str(row.credit))
	return {account: amount for account, amount in sums.items() if amount}


@pytest.fixture(autouse=True)
def _no_default_taxes():
	frappe.db.set_value("Sales Taxes and Charges Template", {"is_default": 1}, "is_default", 0)


def test_the_whole_amount_in_cash():
	visit = completed(service=make.bookable_service(price=80))
	receipt = check_out_booking(visit.name)
	assert (receipt.total, receipt.paid, receipt.outstanding) == (Decimal(80), Decimal(80), Decimal(0))
	assert ledger(receipt.invoice, receipt.payment) == {"Cash": Decimal(80), "Sales": Decimal(-80)}
	invoice = frappe.get_doc("Sales Invoice", receipt.invoice)
	assert (invoice.status, invoice.is_pos, invoice.runbook_booking) == ("Paid", 0, visit.name)
	assert frappe.db.get_value("Service Booking", visit.name, "sales_invoice") == receipt.invoice


def test_the_agreed_price_stands_and_products_leave_the_stock():
	shampoo = make.material(in_stock=5, standard_rate=12)
	visit = completed(
		service=make.bookable_service(price=80),
		price=65,
		items=[{"item": shampoo.name, "qty": 2, "rate": 12.5}],
	)
	receipt = check_out_booking(visit.name)
	assert receipt.total == Decimal(90)
	assert frappe.db.get_value("Bin", {"item_code": shampoo.name}, "actual_qty") == 3


def test_part_payment_leaves_the_rest_owed():
	visit = completed(service=make.bookable_service(price=80))
	receipt = check_out_booking(visit.name, paid=Decimal(30))
	assert receipt.outstanding == Decimal(50)
	assert ledger(receipt.invoice, receipt.payment) == {
		"Cash": Decimal(30),
		"Debtors": Decimal(50),
		"Sales": Decimal(-80),
	}


def test_nothing_paid_makes_no_payment():
	receipt = check_out_booking(completed().name, paid=Decimal(0))
	assert receipt.payment is None


def test_what_is_refused():
	visit = make.booking()
	with pytest.raises(CheckoutRefused, match="Only a completed booking"):
		check_out_booking(visit.name)
	complete_booking(visit.name)
	with pytest.raises(CheckoutRefused, match=r"20.00 too much"):
		check_out_booking(visit.name, paid=Decimal(100))
	with pytest.raises(CheckoutRefused, match="has no account for"):
		check_out_booking(visit.name, mode_of_payment="Cheque")


def test_a_booking_is_checked_out_once():
	visit = completed()
	first = check_out_booking(visit.name)
	with pytest.raises(CheckoutRefused, match=first.invoice):
		check_out_booking(visit.name)


def test_a_service_without_a_price_is_refused():
	visit = completed(service=make.bookable_service(price=None))
	with pytest.raises(CheckoutRefused, match="Price: "):
		check_out_booking(visit.name)
