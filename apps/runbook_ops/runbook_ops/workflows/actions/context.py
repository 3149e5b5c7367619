"""What an action is given and what it gives back."""

from dataclasses import dataclass

from ...core.chains.spec import StepSpec
from ...store.leases import HeldStep


@dataclass(frozen=True)
class Context:
	"""The step that is worked, under its lock."""

	held: HeldStep
	step: StepSpec

	@property
	def booking(self) -> str:
		"""The booking that the run is about; empty when it is about another record."""
		return self.held.run.booking or ""


@dataclass(frozen=True)
class Result:
	"""What was done, for the run's story; `reference` is the record that came of it: doctype and name."""

	summary: str
	reference: tuple[str, str] | None = None
