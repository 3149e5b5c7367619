"""What somebody without a login may send: each shape is checked field by field, and a refusal names the field to mend."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from .estimates import HASH_SIGNS, check_picture
from .refusal import Refusal

MOST_SERVICES = 6
MOST_SEATS = 20
MOST_OPTIONS = 200
MOST_DAYS = 42
LONGEST_NOTES = 2000
LONGEST_NAME = 64
"""ERPNext names a contact after the person and the customer, in 140 signs."""
FIRST_YEAR, LAST_YEAR = 2000, 2199
SEEN = re.compile(f"[0-9a-f]{{{HASH_SIGNS}}}")
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
HIDDEN = frozenset({*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x200B, 0x2028, 0x2029})
"""Signs that turn other text around or take no room: nobody types them into a form."""

T = TypeVar("T")


@dataclass(frozen=True)
class WantedService:
	"""One service of a visit and the person asked for; None is anyone."""

	service: str
	resource: str | None = None


@dataclass(frozen=True)
class Wish:
	"""What a guest wants to book: services in their order, seats for a class."""

	services: tuple[WantedService, ...]
	seats: int = 1
	session: str | None = None


@dataclass(frozen=True)
class HoldWish:
	"""A slot to be kept. `key` names this wish: sent again it is the same; `instead` is a hold to give back."""

	wish: Wish
	starts_at: datetime
	key: str
	instead: str | None = None


@dataclass(frozen=True)
class Address:
	"""Where the visit takes place, as a guest types it."""

	line: str
	city: str
	postcode: str = ""


@dataclass(frozen=True)
class Details:
	"""Who books, as typed; the e-mail address and the phone are not normalised yet."""

	name: str
	email: str = ""
	phone: str = ""
	notes: str = ""
	address: Address | None = None


@dataclass(frozen=True)
class BookWish:
	"""A held slot to be booked. `trap` is a field that people don't see, `seconds` how long the form was open."""

	hold: str
	details: Details
	accepted: str
	trap: str
	seconds: int


@dataclass(frozen=True)
class WaitWish:
	"""Somebody who wants to hear of a time that comes free from `first` to `last`; `trap` and `seconds` as in BookWish."""

	wish: Wish
	first: date
	last: date
	details: Details
	trap: str
	seconds: int


@dataclass(frozen=True)
class Approval:
	"""An estimate that is approved: the rows chosen, the hash of what was looked at, the name typed, the signature if one was drawn."""

	token: str
	choice: tuple[str, ...]
	seen: str
	name: str
	signature: str = ""


class _Refused(Exception):
	def __init__(self, refusal: Refusal):
		super().__init__(refusal.code)
		self.refusal = refusal


def read_wish(data: object) -> Wish | Refusal:
	"""Services, seats and session."""
	return _reading(_wish, data)


def read_days(data: object) -> tuple[Wish, date, date] | Refusal:
	"""A wish and the days to look at, both ends included."""
	return _reading(_days, data)


def read_visit_days(data: object) -> tuple[str, date, date] | Refusal:
	"""A visit's token and the days to which it may be moved, both ends included."""
	return _reading(lambda fields: (_text(fields, "token", 1, 200), *_span(fields)), data)


def read_hold(data: object) -> HoldWish | Refusal:
	"""A wish with its start and key."""
	return _reading(_hold, data)


def read_booking(data: object) -> BookWish | Refusal:
	"""The filled form."""
	return _reading(_booking, data)


def read_waiting(data: object) -> WaitWish | Refusal:
	"""What is waited for, between which days, and by whom."""
	return _reading(_waiting, data)


def read_token(data: object) -> str | Refusal:
	"""The token alone; whether it is one of ours is seen elsewhere."""
	return _reading(lambda fields: _text(fields, "token", 1, 200), data)


def read_move(data: object) -> tuple[str, datetime] | Refusal:
	"""A visit's token and its new start."""
	return _reading(lambda fields: (_text(fields, "token", 1, 200), _moment(fields, "starts_at")), data)


def read_cancellation(data: object) -> tuple[str, str, str] | Refusal:
	"""A visit's token, why it is cancelled, and the fee that the customer was told; the last two may stay empty."""

	def read(fields: Mapping[str, object]) -> tuple[str, str, str]:
		return _text(fields, "token", 1, 200), _lines(fields, "reason", 500), _text(fields, "fee", 0, 20)

	return _reading(read, data)


def read_choice(data: object) -> tuple[str, tuple[str, ...]] | Refusal:
	"""An estimate's token and the rows that are chosen."""
	return _reading(lambda fields: (_text(fields, "token", 1, 200), _rows(fields)), data)


def read_approval(data: object) -> Approval | Refusal:
	"""What somebody signs, and how."""
	return _reading(_approval, data)


def read_decline(data: object) -> tuple[str, str] | Refusal:
	"""An estimate's token and why it is declined, which has to be said."""

	def read(fields: Mapping[str, object]) -> tuple[str, str]:
		token, reason = _text(fields, "token", 1, 200), _lines(fields, "reason", 500)
		if not reason:
			raise _wrong("estimate_reason_missing", "reason")
		return token, reason

	return _reading(read, data)


def _reading(reader: Callable[[Mapping[str, object]], T], data: object) -> T | Refusal:
	try:
		if not isinstance(data, Mapping):
			raise _wrong("input_not_an_object", "data")
		return reader(data)
	except _Refused as found:
		return found.refusal


def _wish(fields: Mapping[str, object]) -> Wish:
	rows = fields.get("services")
	if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
		raise _wrong("input_no_service", "services")
	if len(rows) > MOST_SERVICES:
		raise _wrong("input_too_many_services", "services", most=MOST_SERVICES)
	services = tuple(_service(row, place) for place, row in enumerate(rows, 1))
	session = _text(fields, "session", 0, 140) or None
	return Wish(services, _number(fields, "seats", 1, MOST_SEATS, 1), session)


def _service(row: object, place: int) -> WantedService:
	if not isinstance(row, Mapping):
		raise _wrong("input_not_an_object", f"services[{place}]")
	return WantedService(_text(row, "service", 1, 140), _text(row, "resource", 0, 140) or None)


def _days(fields: Mapping[str, object]) -> tuple[Wish, date, date]:
	return (_wish(fields), *_span(fields))


def _span(fields: Mapping[str, object]) -> tuple[date, date]:
	first = _day(fields, "first")
	last = _day(fields, "last") if fields.get("last") not in (None, "") else first
	if last < first:
		raise _wrong("input_last_before_first", "last")
	return first, min(last, first + timedelta(days=MOST_DAYS - 1))


def _hold(fields: Mapping[str, object]) -> HoldWish:
	wish, starts_at = _wish(fields), _moment(fields, "starts_at")
	key = _text(fields, "key", 0, 80)
	if not KEY.fullmatch(key):
		raise _wrong("input_no_key", "key")
	return HoldWish(wish, starts_at, key, _text(fields, "instead", 0, 200) or None)


def _booking(fields: Mapping[str, object]) -> BookWish:
	return BookWish(
		hold=_text(fields, "hold", 1, 200),
		details=_details(fields),
		accepted=_text(fields, "accepted", 0, 200),
		trap=_text(fields, "website", 0, 1000),
		seconds=_number(fields, "seconds", 0, 10**7, 0),
	)


def _waiting(fields: Mapping[str, object]) -> WaitWish:
	wish, first, last = _days(fields)
	trap, seconds = _text(fields, "website", 0, 1000), _number(fields, "seconds", 0, 10**7, 0)
	return WaitWish(wish, first, last, _details(fields), trap, seconds)


def _rows(fields: Mapping[str, object]) -> tuple[str, ...]:
	rows = fields.get("choice")
	if rows is None:
		return ()
	if not isinstance(rows, Sequence) or isinstance(rows, str):
		raise _wrong("input_not_a_list", "choice")
	if len(rows) > MOST_OPTIONS:
		raise _wrong("input_too_many", "choice", most=MOST_OPTIONS)
	return tuple(dict.fromkeys(_text({"choice": row}, "choice", 1, 140) for row in rows))


def _approval(fields: Mapping[str, object]) -> Approval:
	seen = _text(fields, "seen", 0, 100)
	if not SEEN.fullmatch(seen):
		raise _wrong("estimate_seen_missing", "seen")
	signature = fields.get("signature") or ""
	if not isinstance(signature, str):
		raise _wrong("input_not_text", "signature")
	refusal = check_picture(signature) if signature else None
	if refusal:
		raise _Refused(refusal)
	return Approval(_text(fields, "token", 1, 200), _rows(fields), seen, _name(fields), signature)


def _details(fields: Mapping[str, object]) -> Details:
	name = _name(fields)
	email, phone = _text(fields, "email", 0, 200), _text(fields, "phone", 0, 60)
	if not email and not phone:
		raise _wrong("input_no_contact", "email")
	return Details(
		name, email, phone, _lines(fields, "notes", LONGEST_NOTES), _address(fields.get("address"))
	)


def _name(fields: Mapping[str, object]) -> str:
	name = _text(fields, "name", 1, LONGEST_NAME)
	if set(name) & set("<>"):
		raise _wrong("input_bad_sign", "name")
	if not any(unicodedata.category(sign)[0] in "LNS" for sign in name):
		raise _wrong("input_missing", "name")
	return name


def _address(value: object) -> Address | None:
	if value in (None, "", {}):
		return None
	if not isinstance(value, Mapping):
		raise _wrong("input_not_an_object", "address")
	line, city = _text(value, "line", 0, 140), _text(value, "city", 0, 100)
	if not line and not city:
		return None
	for field, text in (("line", line), ("city", city)):
		if not text:
			raise _wrong("input_missing", field)
		if set(text) & set("<>"):
			raise _wrong("input_bad_sign", field)
	return Address(line, city, _text(value, "postcode", 0, 20).replace("<", "").replace(">", ""))


def _text(fields: Mapping[str, object], field: str, least: int, most: int) -> str:
	"""One line of text: spaces tidied, hidden signs taken out."""
	text = " ".join(_clean(fields.get(field), field, most).split())
	if len(text) < least:
		raise _wrong("input_missing", field)
	return text


def _lines(fields: Mapping[str, object], field: str, most: int) -> str:
	"""Text that may have several lines."""
	text = _clean(fields.get(field), field, most)
	return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def _clean(value: object, field: str, most: int) -> str:
	if value is None:
		return ""
	if not isinstance(value, str):
		raise _wrong("input_not_text", field)
	if len(value) > most * 2 + 100:
		raise _wrong("input_too_long", field, most=most)
	text = "".join(sign for sign in value if _is_seen(sign))
	if len(text.strip()) > most:
		raise _wrong("input_too_long", field, most=most)
	return text


def _is_seen(sign: str) -> bool:
	return sign in "\n\t\r" or (
		unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn") and ord(sign) not in HIDDEN
	)


def _number(fields: Mapping[str, object], field: str, least: int, most: int, default: int) -> int:
	value = fields.get(field, default)
	if value is None or value == "":
		return default
	if (
		isinstance(value, bool)
		or not isinstance(value, int | float)
		or value != value
		or abs(value) > most * 10
	):
		raise _wrong("input_not_a_number", field, least=least, most=most)
	if int(value) != value or not least <= value <= most:
		raise _wrong("input_not_a_number", field, least=least, most=most)
	return int(value)


def _day(fields: Mapping[str, object], field: str) -> date:
	value = fields.get(field)
	try:
		if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
			raise ValueError
		day = date.fromisoformat(value)
	except ValueError:
		raise _wrong("input_not_a_day", field) from None
	if not FIRST_YEAR <= day.year <= LAST_YEAR:
		raise _wrong("input_not_a_day", field)
	return day


def _moment(fields: Mapping[str, object], field: str) -> datetime:
	"""A moment with its offset, as the offered slots have it, in UTC."""
	value = fields.get(field)
	try:
		if not isinstance(value, str) or len(value) > 40:
			raise ValueError
		moment = datetime.fromisoformat(value)
		if (
			moment.tzinfo is None
			or not FIRST_YEAR <= moment.year <= LAST_YEAR
			or moment.second
			or moment.microsecond
		):
			raise ValueError
		return moment.astimezone(UTC)
	except (ValueError, OverflowError):
		raise _wrong("input_not_a_moment", field) from None


def _wrong(code: str, field: str, **values: object) -> _Refused:
	return _Refused(Refusal(code, field, {"field": field, **values}))
