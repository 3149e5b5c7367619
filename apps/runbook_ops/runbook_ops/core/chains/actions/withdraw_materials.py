"""Take back what was requested for a visit that no longer takes place; a person decides about what has been ordered already."""

from typing import cast

from ..decision import Act, Decision, Skip
from ..facts import Facts
from .contract import Action, Settings


def withdraw_materials(settings: Settings, facts: Facts) -> Decision:
	"""Take back what was requested for a visit that no longer takes place; a person decides about what has been ordered already."""
	requested = cast(tuple[str, ...], facts["materials_requested"])
	ordered = cast(tuple[str, ...], facts["materials_ordered"])
	if not requested and not ordered:
		return Skip("nothing_requested")
	return Act({"cancel": requested, "ask": ordered})


WITHDRAW_MATERIALS = Action(
	"withdraw_materials",
	"Take back requested materials",
	withdraw_materials,
	reads=("materials_requested", "materials_ordered"),
	writes=("Material Request", "Follow-up Task"),
	undoes=True,
)
