"""What a service costs: the price that a price list has for the customer on the day, and a visit's price from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class ListPrice:
	"""One line of a price list; nobody in `customer` means everybody."""

	item: str
	rate: Decimal
	customer: str | None = None
	valid_from: date | None = None


def choose_price(lines: Iterable[ListPrice], customer: str | None) -> Decimal | None:
	"""The customer's own price before everybody's, the one that began last before older ones; None when there is none."""
	able = [line for line in lines if line.customer in (None, "", customer)]
	if not able:
		return None
	best = max(able, key=lambda line: (bool(line.customer), line.valid_from or date.min))
	return best.rate
