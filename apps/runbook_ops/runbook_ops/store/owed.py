"""What invoices owe: as this transaction has seen it, and as it is at this moment."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import frappe

from .newest import on_newest

SEEN = "select name, outstanding_amount from `tabSales Invoice` where name in %(names)s"
NEWEST = """select name, outstanding_amount from `tabSales Invoice` where name in %(names)s
	order by name for update"""


@dataclass(frozen=True)
class Owed:
	"""An invoice; `seen` is what the transaction's other reads go by, `now` what is committed."""

	invoice: str
	seen: Decimal
	now: Decimal


def lock_owed(invoices: Collection[str]) -> list[Owed]:
	"""The invoices in the order of their names, nobody else's to pay until the transaction ends."""
	if not invoices:
		return []
	values = {"names": tuple(sorted(set(invoices)))}
	newest = frappe.db.sql(on_newest(NEWEST), values)
	seen = dict(frappe.db.sql(SEEN, values))
	return [Owed(name, _money(seen.get(name, now)), _money(now)) for name, now in newest]


def _money(amount: object) -> Decimal:
	return Decimal(str(frappe.utils.flt(amount, 6)))
