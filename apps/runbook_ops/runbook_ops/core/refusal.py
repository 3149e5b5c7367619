"""A refusal is a value: what is wrong, in which field, and the facts that its text needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field


@dataclass(frozen=True)
class Refusal:
	"""Why something can't be done.

	`code` is a key of `reasons.REASONS`, `field` names the input to mend (None: no single one), `values` fill the text.
	"""

	code: str
	field: str | None = None
	values: Mapping[str, object] = dataclass_field(default_factory=dict)
