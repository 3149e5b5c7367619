"""Estimates: their states, what a customer may choose, when they are over, and the text that a signature stands under."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from .package_value import NOTHING, to_cents
from .refusal import Refusal

MOST_PICTURE_BYTES = 60_000
MOST_WIDTH, MOST_HEIGHT = 2000, 1000
PICTURE_PREFIX = "data:image/png;base64,"
PNG = b"\x89PNG\r\n\x1a\n"
HASH_SIGNS = 64


class EstimateState(StrEnum):
	"""Where an estimate stands between the business and its customer; a Quotation that was never sent has none."""

	DRAFT = "Draft"
	SENT = "Sent"
	VIEWED = "Viewed"
	APPROVED = "Approved"
	DECLINED = "Declined"
	EXPIRED = "Expired"
	SUPERSEDED = "Superseded"


S = EstimateState
SIGNED = ("item", "name", "about", "qty", "uom", "rate", "amount")
"""What of a chosen line is signed; how it came to be chosen is not."""

OPEN_STATES = (S.SENT, S.VIEWED)
"""In these the customer can answer."""

NEXT: Mapping[EstimateState, frozenset[EstimateState]] = {
	S.DRAFT: frozenset({S.SENT, S.SUPERSEDED}),
	S.SENT: frozenset({S.VIEWED, S.APPROVED, S.DECLINED, S.EXPIRED, S.SUPERSEDED}),
	S.VIEWED: frozenset({S.APPROVED, S.DECLINED, S.EXPIRED, S.SUPERSEDED}),
	S.APPROVED: frozenset({S.DRAFT, S.SUPERSEDED}),
	S.DECLINED: frozenset({S.SUPERSEDED}),
	S.EXPIRED: frozenset({S.SENT, S.SUPERSEDED}),
	S.SUPERSEDED: frozenset(),
}
"""Approved goes back to Draft when its lines change: it has to be signed anew. What was declined is lost; its successor is a new one."""


@dataclass(frozen=True)
class Line:
	"""A line as the customer sees it; `row` is its own name. Without group and add-on it is always part of the estimate."""

	row: str
	item: str
	name: str
	qty: Decimal
	uom: str
	rate: Decimal
	amount: Decimal
	about: str = ""
	group: str = ""
	add_on: bool = False
	chosen: bool = True

	@property
	def can_be_chosen(self) -> bool:
		"""Whether it is an option or an add-on."""
		return bool(self.group) or self.add_on


@dataclass(frozen=True)
class Tax:
	"""A row of taxes and charges."""

	name: str
	rate: Decimal
	amount: Decimal


@dataclass(frozen=True)
class Content:
	"""What is signed. The sums are ERPNext's own; `lines` are all, signed are those that are chosen."""

	number: str
	company: str
	customer: str
	currency: str
	lines: tuple[Line, ...]
	taxes: tuple[Tax, ...]
	net: Decimal
	discount: Decimal
	total: Decimal
	terms: str = ""
	policies: tuple[str, ...] = ()
	"""The versions of booking policies that approving it accepts."""
	deposit: Decimal = NOTHING
	"""What approving it asks to be paid in advance; nothing where the policies decide."""


def check_transition(before: EstimateState, after: EstimateState) -> Refusal | None:
	"""Whether one state may follow the other; the same again is no change."""
	if after == before or after in NEXT[before]:
		return None
	return Refusal("estimate_transition", "status", {"before": before.value, "after": after.value})


def is_expired(valid_till: date | None, today: date) -> bool:
	"""The last day counts, in the site's zone; without one it never ends."""
	return valid_till is not None and valid_till < today


def check_open(
	state: EstimateState, valid_till: date | None, today: date, contact: str = ""
) -> Refusal | None:
	"""Why the customer can't answer it now."""
	values: dict[str, object] = {"contact": contact}
	if state in OPEN_STATES:
		if not is_expired(valid_till, today):
			return None
		state = S.EXPIRED
	code = {
		S.APPROVED: "estimate_approved",
		S.DECLINED: "estimate_declined",
		S.EXPIRED: "estimate_expired",
		S.SUPERSEDED: "estimate_superseded",
	}.get(state, "estimate_not_sent")
	return Refusal(code, "token", values)


def groups_of(lines: Sequence[Line]) -> dict[str, tuple[Line, ...]]:
	"""The options of each group, in order."""
	found: dict[str, tuple[Line, ...]] = {}
	for line in lines:
		if line.group:
			found[line.group] = (*found.get(line.group, ()), line)
	return found


def with_defaults(lines: Sequence[Line]) -> tuple[Line, ...]:
	"""The lines with a choice that can be: of a group the first that is chosen, else its first; what is always part is chosen."""
	first = {
		group: next((line.row for line in options if line.chosen), options[0].row)
		for group, options in groups_of(lines).items()
	}
	return tuple(
		replace(line, chosen=line.chosen if line.add_on else first.get(line.group, line.row) == line.row)
		for line in lines
	)


def choose(lines: Sequence[Line], rows: Collection[str]) -> tuple[Line, ...] | Refusal:
	"""The lines as the customer has chosen: of each group exactly one, add-ons at will."""
	can_be = {line.row for line in lines if line.can_be_chosen}
	unknown = sorted(set(rows) - can_be)
	if unknown:
		return Refusal("estimate_unknown_option", "choice", {"option": unknown[0][:60]})
	for group, options in groups_of(lines).items():
		picked = sum(line.row in rows for line in options)
		if picked != 1:
			code = "estimate_two_of_group" if picked else "estimate_none_of_group"
			return Refusal(code, "choice", {"group": group})
	return tuple(replace(line, chosen=line.row in rows or not line.can_be_chosen) for line in lines)


def check_lines(lines: Sequence[Line]) -> Refusal | None:
	"""Whether staff have written options and add-ons that a customer can choose among."""
	for number, line in enumerate(lines, 1):
		if line.group and line.add_on:
			return Refusal("estimate_option_and_add_on", "items", {"row": number})
	for group, options in groups_of(lines).items():
		if len(options) < 2:
			return Refusal("estimate_lone_option", "items", {"group": group})
	return None


def deposit_of(total: Decimal, percent: Decimal, coin: Decimal) -> Decimal:
	"""The deposit of an estimate in whole coins, and never more than its total."""
	return max(NOTHING, min(to_cents(total * percent / 100, coin), total.quantize(coin, ROUND_DOWN)))


def check_deposit_percent(percent: Decimal, currency: str, own: str) -> Refusal | None:
	"""Whether so much can be asked for with the approval; deposits are held in the company's `own` currency."""
	if not 0 <= percent <= 100:
		return Refusal("estimate_deposit_percent", "runbook_deposit_percent")
	if percent and currency != own:
		values = {"currency": currency, "own": own}
		return Refusal("estimate_deposit_currency", "runbook_deposit_percent", values)
	return None


def canonical(content: Content) -> str:
	"""The text that is signed: the same for the same estimate, whatever else its record holds."""
	told = asdict(replace(content, lines=tuple(line for line in content.lines if line.chosen)))
	if not content.deposit:
		del told["deposit"]  # as the estimates were signed that knew none
	told["lines"] = [{key: line[key] for key in SIGNED} for line in told["lines"]]
	return json.dumps(_plain(told), ensure_ascii=False, sort_keys=True, indent=1)


def document_hash(content: Content) -> str:
	"""SHA-256 over the canonical text, 64 hexadecimal signs."""
	return hashlib.sha256(canonical(content).encode()).hexdigest()


def needs_signature(signed: str | None, content: Content) -> bool:
	"""Whether nothing was signed yet, or something else than this."""
	return signed != document_hash(content)


def missing_visits(wanted: Sequence[str], booked: Collection[str]) -> tuple[int, ...]:
	"""Places in `wanted` (services, in order) for which no visit stands yet; each booked one counts once."""
	left = list(booked)
	missing = []
	for place, service in enumerate(wanted):
		if service in left:
			left.remove(service)
		else:
			missing.append(place)
	return tuple(missing)


def check_picture(text: str) -> Refusal | None:
	"""Whether a drawn signature is a whole PNG of sensible size in a data URL (PNG specification, chunks with their CRC)."""
	if len(text) > len(PICTURE_PREFIX) + MOST_PICTURE_BYTES * 4 // 3 + 4:
		return Refusal("signature_too_large", "signature", {"most": MOST_PICTURE_BYTES // 1000})
	if not text.startswith(PICTURE_PREFIX):
		return Refusal("signature_not_png", "signature")
	try:
		data = base64.b64decode(text.removeprefix(PICTURE_PREFIX), validate=True)
	except (binascii.Error, ValueError):
		return Refusal("signature_not_png", "signature")
	return None if _is_png(data) else Refusal("signature_not_png", "signature")


def _is_png(data: bytes) -> bool:
	if not data.startswith(PNG):
		return False
	place = len(PNG)
	kinds: list[bytes] = []
	while place + 12 <= len(data):
		length = int.from_bytes(data[place : place + 4], "big")
		kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
		check = data[place + 8 + length : place + 12 + length]
		if len(body) != length or check != zlib.crc32(kind + body).to_bytes(4, "big"):
			return False
		if not kinds and not _is_header(kind, body):
			return False
		kinds.append(kind)
		place += 12 + length
	return place == len(data) and b"IDAT" in kinds and kinds[-1:] == [b"IEND"]


def _is_header(kind: bytes, body: bytes) -> bool:
	width, height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
	return kind == b"IHDR" and len(body) == 13 and 0 < width <= MOST_WIDTH and 0 < height <= MOST_HEIGHT


def _plain(value: object) -> object:
	"""Amounts in one way of writing, whatever number of zeros they came with."""
	if isinstance(value, Decimal):
		return format(value.normalize() + 0, "f")
	if isinstance(value, Mapping):
		return {key: _plain(one) for key, one in value.items()}
	if isinstance(value, list | tuple):
		return [_plain(one) for one in value]
	return value
