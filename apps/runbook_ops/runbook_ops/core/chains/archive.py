"""A run's steps packed away: what its story needs, as one text, and back."""

import json
from collections.abc import Iterable, Mapping, Sequence

STEP = (
	"step_run",
	"step_code",
	"title",
	"action",
	"state",
	"due_at",
	"ended_at",
	"reason",
	"revision",
	"position",
	"attempts",
)
EFFECT = (
	"effect",
	"summary",
	"effect_state",
	"reference_doctype",
	"reference_name",
	"recipient",
	"done_at",
	"answer",
)
TRY = ("outcome", "ended_at", "answer")


def pack_run(
	steps: Iterable[Mapping[str, object]], tries: Mapping[str, Sequence[Mapping[str, object]]]
) -> str:
	"""The rows of a run's story, a row a step with its effect; `tries`: step -> its tries that failed. Empty values are left out."""
	rows = []
	for step in steps:
		row = _kept(step, (*STEP, *EFFECT))
		failed = [_kept(each, TRY) for each in tries.get(str(step["step_run"]), ())]
		rows.append({**row, "tries": failed} if failed else row)
	return json.dumps(rows, default=str, separators=(",", ":"), ensure_ascii=False)


def unpack_run(text: str) -> list[dict[str, object]]:
	"""The rows again, each with all fields, None where nothing was kept."""
	empty: dict[str, object] = {**dict.fromkeys((*STEP, *EFFECT)), "tries": []}
	return [{**empty, **row} for row in json.loads(text)]


def _kept(row: Mapping[str, object], fields: Sequence[str]) -> dict[str, object]:
	return {name: row[name] for name in fields if row.get(name) not in (None, "")}
