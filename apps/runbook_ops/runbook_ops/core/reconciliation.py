"""What a nightly look can find that should not be, and which of it is new, still there, or gone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PREFIX = "lost|"


class Lost(StrEnum):
	"""What can be wrong; the value is the reason's code."""

	BOOKING_WITHOUT_RUN = "lost_booking_without_run"
	RUN_LACKS_STEPS = "lost_run_lacks_steps"
	STEP_IN_ENDED_RUN = "lost_step_in_ended_run"
	EFFECT_UNKNOWN = "lost_effect_unknown"
	CLAIM = "lost_claim"


@dataclass(frozen=True)
class Found:
	"""One thing that is wrong: what, about which record, and what its reason tells."""

	what: Lost
	doctype: str
	name: str
	values: Mapping[str, object] = field(default_factory=dict)
	booking: str | None = None

	@property
	def stem(self) -> str:
		"""What the keys of its tasks begin with; each finding of it after it was gone gets a key of its own."""
		return f"{PREFIX}{self.what.value}|{self.name}|"


@dataclass(frozen=True)
class Reconciled:
	"""What a night's look means for the tasks: those to open, and the keys of those that stay open."""

	new: tuple[Found, ...]
	keep: frozenset[str]


def reconcile(found: Iterable[Found], open_keys: Collection[str]) -> Reconciled:
	"""Each finding has one open task: one that has none gets it, one that is found no more loses it."""
	stems = {key.rpartition("|")[0] + "|": key for key in open_keys}
	by_stem = {one.stem: one for one in found}
	new = tuple(one for stem, one in by_stem.items() if stem not in stems)
	return Reconciled(new, frozenset(key for stem, key in stems.items() if stem in by_stem))
