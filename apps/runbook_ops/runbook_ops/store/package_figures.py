"""What packages are worth and what the ledger says, for the report and the nightly comparison."""

from datetime import date
from decimal import Decimal

import frappe

from ..core.package_holding import UsageKind
from ..core.package_liability import Flow

FLOWS = """
select item.customer_package as package, coalesce(origin.kind, item.kind) as kind,
	sum(case when item.posting_date < %(first)s then item.amount else 0 end) as before_it,
	sum(case when item.posting_date < %(first)s then 0 else item.amount end) as within_it
from `tabPackage Usage` item
left join `tabPackage Usage` origin on origin.name = item.reverses
where item.company = %(company)s and item.posting_date <= %(last)s
group by item.customer_package, coalesce(origin.kind, item.kind)
order by item.customer_package
"""

BALANCE = """
select coalesce(sum(debit), 0), coalesce(sum(credit), 0) from `tabGL Entry`
where company = %(company)s and account = %(account)s and is_cancelled = 0 and posting_date <= %(upto)s
"""

OPEN = "select coalesce(sum(value_left), 0) from `tabCustomer Package` where company = %s"
LAST_DAY = date(9999, 12, 31)


def load_flows(company: str, first: date, last: date) -> list[Flow]:
	"""What moved each package of a company's up to a day, split at the first day."""
	rows = frappe.db.sql(FLOWS, {"company": company, "first": first, "last": last}, as_dict=True)
	return [
		Flow(row.package, UsageKind(row.kind), _money(row.before_it), _money(row.within_it)) for row in rows
	]


def account_balance(company: str, account: str, upto: date = LAST_DAY) -> Decimal:
	"""What a liability account stands at: credit less debit."""
	values = {"company": company, "account": account, "upto": upto}
	((debit, credit),) = frappe.db.sql(BALANCE, values)
	return _money(credit) - _money(debit)


def open_value(company: str) -> Decimal:
	"""What all packages of a company are worth now."""
	((value,),) = frappe.db.sql(OPEN, company)
	return _money(value)


def packages_by_name(names: list[str]) -> dict[str, frappe._dict]:
	"""What a report tells of each package."""
	rows = (
		frappe.get_all(
			"Customer Package",
			{"name": ("in", names)},
			["name", "customer", "package", "expires_on"],
			order_by="name asc",
		)
		if names
		else ()
	)
	return {row.name: row for row in rows}


def _money(value: object) -> Decimal:
	"""A sum of Currency columns; the driver gives floats, the columns have nine decimals."""
	return Decimal(str(value or 0)).quantize(Decimal("0.0001")).normalize() + Decimal(0)
