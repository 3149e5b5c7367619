"""Reading people's input: every problem is collected with its file, its place and its remedy, none stops the reading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ..core.wall_time import moment_at

LARGEST_FILE = 20_000_000
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Problem:
	"""One thing that is wrong: where it stands, what it is, and what to do about it."""

	file: str
	where: str
	text: str

	def __str__(self) -> str:
		return f"{self.file}: {self.where}: {self.text}" if self.where else f"{self.file}: {self.text}"


class InputProblems(Exception):
	"""Input that can't be rehearsed; `problems` names all that was found."""

	def __init__(self, problems: list[Problem]):
		super().__init__("\n".join(map(str, problems)))
		self.problems = tuple(problems)


def read_text(path: Path) -> str:
	"""The text of a file in UTF-8, with or without a byte order mark.

	Raises InputProblems when the file is missing, unreadable, too large or not UTF-8.
	"""
	try:
		if path.stat().st_size > LARGEST_FILE:
			raise InputProblems([Problem(path.name, "", "the file is larger than 20 MB. Split it.")])
		return path.read_text(encoding="utf-8-sig")
	except UnicodeDecodeError as problem:
		text = f"byte {problem.start} is not UTF-8. Save the file as UTF-8."
		raise InputProblems([Problem(path.name, "", text)]) from problem
	except OSError as problem:
		text = f"can't be read ({problem.strerror}). Check the path {path}."
		raise InputProblems([Problem(path.name, "", text)]) from problem


def read_moment(value: object, zone: tzinfo) -> datetime | None:
	"""The UTC moment of a wall time such as `2026-11-24 09:30` in `zone`; None for anything else."""
	if isinstance(value, datetime):
		wall = value.replace(tzinfo=None)
	else:
		text = str(value).strip()
		if not MOMENT.fullmatch(text):
			return None
		try:
			wall = datetime.strptime(text.replace("T", " ")[:16], "%Y-%m-%d %H:%M")  # noqa: DTZ007
		except ValueError:
			return None
	return moment_at(wall.date(), wall.time(), zone)


def read_time(value: str) -> time | None:
	"""The wall time of a text such as `08:30`; None for anything else."""
	try:
		return datetime.strptime(value.strip(), "%H:%M").time()  # noqa: DTZ007
	except ValueError:
		return None


class Fields:
	"""One mapping of the input with its path; each reader gives the value or notes a problem and gives the default."""

	def __init__(self, data: object, path: str, file: str, problems: list[Problem]):
		self.path, self.file, self.problems = path, file, problems
		self.data: Mapping[object, object] = data if isinstance(data, Mapping) else {}
		self.read: set[str] = set()
		if not isinstance(data, Mapping):
			self.problem("", f"{_short(data)} is not a mapping. Write names with values below it.")

	def problem(self, key: str, text: str) -> None:
		"""Note that something is wrong with a field of this mapping."""
		where = ".".join(part for part in (self.path, key) if part)
		self.problems.append(Problem(self.file, where, text))

	def value(self, key: str) -> object:
		"""The raw value, None when it is missing."""
		self.read.add(key)
		return self.data.get(key)

	def text(self, key: str, default: str = "", required: bool = False) -> str:
		"""A text; a number counts as one."""
		value = self.value(key)
		if value is None or value == "":
			if required:
				self.problem(key, "it is missing. Give it a text.")
			return default
		if isinstance(value, (Mapping, list, bool)):
			self.problem(key, f"{_short(value)} is not a text. Put it in quotes.")
			return default
		return str(value).strip()

	def whole(self, key: str, default: int = 0, least: int = 0) -> int:
		"""A whole number of at least `least`."""
		value = self.value(key)
		if value is None:
			return default
		if isinstance(value, bool) or not isinstance(value, int) or value < least:
			self.problem(key, f"{_short(value)} is not a whole number of at least {least}. Correct it.")
			return default
		return value

	def amount(self, key: str, default: str = "0") -> Decimal:
		"""A number of at least zero, such as 12.50."""
		value = self.value(key)
		try:
			found = Decimal(str(default if value is None else value))
			if not isinstance(value, bool) and found.is_finite() and found >= 0:
				return found
		except InvalidOperation:
			pass
		self.problem(key, f"{_short(value)} is not a number of at least 0. Write it as 12.50.")
		return Decimal(default)

	def flag(self, key: str, default: bool = False) -> bool:
		"""Yes or no."""
		value = self.value(key)
		if value is None or isinstance(value, bool):
			return default if value is None else value
		self.problem(key, f"{_short(value)} is neither yes nor no. Write true or false.")
		return default

	def names(self, key: str) -> tuple[str, ...]:
		"""A list of texts; a single one may stand alone."""
		value = self.value(key)
		if value is None:
			return ()
		rows = value if isinstance(value, list) else [value]
		if any(isinstance(row, (Mapping, list)) or row is None for row in rows):
			self.problem(key, "it must be a list of names. Write one a line, each after a dash.")
			return ()
		return tuple(str(row).strip() for row in rows)

	def days(self, key: str) -> frozenset[date]:
		"""A list of days such as 2026-12-25."""
		found = set()
		for name in self.names(key):
			try:
				found.add(date.fromisoformat(name))
			except ValueError:
				self.problem(key, f"{name} is not a day. Write it as 2026-12-25.")
		return frozenset(found)

	def rows(self, key: str, required: bool = False) -> "list[Fields]":
		"""A list of mappings."""
		value = self.value(key)
		if value is None and not required:
			return []
		if not isinstance(value, list) or not value:
			self.problem(key, "it must be a list. Write one entry a line, each after a dash.")
			return []
		path = f"{self.path}.{key}" if self.path else key
		return [Fields(row, f"{path}[{index}]", self.file, self.problems) for index, row in enumerate(value)]

	def finish(self) -> None:
		"""Note every field that nothing has read: a misspelt name must not be ignored."""
		for key in self.data:
			if key not in self.read:
				known = ", ".join(sorted(self.read))
				self.problem(str(key), f"there is no such field. Remove it or use one of: {known}.")


def _short(value: object) -> str:
	text = "nothing" if value is None else repr(value)
	return text if len(text) <= 40 else f"{text[:37]}..."
