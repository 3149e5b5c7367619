"""What is printed, read back as numbers: the receipt of a checkout and the card of a package."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bs4 import BeautifulSoup
from frappe.www.printview import get_html_and_style


@dataclass(frozen=True)
class Receipt:
	"""Amounts of the lines ("by package" is None), and the sums below them by their words."""

	lines: tuple[Decimal | None, ...]
	sums: tuple[tuple[str, Decimal], ...]

	def all_called(self, *words: str) -> Decimal:
		"""The sums with these words, together."""
		return sum((amount for text, amount in self.sums if text in words), Decimal(0))

	def all_but(self, *words: str) -> Decimal:
		"""The sums with other words, together."""
		return sum((amount for text, amount in self.sums if text not in words), Decimal(0))

	@property
	def sold(self) -> Decimal:
		"""All lines that no package pays."""
		return sum((amount for amount in self.lines if amount is not None), Decimal(0))


def receipt_of(checkout: str) -> Receipt:
	"""The printed receipt of a checkout."""
	paper = _paper("Checkout", checkout, "Checkout Receipt")
	lines = [row.find_all("td")[-1].get_text() for row in paper.select(".lines tbody tr")]
	sums = [[cell.get_text(" ", strip=True) for cell in row("td")] for row in paper.select(".sums tr")]
	return Receipt(
		tuple(None if "by package" in text else money(text) for text in lines),
		tuple((text, money(amount)) for text, amount in sums),
	)


def card_left(package: str) -> Decimal:
	"""How many sessions, or how much money, the printed card says are left."""
	text = _paper("Customer Package", package, "Package Card").select_one(".figure").get_text()
	return Decimal(text.split()[0]) if "sessions" in text else money(text)


def money(text: str) -> Decimal:
	"""An amount with two places, whatever separates them."""
	digits = re.sub(r"[^0-9-]", "", text)
	return Decimal(digits) / 100


def _paper(doctype: str, name: str, print_format: str) -> BeautifulSoup:
	return BeautifulSoup(get_html_and_style(doctype, name, print_format=print_format)["html"], "html.parser")
