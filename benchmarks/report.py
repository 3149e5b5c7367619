"""What did the questions find, and which goal is missed?"""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

HEADS = ("question", "figure", "goal", "", "")


@dataclass(frozen=True)
class Row:
	"""The answer to a question; without a goal it is there to be known, without a figure it was not run.

	The figure is at most the goal, or at least when `at_least` says so.
	"""

	name: str
	figure: float | None
	goal: float | None = None
	unit: str = "x"
	detail: str = ""
	at_least: bool = False

	@property
	def met(self) -> bool | None:
		"""Whether the goal is met; None where there is nothing to compare."""
		if self.figure is None or self.goal is None:
			return None
		return self.figure >= self.goal if self.at_least else self.figure <= self.goal

	@property
	def verdict(self) -> str:
		"""One word or two for the table."""
		if self.figure is None:
			return "NOT RUN"
		return {True: "met", False: "MISSED", None: ""}[self.met]


def table(rows: Sequence[Row]) -> str:
	"""The rows for a terminal."""
	cells = [HEADS, *(_cells(row) for row in rows)]
	widths = [max(len(line[index]) for line in cells) for index in range(4)]
	return "\n".join(
		f"{line[0]:{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:>{widths[2]}}  {line[3]:{widths[3]}}  {line[4]}".rstrip()
		for line in cells
	)


def as_json(rows: Sequence[Row]) -> str:
	"""The rows for a program."""
	return json.dumps([{**asdict(row), "met": row.met} for row in rows], indent=1)


def exit_code(rows: Sequence[Row]) -> int:
	"""1 when a goal is missed, and in CI also when a question was not run."""
	missed = any(row.met is False for row in rows)
	not_run = any(row.figure is None for row in rows)
	return 1 if missed or (not_run and is_ci()) else 0


def is_ci() -> bool:
	"""Whether nobody watches, so that what was not run must not go unseen."""
	return os.environ.get("CI", "").lower() in ("1", "true", "yes")


BEGAN = time.monotonic()


def progress(text: str) -> None:
	"""A line for those who wait, apart from the result."""
	sys.stderr.write(f"{time.monotonic() - BEGAN:5.0f} s  {text}\n")
	sys.stderr.flush()


def _cells(row: Row) -> tuple[str, str, str, str, str]:
	return (row.name, _number(row.figure, row.unit), _number(row.goal, row.unit), row.verdict, row.detail)


def _number(value: float | None, unit: str) -> str:
	return "-" if value is None else f"{value:.2f} {unit}"
