"""Read typed values out of a row's cells; each that can't be read becomes a problem that names its column."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from .problems import Problem, Severity
from .tables import Row

CODE_LENGTH = 24
"""Four codes and two dates make up an external ID of at most 140 signs."""
TEXT_LENGTH = 140
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
"""Twelve digits before the point and nine after it are what the site's database keeps exactly."""
DATE_FORMAT = "%m/%d/%Y"
TIME_FORMATS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")
FLAGS = {"TRUE": True, "FALSE": False, "YES": True, "NO": False, "1": True, "0": False}


class Cells:
	"""A row's cells. A cell that can't be read gives a stand-in and a problem; look at `ok` before using the row."""

	def __init__(self, file: str, row: Row) -> None:
		self.file = file
		self.row = row
		self.problems: list[Problem] = []

	@property
	def ok(self) -> bool:
		"""Whether all cells asked for so far could be read."""
		return not self.problems

	def code(self, column: str, required: bool = True, length: int = CODE_LENGTH) -> str:
		"""A short name in capitals: the site's names differ by more than case, and so do these."""
		code = self.row.cells[column].upper()
		if required and not code:
			self._refuse("import_cell_empty", column)
		return self._fitting(code, column, length)

	def text(self, column: str) -> str:
		"""Free text, which may be empty."""
		return self._fitting(self.row.cells[column], column, TEXT_LENGTH)

	def number(self, column: str) -> Decimal:
		"""A number with a decimal point, exact."""
		cell = self.row.cells[column]
		if not NUMBER.fullmatch(cell):
			self._refuse("import_not_a_number", column)
			return Decimal(0)
		return Decimal(cell)

	def price(self, column: str) -> Decimal:
		"""A number that is not negative."""
		price = self.number(column)
		if price < 0:
			self._refuse("import_negative", column)
		return price

	def day(self, column: str) -> date:
		"""A date written MM/DD/YYYY."""
		try:
			return datetime.strptime(self.row.cells[column], DATE_FORMAT).date()  # noqa: DTZ007
		except ValueError:
			self._refuse("import_not_a_date", column)
			return date.min

	def wall_time(self, column: str) -> time:
		"""A time of day written 3:50:00 PM or 15:50."""
		for form in TIME_FORMATS:
			try:
				return datetime.strptime(self.row.cells[column], form).time()  # noqa: DTZ007
			except ValueError:
				continue
		self._refuse("import_not_a_time", column)
		return time.min

	def flag(self, column: str) -> bool:
		"""TRUE or FALSE."""
		flag = FLAGS.get(self.row.cells[column].upper())
		if flag is None:
			self._refuse("import_not_a_flag", column)
		return bool(flag)

	def _fitting(self, value: str, column: str, length: int) -> str:
		if len(value) > length:
			self._refuse("import_too_long", column, length=length)
		if "<" in value or ">" in value or any(ord(sign) < 32 for sign in value):
			self._refuse("import_bad_sign", column)
		return value

	def _refuse(self, code: str, column: str, **more: object) -> None:
		values = {"value": self.row.cells[column], **more}
		self.problems.append(Problem(Severity.ROW, code, self.file, self.row.number, column, values))
