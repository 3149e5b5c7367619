"""What another program may send to start a chain: the values that the chain names, each a single plain one."""

from collections.abc import Mapping

from ..refusal import Refusal
from .spec import ChainSpec

LONGEST_VALUE = 2_000


def check_values(spec: ChainSpec, values: object) -> Refusal | None:
	"""What is wrong with submitted values; None when the chain takes them. Those that are left out are not known."""
	if not isinstance(values, Mapping):
		return Refusal("submission_shape", "values", {"name": "values", "most": LONGEST_VALUE})
	for name, value in values.items():
		if name not in spec.details.values:
			known = ", ".join(spec.details.values)
			return Refusal(
				"submission_value_unknown",
				"values",
				{"chain": spec.code, "name": str(name)[:60], "known": known},
			)
		plain = value is None or isinstance(value, str | int | float | bool)
		if not plain or len(str(value)) > LONGEST_VALUE:
			return Refusal("submission_shape", "values", {"name": name, "most": LONGEST_VALUE})
	return None
