"""End the waits of steps: when the record that a run is about changes, and where a step begins to wait for what has happened already."""

from collections.abc import Collection

from ..core.chains.decide import facts_read
from ..core.chains.facts import build_facts
from ..core.chains.spec import ChainSpec
from ..core.chains.waits import has_happened, waiting_steps
from ..messages import tell
from ..site_time import site_zone, utc_now
from ..store import chain_runs
from ..store.chain_runs import Run
from ..store.chain_versions import load_spec
from ..store.pictures import picture_about
from ..store.tasks import close_tasks
from .doorbell import ring_after_commit


def record_moved(doctype: str, name: str) -> None:
	"""Look at the steps that wait for something about this record, in the transaction that has changed it."""
	for run in chain_runs.waiting_runs(doctype, name):
		end_waits(run, load_spec(run.version))


def end_waits(run: Run, spec: ChainSpec, among: Collection[str] | None = None) -> None:
	"""Make those waiting steps due at once (of all, or among these) whose event has happened. The run is locked."""
	steps = [step for step in waiting_steps(spec) if among is None or step.code in among]
	if not steps:
		return
	now = utc_now()
	wanted = frozenset().union(*(facts_read(step) for step in steps))
	picture = picture_about(run.reference_doctype, run.reference_name, run.booking, wanted)
	if picture is None:
		return
	facts = build_facts(picture, now, site_zone())
	met = [step.code for step in steps if has_happened(step.settings, facts)]
	if met:
		chain_runs.bring_forward(run.name, met, now)
		close_tasks(run.name, tell("happened_meanwhile"), met)
		ring_after_commit()
