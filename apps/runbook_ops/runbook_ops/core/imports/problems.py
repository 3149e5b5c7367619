"""What is wrong with an import file, where, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..reasons import reason_text


class Severity(StrEnum):
	"""How much a problem stops: the whole import, its own row, or nothing."""

	FILE = "file"
	ROW = "row"
	NOTE = "note"


@dataclass(frozen=True)
class Problem:
	"""One problem. `row` counts as a spreadsheet does, the header being row 1; None means the whole file."""

	severity: Severity
	code: str
	file: str
	row: int | None = None
	column: str | None = None
	values: Mapping[str, object] = field(default_factory=dict)

	@property
	def place(self) -> str:
		"""File, row and column, as far as they are known."""
		row = None if self.row is None else f"row {self.row}"
		return ", ".join(part for part in (self.file, row, self.column) if part)

	@property
	def text(self) -> str:
		"""What is wrong and what to do, in English, without the place."""
		return reason_text(self.code, dict(self.values))


def blocking(problems: Iterable[Problem], skip_bad_rows: bool = False) -> tuple[Problem, ...]:
	"""The problems that stop an import: files that can't be read, and bad rows unless they may be left out."""
	stops = {Severity.FILE} if skip_bad_rows else {Severity.FILE, Severity.ROW}
	return tuple(problem for problem in problems if problem.severity in stops)
