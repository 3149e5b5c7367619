"""Which technicians know of a visit, from the messages that went to them; so who lost it and still has to hear it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
	"""`now`: whether one who has the visit knows of it; `lost`: the address of one who knows of it and has it no longer."""

	now: bool
	lost: str | None


def who_knows(messages: Sequence[tuple[str, str]], current: Collection[str]) -> Told:
	"""From the messages that were sent, oldest first, as reader and address; `current`: the addresses of who has the visit."""
	last = {
		address: reader for reader, address in messages if reader in ("technician", "previous_technician")
	}
	know = [address for address, reader in last.items() if reader == "technician"]
	lost = [address for address in know if address not in current]
	return Told(any(address in current for address in know), lost[-1] if lost else None)
