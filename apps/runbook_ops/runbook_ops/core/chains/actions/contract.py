"""What an action declares of itself."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from ...refusal import Refusal
from ..decision import Decision
from ..facts import Facts
from ..spec import EffectClass, Event, OnReschedule

Settings = Mapping[str, object]
Check = Callable[[str, Settings, Container[str]], Iterable[Refusal]]
"""What is wrong with the settings as a whole, beyond each single one: of the step of this code, in a chain that has these names."""

BY_TRANSACTION = "The work, its effect and the step's end are one transaction."


class OnCancel(StrEnum):
	"""What a cancelled booking means for what an action has done: it stays, or it is taken back."""

	KEEP = "keep"
	COMPENSATE = "compensate"


@dataclass(frozen=True)
class Action:
	"""An action's contract, which docs/actions.md shows as a table.

	`settings`: name -> whether it is required; `templates`: the settings that are templates; `structured`: those that its `check`
	reads, since they are no single value. `reads`: the facts it decides on, beside those that its templates name (`narrows`: those of them that
	certain settings need); `writes`: the
	doctypes it changes; `waits_for`, or `wakes_on` where the settings say it: the event that ends its wait; `once`: why it happens
	once; `undone_by`: the action that takes it back after a cancel (that one `undoes`); with COMPENSATE and none, the booking's own
	save does. `on_reschedule` and `useful_for` are what a new step of this action starts with.
	"""

	code: str
	title: str
	decide: Callable[[Settings, Facts], Decision]
	effect: EffectClass = EffectClass.LOCAL
	settings: Mapping[str, bool] = field(default_factory=dict)
	templates: tuple[str, ...] = ()
	choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
	numbers: tuple[str, ...] = ()
	structured: tuple[str, ...] = ()
	check: Check | None = None
	waits_for: Event | None = None
	wakes_on: Callable[[Settings], Event | None] | None = None
	needs_booking: bool = True
	reads: tuple[str, ...] = ()
	narrows: Callable[[Settings], tuple[str, ...]] | None = None
	writes: tuple[str, ...] = ()
	once: str = BY_TRANSACTION
	on_cancel: OnCancel = OnCancel.KEEP
	undone_by: str | None = None
	undoes: bool = False
	on_reschedule: OnReschedule = OnReschedule.KEEP
	useful_for: timedelta | None = None

	def awaited(self, settings: Settings) -> Event | None:
		"""The event that ends the wait of a step with these settings."""
		return self.wakes_on(settings) if self.wakes_on else self.waits_for

	def read_by(self, settings: Settings) -> tuple[str, ...]:
		"""The facts that a step with these settings decides on, beside those that its templates name."""
		return self.narrows(settings) if self.narrows else self.reads
