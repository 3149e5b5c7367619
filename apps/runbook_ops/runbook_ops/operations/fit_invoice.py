"""Set the quantity and rates of a credit note's rows so that they give back exactly so much, without tax, in the company's currency."""

from decimal import ROUND_DOWN, Decimal

from frappe.model.document import Document
from frappe.utils import flt

from ..core.package_value import CENT, NOTHING

STEP = 0.01


def fit_return(note: Document, row: Document, qty: int, amount: Decimal, highest_rate: float) -> Decimal:
	"""Make the row (and one more like it, where the rates differ) give back `amount`; gives what it came to, never more.

	It differs only where no rate in the invoice's currency meets the amount: by less than a unit of it.
	"""
	factor = _rate_for_one(note, row)
	each = (amount / qty).quantize(CENT, ROUND_DOWN)
	last = amount - each * (qty - 1)
	same = qty == 1 or (each == last and factor == 1)
	parts = [(qty, each if qty > 1 else amount)] if same else [(qty - 1, each), (1, last)]
	rows = [row] if same else [row, _like(note, row)]
	for line, (count, net) in zip(rows, parts, strict=True):
		_set(line, -count, min(flt(float(net) * factor, 2), highest_rate))
	return _step_to(note, rows, amount, highest_rate)


def _like(note: Document, row: Document) -> Document:
	return note.append("items", {**row.as_dict(no_default_fields=True), "name": None, "idx": None})


def _rate_for_one(note: Document, row: Document) -> float:
	"""The rate, taxes in it and in the invoice's currency, for each unit of the company's currency without tax."""
	_set(row, -1, 1000)
	note.run_method("calculate_taxes_and_totals")
	return 1000 / abs(row.base_net_amount)


def _step_to(note: Document, rows: list[Document], amount: Decimal, highest_rate: float) -> Decimal:
	"""Move the last row's rate by cents until the rows meet the amount, or as near below it as they can come."""
	step, net = rows[-1], _net(note, rows)
	while net > amount:
		_set(step, step.qty, flt(step.rate - STEP, 2))
		net = _net(note, rows)
	while net < amount and step.rate + STEP <= highest_rate + STEP / 2:
		_set(step, step.qty, flt(step.rate + STEP, 2))
		higher = _net(note, rows)
		if higher > amount:
			_set(step, step.qty, flt(step.rate - STEP, 2))
			return _net(note, rows)
		net = higher
	return net


def _net(note: Document, rows: list[Document]) -> Decimal:
	note.run_method("calculate_taxes_and_totals")
	return -sum((Decimal(str(flt(row.base_net_amount, 6))) for row in rows), NOTHING)


def _set(row: Document, qty: float, rate: float) -> None:
	row.update(
		{
			"qty": qty,
			"rate": rate,
			"price_list_rate": rate,
			"discount_percentage": 0,
			"discount_amount": 0,
			"margin_type": None,
			"margin_rate_or_amount": 0,
			"pricing_rules": None,
		}
	)
