"""The story of a rehearsal, read from bookings.csv: who asks for what and when, and what happens to it later."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import available_timezones

from .business import Business
from .reading import InputProblems, Problem, read_moment, read_text


class Happening(StrEnum):
	"""What a row tells."""

	BOOK = "book"
	RESCHEDULE = "reschedule"
	CANCEL = "cancel"
	NO_SHOW = "no_show"
	DONE = "done"
	NOT_DONE = "not_done"
	DETAILS = "details"


COLUMNS: dict[str, str] = {
	"at": "when it happens, in the business's time: 2026-11-24 09:30",
	"event": "book (also when empty), reschedule, cancel, no_show, done, not_done (nobody marks it done) or details",
	"ref": "a name for the booking, the same in all of its rows",
	"customer": "the customer's name",
	"email": "the customer's e-mail address",
	"mobile": "the customer's mobile number",
	"service": "the name of a service in business.yaml",
	"start": "the wanted start, in the business's time",
	"resources": "who should do it, names separated by semicolons; empty: whoever is free",
	"address": "where the visit takes place",
	"territory": "the territory of the visit",
	"access_notes": "gate code, parking, dog",
	"source": "phone, web, walk-in ...",
	"opportunity": "the opportunity that it came from",
	"notes": "anything else; for a cancel, why",
	"zone": "the customer's time zone when it is not the business's, such as America/Denver",
}
REQUIRED = ("at", "ref")


@dataclass(frozen=True)
class Row:
	"""One row: moments are UTC, `line` counts the file's lines from 1; without an `end` a visit lasts as long as its service."""

	line: int
	at: datetime
	event: Happening
	ref: str
	customer: str = ""
	email: str = ""
	mobile: str = ""
	service: str = ""
	start: datetime | None = None
	end: datetime | None = None
	resources: tuple[str, ...] = ()
	address: str = ""
	territory: str = ""
	access_notes: str = ""
	source: str = ""
	opportunity: str = ""
	notes: str = ""
	zone: str = ""


def read_bookings(path: Path, business: Business) -> tuple[Row, ...]:
	"""The rows of a CSV file in the order of their moments.

	Raises InputProblems with everything that is wrong, each with its row and remedy.
	"""
	return parse_bookings(read_text(path), business, path.name)


def parse_bookings(text: str, business: Business, file: str = "bookings.csv") -> tuple[Row, ...]:
	"""The rows of CSV text (a comma or semicolon between cells) in the order of their moments; same moment: file order.

	Raises InputProblems with everything that is wrong.
	"""
	problems: list[Problem] = []
	rows: list[Row] = []
	first_line = text.partition("\n")[0]
	separator = ";" if first_line.count(";") > first_line.count(",") else ","
	reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
	try:
		_check_heading(reader.fieldnames, file, problems)
		for cells in () if problems else reader:
			row = _parse_row(cells, reader.line_num, business, file, problems)
			if row is not None:
				rows.append(row)
	except csv.Error as problem:
		text = f"this is not CSV ({problem}). Mend the row: quotes come in pairs."
		problems.append(Problem(file, f"row {reader.line_num + 1}", text))
	rows.sort(key=lambda row: row.at)
	problems += _check_story(rows, file)
	if not problems and not rows:
		problems.append(Problem(file, "", "there are no rows. Add at least one booking."))
	if problems:
		raise InputProblems(problems)
	return tuple(rows)


def _check_heading(heading: Iterable[str | None] | None, file: str, problems: list[Problem]) -> None:
	names = [name or "" for name in heading or ()]
	for name in REQUIRED:
		if name not in names:
			text = f"there is no column {name}. The first row names the columns: {', '.join(COLUMNS)}."
			problems.append(Problem(file, "row 1", text))
	for name in names:
		if name not in COLUMNS:
			text = f"there is no column {name or '(empty)'}. Remove it or use one of: {', '.join(COLUMNS)}."
			problems.append(Problem(file, "row 1", text))
		elif names.count(name) > 1:
			problems.append(Problem(file, "row 1", f"the column {name} is there twice. Remove one."))


class _Cells:
	"""One row's cells while they are checked; each problem is noted with row and column."""

	def __init__(self, cells: Mapping[str, object], line: int, file: str, problems: list[Problem]):
		self.values = {name: str(value or "").strip() for name, value in cells.items()}
		self.line, self.file, self.problems = line, file, problems
		self.sound = True

	def __getitem__(self, column: str) -> str:
		return self.values.get(column, "")

	def problem(self, column: str, text: str) -> None:
		"""Note that something is wrong with a cell."""
		self.problems.append(Problem(self.file, f"row {self.line}, {column}", text))
		self.sound = False

	def moment(self, column: str, business: Business) -> datetime | None:
		"""The UTC moment in a cell, which must hold one."""
		found = read_moment(self[column], business.zone)
		if found is None:
			given = self[column] or "nothing"
			self.problem(column, f"{given} is not a moment. Write it as 2026-11-24 09:30.")
		return found

	def event(self) -> Happening | None:
		"""What the row tells; an empty cell is a booking."""
		try:
			return Happening(self["event"] or Happening.BOOK)
		except ValueError:
			self.problem("event", f"{self['event']} is not known. Choose one of: {', '.join(Happening)}.")
			return None


def _parse_row(
	data: Mapping[str | None, object], line: int, business: Business, file: str, problems: list[Problem]
) -> Row | None:
	cells = _Cells({name: value for name, value in data.items() if name is not None}, line, file, problems)
	if None in data:
		cells.problem("end", "there are more cells than columns. Quote texts that hold a comma.")
		return None
	if not any(cells.values.values()):
		return None
	event, at = cells.event(), cells.moment("at", business)
	start = cells.moment("start", business) if event in (Happening.BOOK, Happening.RESCHEDULE) else None
	if not cells["ref"]:
		cells.problem("ref", "it is missing. Give the booking a name, the same in all of its rows.")
	if event is Happening.BOOK:
		_check_booking(cells, business)
	resources = _resources(cells, business)
	_check_email(cells)
	if at is None or event is None or not cells.sound:
		return None
	texts = {key: cells[key] for key in COLUMNS if key not in ("at", "event", "start", "resources")}
	return Row(line=line, at=at, event=event, start=start, end=None, resources=resources, **texts)


def _resources(cells: _Cells, business: Business) -> tuple[str, ...]:
	names = tuple(filter(None, (name.strip() for name in cells["resources"].split(";"))))
	for name in names:
		if name not in business.resources:
			cells.problem("resources", f"there is no resource {name}. Name one from business.yaml.")
	return names


def _check_email(cells: _Cells) -> None:
	email = cells["email"]
	if email and ("@" not in email.strip("@") or " " in email):
		cells.problem("email", f"{email} is not an address. Write it as name@example.com, or leave it empty.")


def _check_booking(cells: _Cells, business: Business) -> None:
	if not cells["customer"]:
		cells.problem("customer", "it is missing. Give the customer's name.")
	if cells["service"] not in business.services:
		known = ", ".join(business.services)
		cells.problem("service", f"there is no service {cells['service'] or '(empty)'}. Known: {known}.")
	if cells["zone"] not in ("", *available_timezones()):
		cells.problem("zone", f"there is no time zone {cells['zone']}. Write it as America/Denver.")


def _check_story(rows: Iterable[Row], file: str) -> list[Problem]:
	problems: list[Problem] = []
	booked: set[str] = set()
	for row in rows:
		where = f"row {row.line}, ref"
		if row.event is Happening.BOOK:
			if row.ref in booked:
				problems.append(
					Problem(file, where, f"{row.ref} is booked twice. Give each booking its own.")
				)
			booked.add(row.ref)
		elif row.ref not in booked:
			text = f"there is no booking {row.ref} before this moment. Mend the name or the time."
			problems.append(Problem(file, where, text))
	return problems
