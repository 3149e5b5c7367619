"""A basket from plain data as pages and programs send it; what can't be read is named by its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .checkout import Basket, Line, LineKind, Tender, Tip
from .package_value import NOTHING
from .refusal import Refusal

MOST_ROWS = 200
LONGEST = 140


class Unreadable(Exception):
	"""Data that are no basket; `refusal` says which field and what to do."""

	def __init__(self, refusal: Refusal):
		super().__init__(refusal)
		self.refusal = refusal


@dataclass(frozen=True)
class Sold:
	"""What a row of plain data names: the item that is invoiced, and how many units of it one is (a package has its sessions)."""

	item: str
	units: int = 1


Items = Mapping[tuple[LineKind, str], Sold]
"""(kind, name of the service, product or package) -> what is sold for it."""


def names_in(data: object) -> list[tuple[LineKind, str]]:
	"""What the lines name, so that it can be looked up. Raises Unreadable."""
	return [
		(_kind(row, at), _text(row, "name", at) or "") for at, row in _rows(_mapping(data, "basket"), "lines")
	]


def read_basket(
	data: object, items: Items, cash: Sequence[str], known: Mapping[str, Line] | None = None
) -> Basket:
	"""The basket; `cash` are the modes of payment of which change is given, `known` the booking's lines by key. Raises Unreadable."""
	given = _mapping(data, "basket")
	return Basket(
		lines=tuple(_line(row, at, items, known or {}) for at, row in _rows(given, "lines")),
		tips=tuple(
			Tip(_needed(row, "resource", at), _amount(row, "amount", at)) for at, row in _rows(given, "tips")
		),
		tenders=tuple(
			Tender(
				_needed(row, "mode", at),
				_amount(row, "amount", at),
				row.get("mode") in cash,
				_text(row, "reference", at),
			)
			for at, row in _rows(given, "tenders")
		),
		discount_percent=_amount(given, "discount_percent", "", NOTHING),
		discount_amount=_amount(given, "discount_amount", "", NOTHING),
		uses_deposit=bool(given.get("uses_deposit", True)),
	)


def _line(row: Mapping[str, object], at: str, items: Items, known: Mapping[str, Line]) -> Line:
	kind, name = _kind(row, at), _needed(row, "name", at)
	sold = items.get((kind, name))
	if sold is None:
		raise Unreadable(Refusal("basket_unknown", f"{at}name", {"kind": kind.value, "name": name}))
	count = _amount(row, "qty", at, Decimal(1))
	rate = None if row.get("rate") in (None, "") else _amount(row, "rate", at)
	key = _needed(row, "key", at)
	own = known.get(key)
	if own and (own.kind, own.service or own.item) != (kind, name):
		own = None
	return Line(
		key=key,
		kind=kind,
		item=own.item if own else sold.item,
		qty=count * sold.units,
		rate=None if rate is None else rate / sold.units,
		discount=_amount(row, "discount", at, NOTHING),
		service=name if kind is LineKind.SERVICE else None,
		resource=_text(row, "resource", at),
		redeem=_text(row, "redeem", at),
		text=own.text if own else _text(row, "text", at) or "",
	)


def _mapping(data: object, field: str) -> Mapping[str, object]:
	if not isinstance(data, Mapping):
		raise Unreadable(Refusal("basket_shape", field, {"field": field}))
	return data


def _rows(data: Mapping[str, object], field: str) -> list[tuple[str, Mapping[str, object]]]:
	rows = data.get(field) or ()
	if not isinstance(rows, Sequence) or isinstance(rows, str) or len(rows) > MOST_ROWS:
		raise Unreadable(Refusal("basket_shape", field, {"field": field}))
	return [(f"{field} {number}, ", _mapping(row, f"{field} {number}")) for number, row in enumerate(rows, 1)]


def _kind(row: Mapping[str, object], at: str) -> LineKind:
	try:
		return LineKind(str(row.get("kind")))
	except ValueError:
		known = ", ".join(LineKind)
		raise Unreadable(
			Refusal("basket_kind", f"{at}kind", {"field": f"{at}kind", "known": known})
		) from None


def _text(row: Mapping[str, object], field: str, at: str) -> str | None:
	value = row.get(field)
	if value in (None, ""):
		return None
	if not isinstance(value, str) or len(value) > LONGEST:
		raise Unreadable(Refusal("basket_text", f"{at}{field}", {"field": f"{at}{field}", "most": LONGEST}))
	return value


def _needed(row: Mapping[str, object], field: str, at: str) -> str:
	value = _text(row, field, at)
	if value is None:
		raise Unreadable(Refusal("basket_missing", f"{at}{field}", {"field": f"{at}{field}"}))
	return value


def _amount(row: Mapping[str, object], field: str, at: str, default: Decimal | None = None) -> Decimal:
	value = row.get(field)
	if value in (None, "") and default is not None:
		return default
	try:
		amount = Decimal(str(value)) if isinstance(value, int | float | str) else Decimal("nan")
	except InvalidOperation:
		amount = Decimal("nan")
	if not amount.is_finite() or abs(amount) > 10**9 or isinstance(value, bool):
		raise Unreadable(
			Refusal("basket_amount", f"{at}{field}", {"field": f"{at}{field}", "value": str(value)[:40]})
		)
	return amount
