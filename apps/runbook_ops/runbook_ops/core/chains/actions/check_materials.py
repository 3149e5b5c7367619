"""Compare what the visit uses up with the stock, and order what is short."""

from typing import cast

from ..decision import Act, Decision, Skip
from ..facts import Facts, Material
from .contract import Action, OnCancel, Settings


def check_materials(settings: Settings, facts: Facts) -> Decision:
	"""Compare what the visit uses up with the stock, and order what is short."""
	if not facts["materials"]:
		return Skip("no_materials")
	short = cast(tuple[Material, ...], facts["materials_short"])
	return Act({"short": tuple((material.item, material.shortage, material.uom) for material in short)})


CHECK_MATERIALS = Action(
	"check_materials",
	"Check materials",
	check_materials,
	reads=("materials", "materials_short"),
	writes=("Material Request",),
	on_cancel=OnCancel.COMPENSATE,
	undone_by="withdraw_materials",
)
