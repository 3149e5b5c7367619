"""What actions declare of themselves holds: the facts they read, what a cancel takes back, and the table that the docs show."""

from datetime import timedelta
from pathlib import Path

import pytest

from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.actions.contract import OnCancel
from runbook_ops.core.chains.answers import answer_facts
from runbook_ops.core.chains.decide import facts_read
from runbook_ops.core.chains.facts import FACTS
from runbook_ops.core.chains.progress import run_status
from runbook_ops.core.chains.spec import ChainSpec, Event, RunStatus, StepSpec, StepState
from runbook_ops.core.chains.told import who_knows
from runbook_ops.core.chains.undo import undo_step, with_undoing

DOCS = Path(__file__).parents[3] / "docs" / "actions.md"
STEPS = [
	pytest.param(spec, step, id=f"{spec.code}.{step.code}") for spec in read_library() for step in spec.steps
]


class Watched(dict):
	"""Facts that remember which of them were asked for."""

	def __init__(self, facts):
		super().__init__(facts)
		self.asked = set()

	def __getitem__(self, name):
		self.asked.add(name)
		return super().__getitem__(name)

	def get(self, name, default=None):
		self.asked.add(name)
		return super().get(name, default)

	def items(self):
		return dict(self).items()  # what a template sees; names in it are declared by the template itself


@pytest.mark.parametrize(("spec", "step"), STEPS)
def test_an_action_reads_no_more_than_it_declares(spec, step, make_facts, now):
	for changes in ({}, {"opportunity": "OPP-1", "job_completed_at": now, "needs_address": True}):
		facts = Watched({**make_facts(**changes), **answer_facts(spec, {})})
		ACTIONS[step.action].decide(step.settings, facts)
		assert facts.asked <= facts_read(step)


def test_what_is_declared_exists():
	for action in ACTIONS.values():
		assert set(action.reads) <= set(FACTS), action.code
		assert action.undone_by is None or ACTIONS[action.undone_by].undoes
		assert action.undone_by is None or action.on_cancel is OnCancel.COMPENSATE


def test_what_is_done_is_taken_back_once():
	chain = ChainSpec(
		"c",
		"C",
		Event.BOOKING_CONFIRMED,
		(StepSpec("order", "Order", "check_materials"), StepSpec("tell", "Tell", "send_message")),
	)
	for state in StepState:
		_spec, steps = with_undoing(chain, {"order": state, "tell": state})
		assert [step.code for step in steps] == (["undo.order"] if state is StepState.DONE else [])
	states = {"order": StepState.DONE, "undo.order": StepState.DONE}
	assert with_undoing(chain, states)[1] == ()
	assert undo_step(chain, "undo.order").action == "withdraw_materials"
	assert undo_step(chain, "undo.tell") is undo_step(chain, "undo.nothing") is None
	assert run_status(states) is RunStatus.CANCELLED
	assert run_status({**states, "undo.order": StepState.PLANNED}) is RunStatus.RUNNING


@pytest.mark.parametrize(
	("messages", "current", "now", "lost"),
	[
		([], {"b"}, False, None),
		([("customer", "c")], {"b"}, False, None),
		([("technician", "a")], {"a"}, True, None),
		([("technician", "a")], {"b"}, False, "a"),
		([("technician", "a"), ("technician", "b")], {"b"}, True, "a"),
		([("technician", "a"), ("previous_technician", "a")], {"b"}, False, None),
		([("technician", "a"), ("previous_technician", "a"), ("technician", "a")], {"b"}, False, "a"),
	],
)
def test_who_knows_of_a_visit_and_has_lost_it(messages, current, now, lost):
	told = who_knows(messages, current)
	assert (told.now, told.lost) == (now, lost)


def test_the_docs_show_the_contracts():
	text = DOCS.read_text()
	for action in ACTIONS.values():
		assert row_of(action) in text, f"docs/actions.md lacks this row:\n{row_of(action)}"
	assert text.count("\n| `") == len(ACTIONS)


def row_of(action) -> str:
	"""The row of the docs' table for an action."""
	cancel = action.on_cancel.value
	if action.on_cancel is OnCancel.COMPENSATE:
		cancel = f"compensate: `{action.undone_by}`" if action.undone_by else "compensate: the booking's save"
	useful = f"{action.useful_for // timedelta(hours=1)} h" if action.useful_for else "for ever"
	cells = (
		f"`{action.code}`",
		", ".join(action.reads) or "-",
		", ".join(action.writes) or "-",
		action.effect.value,
		action.once,
		cancel,
		action.on_reschedule.value,
		useful,
	)
	return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
	print("\n".join(row_of(action) for action in ACTIONS.values()))
