"""The outermost check of a chain's data: plain values only, and not so deep, long or large that reading them becomes work."""

import math
from collections.abc import Mapping

from ..refusal import Refusal

DEEPEST = 16
MOST_VALUES = 20_000
LONGEST_TEXT = 100_000
LARGEST_NUMBER = 10**15


def check_shape(data: object) -> Refusal | None:
	"""What is wrong with the shape of data from a file, a request or a form; None when every value is plain and of a sane size.

	What an alias repeats counts each time.
	"""
	waiting: list[tuple[object, str, int]] = [(data, "", 0)]
	seen = 0
	while waiting:
		value, path, depth = waiting.pop()
		seen += 1
		if seen > MOST_VALUES:
			return Refusal("chain_too_large", "chain", {"most": MOST_VALUES})
		if depth > DEEPEST:
			return Refusal("chain_too_deep", path, {"field": path, "most": DEEPEST})
		if isinstance(value, Mapping):
			strange = [key for key in value if not isinstance(key, str)]
			if strange:
				return Refusal("key_not_a_text", path or "chain", {"field": path, "key": _short(strange[0])})
			waiting += [(child, _below(path, key), depth + 1) for key, child in value.items()]
		elif isinstance(value, (list, tuple)):
			waiting += [
				(child, _below(path, str(number)), depth + 1) for number, child in enumerate(value, 1)
			]
		elif not _is_plain(value):
			return Refusal("value_not_plain", path, {"field": path, "value": _short(value)})
	return None


def _is_plain(value: object) -> bool:
	if isinstance(value, str):
		return len(value) <= LONGEST_TEXT and "\0" not in value
	if isinstance(value, float):
		return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
	return (
		value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST_NUMBER)
	)


def _below(path: str, name: str) -> str:
	return f"{path}.{name[:40]}" if path else name[:40]


def _short(value: object) -> str:
	"""A value as a problem names it; a number may be too long to be written at all."""
	if isinstance(value, int):
		return "a number that large" if abs(value) > LARGEST_NUMBER else str(value)
	return str(value)[:40]
