"""What a step can decide: act, skip with a reason, ask a person, or wait for a better hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..followups import Choice


@dataclass(frozen=True)
class Act:
	"""Do it, with arguments that are plain values; the shell and the rehearsal only carry them out."""

	arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
	"""There is nothing to do here; the reason is kept."""

	code: str
	values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Postpone:
	"""Not at this hour: it comes up again then, and its useful window goes on counting."""

	until: datetime
	code: str
	values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
	"""A person has to decide: why, what is missing, and what they can answer."""

	code: str
	missing: tuple[str, ...] = ()
	values: Mapping[str, object] = field(default_factory=dict)
	choices: tuple[str, ...] = (Choice.RETRY, Choice.DONE_BY_HAND, Choice.SKIP)


Decision = Act | Skip | Ask | Postpone
