"""The demo business's package: the accounts, ten visits for the price of nine, one sold and two of its sessions used."""

from datetime import timedelta

import frappe
from frappe.utils import getdate, nowdate

from ..operations.draft_package_sale import draft_package_sale
from ..operations.redeem_session import Redemption, redeem_session
from ..operations.set_up_accounts import set_up_accounts
from ..store.package_definitions import SESSION
from ..store.packages import packages_of_invoice

PACKAGE, ITEM, SERVICE = "Ten Pool Care Visits", "PKG-CARE-10", "Pool Care Visit"
CUSTOMER = "Oak Terrace Apartments"
SESSIONS, PRICE, VALID = 10, 1080, 365
SOLD_AGO, USED_AGO = 20, (12, 5)


def make_packages(company: str) -> None:
	"""Set up the accounts, define the package, and sell it once."""
	set_up_accounts(company)
	_define()
	if not frappe.db.exists("Customer Package", {"package": PACKAGE}):
		_sell(company)


def _define() -> None:
	if not frappe.db.exists("Item", ITEM):
		group = frappe.get_cached_value(
			"Item", frappe.db.get_value("Bookable Service", SERVICE, "item"), "item_group"
		)
		values = {"item_code": ITEM, "item_name": PACKAGE, "item_group": group, "stock_uom": SESSION}
		frappe.get_doc({"doctype": "Item", "is_stock_item": 0, **values}).insert()
	if not frappe.db.exists("Service Package", PACKAGE):
		frappe.get_doc(
			{
				"doctype": "Service Package",
				"package_name": PACKAGE,
				"item": ITEM,
				"kind": "Sessions",
				"sessions": SESSIONS,
				"validity_days": VALID,
				"transferable": 1,
				"services": [{"service": SERVICE}],
			}
		).insert()


def _sell(company: str) -> None:
	customer = frappe.db.get_value("Customer", {"customer_name": CUSTOMER})
	today = getdate(nowdate())
	invoice = draft_package_sale(customer, PACKAGE, company, price=PRICE, on=today - timedelta(days=SOLD_AGO))
	invoice.insert()
	invoice.submit()
	(package,) = packages_of_invoice(invoice.name)
	for days in USED_AGO:
		key = f"demo:{package}:{days}"
		redeem_session(Redemption(package, SERVICE, on=today - timedelta(days=days), key=key))
