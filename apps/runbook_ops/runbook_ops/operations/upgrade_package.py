"""Move a customer to a larger package: what is left of the old one is counted, and the difference is invoiced."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from frappe.model.document import Document
from frappe.utils import flt

from ..core.package_holding import UsageKind
from ..core.packages import take
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.packages import packages_of_invoice
from .draft_package_sale import draft_package_sale
from .record_usage import day_or_today, decided, locked, with_reason


@dataclass(frozen=True)
class Upgrade:
	"""The invoice of the difference and the new package."""

	sales_invoice: str
	package: str


def upgrade_package(package: str, to: str, reason: str, on: date | None = None) -> Upgrade:
	"""Invoice the difference to another Service Package and move what is left; raises PackageRefused."""
	invoice = draft_upgrade(package, to, with_reason(reason), day_or_today(on))
	invoice.flags.ignore_permissions = True
	invoice.insert()
	invoice.submit()
	return Upgrade(invoice.name, packages_of_invoice(invoice.name)[0])


def draft_upgrade(package: str, to: str, reason: str, on: date) -> Document:
	"""The invoice with taxes and totals, not saved; submitting it makes the upgrade."""
	held = locked(package)
	credit = -decided(take(held.holding, UsageKind.UPGRADE)).paid
	invoice = draft_package_sale(held.holding.customer, to, company=held.holding.company, on=on)
	row = invoice.items[0]
	if Decimal(str(row.base_net_amount)) < credit:
		values = {"package": to, "price": row.base_net_amount, "credit": credit}
		refuse(Refusal("package_upgrade_smaller", "to", values), PackageRefused)
	row.update({"runbook_upgrade_of": package, "runbook_upgrade_credit": float(credit)})
	invoice.update(
		{
			"apply_discount_on": "Net Total",
			"discount_amount": flt(float(credit) / (invoice.conversion_rate or 1), 2),
			"remarks": reason,
		}
	)
	invoice.run_method("calculate_taxes_and_totals")
	return invoice
