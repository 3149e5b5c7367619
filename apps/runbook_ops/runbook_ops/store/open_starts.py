"""Calendars that were worked out, kept in the process for as long as the stamps of all who could take part stand (see `stamps`)."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import frappe

from ..core.strips import Frame
from . import stamps

MOST_KEPT = 500
"""So many answers a process keeps, the ones asked for last; one of 30 days takes about 3 kB."""


@dataclass(frozen=True)
class Starts:
	"""The ticks at which a visit can start, and what callers worked out from them."""

	frame: Frame
	strip: int
	worked_out: dict = field(default_factory=dict)


_kept: "OrderedDict[tuple[str, str], tuple[Mapping[str, str], Starts]]" = OrderedDict()


def kept(about: str, found: Mapping[str, str]) -> Starts | None:
	"""The starts that were found for this question under the same stamps; `found` are those of this transaction."""
	under, starts = _kept.get((frappe.local.site, about), (None, None))
	return starts if under == found else None


def keep(about: str, found: Mapping[str, str], starts: Starts) -> None:
	"""Keep an answer, unless this transaction has written on what it depends on."""
	if not all(map(stamps.may_keep, found.values())):
		return
	_kept[frappe.local.site, about] = (dict(found), starts)
	_kept.move_to_end((frappe.local.site, about))
	while len(_kept) > MOST_KEPT:
		_kept.popitem(last=False)
