"""Every reason code and its English text; what is in braces comes from the refusal's or decision's values."""

from . import (
	bookings,
	chains,
	deposits,
	estimates,
	fees,
	imports,
	money,
	online,
	pay,
	receivables,
	steps,
	work,
)

REASONS: dict[str, str] = {
	**bookings.TEXTS,
	**chains.TEXTS,
	**deposits.TEXTS,
	**estimates.TEXTS,
	**fees.TEXTS,
	**imports.TEXTS,
	**money.TEXTS,
	**online.TEXTS,
	**pay.TEXTS,
	**receivables.TEXTS,
	**steps.TEXTS,
	**work.TEXTS,
}


def reason_text(code: str, values: dict[str, object] | None = None) -> str:
	"""The English text of a reason; a value that is missing shows as its name."""
	return fill(REASONS[code], values)


def fill(text: str, values: dict[str, object] | None = None) -> str:
	"""A reason's text, translated or not, with its values put in."""
	return text.format_map(_Named(values or {}))


class _Named(dict[str, object]):
	def __missing__(self, key: str) -> str:
		return "{" + key + "}"
