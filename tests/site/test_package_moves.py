"""Packages that go to other customers, grow, last longer or come back to life, on a real ledger."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from tests import factories as make
from tests.support.packages import LIABILITY, ago, redeem, studio, tied_out

from runbook_ops.errors import PackageRefused
from runbook_ops.operations.expire_packages import expire_package
from runbook_ops.operations.extend_package import extend_package
from runbook_ops.operations.refund_package import RefundWish, refund_package
from runbook_ops.operations.reverse_usage import reverse_usage
from runbook_ops.operations.transfer_package import transfer_package
from runbook_ops.operations.upgrade_package import upgrade_package

__all__ = ["studio", "tied_out"]

pytestmark = pytest.mark.usefixtures("tied_out")


def test_a_transfer_moves_what_is_owed_and_comes_back(studio):
	package = studio.sessions_package(5, price=500, transferable=1)
	sold, other = studio.sell(package), make.customer().name
	redeem(sold.package)
	new = transfer_package(sold.package, other, "A gift", sessions=3)
	assert studio.left(sold.package) == ("Active", 1, 100)
	assert studio.left(new) == ("Active", 3, 300)
	usage = redeem(new, customer=other)
	out = frappe.db.get_value("Package Usage", {"customer_package": sold.package, "kind": "Transfer Out"})
	with pytest.raises(PackageRefused, match="used or changed since"):
		reverse_usage(out, "Mistake")
	reverse_usage(usage, "Mistake")
	reverse_usage(out, "Mistake")
	assert studio.left(sold.package) == ("Active", 4, 400)
	assert studio.left(new) == ("Cancelled", 0, 0)


def test_what_can_not_be_transferred(studio):
	sold = studio.sell(studio.sessions_package(5, price=500))
	with pytest.raises(PackageRefused, match="do not let it"):
		transfer_package(sold.package, make.customer().name, "A gift")
	whom = make.customer().name
	own = studio.sell(studio.sessions_package(5, price=500, transferable=1), whom)
	with pytest.raises(PackageRefused, match="already"):
		transfer_package(own.package, whom, "A gift")


def test_an_upgrade_invoices_the_difference(studio):
	small, large = studio.sessions_package(5, price=500), studio.sessions_package(10, price=900)
	sold = studio.sell(small, tax=True)
	redeem(sold.package)
	done = upgrade_package(sold.package, large.name, "Comes more often")
	assert studio.ledger(done.sales_invoice) == {"Debtors": 500, LIABILITY: -500}
	assert studio.left(sold.package) == ("Upgraded", 0, 0)
	assert studio.left(done.package) == ("Active", 10, 900)
	assert studio.rows(done.package) == [("Sell", 10, 500), ("Upgrade", 0, 400)]
	given = refund_package(RefundWish(done.package, "Moves away"))
	assert given.amount == 900
	assert len(given.credit_notes) == 2
	reverse_usage(given.usage, "Stays")
	frappe.get_doc("Sales Invoice", done.sales_invoice).cancel()
	assert studio.left(sold.package) == ("Active", 4, 400)
	assert studio.left(done.package) == ("Cancelled", 0, 0)


def test_an_upgrade_to_something_smaller_is_refused(studio):
	small, large = studio.sessions_package(2, price=200), studio.sessions_package(10, price=900)
	sold = studio.sell(large)
	with pytest.raises(PackageRefused, match="Choose a larger one"):
		upgrade_package(sold.package, small.name, "x")


def test_an_extension_and_its_reversal(studio):
	sold = studio.sell(studio.sessions_package(2, price=200, validity_days=30))
	before = frappe.db.get_value("Customer Package", sold.package, "expires_on")
	with pytest.raises(PackageRefused, match="choose a day after"):
		extend_package(sold.package, before, "Unwell")
	row = extend_package(sold.package, getdate(add_days(before, 30)), "Unwell")
	assert frappe.db.get_value("Customer Package", sold.package, "expires_on") == getdate(
		add_days(before, 30)
	)
	reverse_usage(row, "Mistake")
	assert frappe.db.get_value("Customer Package", sold.package, "expires_on") == before


def test_a_lapsed_package_comes_back_when_it_is_extended(studio):
	sold = studio.sell(studio.sessions_package(2, price=200, validity_days=3), on=ago(10))
	expire_package(sold.package)
	extend_package(sold.package, getdate(add_days(nowdate(), 10)), "Goodwill")
	assert studio.left(sold.package) == ("Active", 2, 200)
	redeem(sold.package)
