"""The names that conditions and templates of a chain may use: the facts, and `doc.<field>` of the record that its runs are about."""

from collections.abc import Collection
from dataclasses import dataclass

from .answer_names import is_answer
from .facts import FACTS

RECORD = "doc."


@dataclass(frozen=True)
class Names:
	"""The names that exist for a chain. `record`: the fields of its record, None when they are not known here and any may be."""

	record: frozenset[str] | None = frozenset()

	def __contains__(self, name: object) -> bool:
		"""Whether a condition or template may use it."""
		text = str(name)
		if not text.startswith(RECORD):
			return text in FACTS or is_answer(text)
		field = text.removeprefix(RECORD)
		return field.isidentifier() and (self.record is None or field in self.record)


def record_fields(names: Collection[str]) -> frozenset[str]:
	"""The fields of the record among names that are used."""
	return frozenset(name.removeprefix(RECORD) for name in names if name.startswith(RECORD))
