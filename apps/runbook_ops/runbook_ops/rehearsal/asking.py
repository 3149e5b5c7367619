"""What a rehearsed step reads, and the task that a step opens when a person has to decide."""

from datetime import datetime

from ..core.chains.answers import answer_facts
from ..core.chains.decision import Ask
from ..core.chains.facts import build_facts
from ..core.chains.spec import StepSpec, StepState
from ..core.followups import TaskKind
from .records import Run, StepRun, Task
from .telling import reason
from .world import World


def facts_of(world: World, run: Run, now: datetime) -> dict[str, object]:
	"""The facts about a run's booking, with the answers that were given to the run's questions."""
	facts = build_facts(world.picture(run.booking), now, world.business.zone)
	given = {step.code: step.answer for step in run.steps if step.answer}
	return {**facts, **answer_facts(run.spec, given)}


def ask_somebody(world: World, run: Run, step: StepRun, spec: StepSpec, ask: Ask, now: datetime) -> Task:
	"""Put the step into a person's hands; gives their task."""
	role = str(ask.values.get("role") or spec.exception.role)
	step.state = StepState.HUMAN
	step.reason_code, step.reason = ask.code, reason(ask.code, ask.values, world.business.zone)
	step.task = Task(
		kind=TaskKind.EXCEPTION,
		subject=f"{ask.values.get('question') or spec.title}: {run.booking.customer.name}",
		owner=world.owner_for(role),
		role=role,
		opened_at=now,
		due_at=now + spec.exception.due_in,
		booking=run.booking,
		reason_code=ask.code,
		reason=step.reason,
		missing=ask.missing,
	)
	world.tasks.append(step.task)
	return step.task
