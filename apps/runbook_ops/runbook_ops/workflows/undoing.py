"""Take back what a cancelled booking's runs have done, where it is declared how: as steps of the runs, worked like any other."""

from ..core.chains.plan import PlannedStep
from ..core.chains.spec import RunStatus, StepState
from ..core.chains.undo import with_undoing
from ..site_time import utc_now
from ..store import chain_runs
from ..store.chain_versions import load_spec
from .doorbell import ring_after_commit


def take_back(booking: str) -> None:
	"""Plan the steps that take back what is done, in every run of the booking; what was planned so before is not planned again."""
	now = utc_now()
	for run in chain_runs.all_runs_of(booking):
		states = chain_runs.locked_states_of(run.name)
		spec, steps = with_undoing(load_spec(run.version), states)
		if not steps:
			continue
		planned = [PlannedStep(step.code, StepState.PLANNED, now) for step in steps]
		chain_runs.insert_steps(run.name, run.revision + 1, spec, planned, {})
		chain_runs.set_run(run.name, RunStatus.RUNNING, revision=run.revision + 1)
		ring_after_commit()
