"""What an action declares of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..decision import Decision
from ..facts import Facts
from ..spec import EffectClass, Event

Settings = Mapping[str, object]


@dataclass(frozen=True)
class Action:
	"""An action's contract. `settings`: name -> whether it is required; `templates`: the settings that are templates."""

	code: str
	title: str
	decide: Callable[[Settings, Facts], Decision]
	effect: EffectClass = EffectClass.LOCAL
	settings: Mapping[str, bool] = field(default_factory=dict)
	templates: tuple[str, ...] = ()
	choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
	numbers: tuple[str, ...] = ()
	waits_for: Event | None = None
	needs_booking: bool = True
