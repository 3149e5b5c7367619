"""kill -9 at every boundary of every step of the standard chain: each step ends once, whatever it was in the middle of.

Half of the boundaries of one seed here; `./runbook test faults --nightly` takes all of 25. A seed decides which bookings are
worked together, and so what else a killed worker had in its hands.
"""

import json
import random
from collections import Counter
from pathlib import Path

import frappe
import pytest
from tests.faults.calls import STEPS, book_with_calls, odd_about, program
from tests.faults.processes import wait_until, workers
from tests.faults.trails import open_salon, open_steps, take_account
from tests.support.boundaries import OF_EVERY_STEP, OF_LOCAL_EFFECTS, OF_MESSAGES
from tests.support.tiers import tier

from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.spec import EffectClass
from runbook_ops.operations import change_booking

__all__ = ["program"]
pytestmark = pytest.mark.commits

SEEDS = range(tier(1, 25))
TIMES = tier(1, 25)


def points_of(action: str) -> tuple[str, ...]:
	return OF_LOCAL_EFFECTS if ACTIONS[action].effect is EffectClass.LOCAL else OF_MESSAGES


def steps_of_chain() -> list[dict]:
	"""The steps of the chain that the bookings run, as they were planned."""
	return frappe.get_all(
		"Chain Step Run",
		{"position": (">=", 0)},
		["distinct step_code as code", "action"],
		order_by="step_code asc",
	)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kill_at_each_boundary_of_each_step(mail_server, tmp_path, figures, seed):
	chance = random.Random(seed)
	salon = open_salon()
	frappe.db.set_single_value("Runbook Settings", "review_link", "https://salon.example/review")
	bookings = salon.book_in_full(1)
	rows = [(step.code, point) for step in steps_of_chain() for point in points_of(step.action)]
	chance.shuffle(rows)
	rows = rows[: len(rows) // tier(2, 1)]
	bookings += salon.book_in_full(len(rows) - 1)
	plan = [(booking, code, point) for booking, (code, point) in zip(bookings, rows, strict=True)]
	folder = written_down(plan, tmp_path)
	with workers(3 - seed % 2, tmp_path, KILL_PLAN=str(folder)):
		wait_until(lambda: open_steps() == 0, "every trail to come to the visit's end", 600, pause=0.3)
		for booking in bookings:
			change_booking.complete_booking(booking)
			frappe.db.commit()
		wait_until(lambda: open_steps() == 0, "every trail to end", 600, pause=0.3)
	account = take_account(mail_server)
	struck = struck_in(folder)
	figures(
		f"seed {seed}: {len(struck)} kills at {len(rows)} boundaries; {len(bookings)} bookings, {account}"
	)
	assert account.wrong == []
	assert missing(plan, struck) == []
	assert account.messages["sent"] > sum(count for what, count in account.messages.items() if what != "sent")


def test_a_kill_at_each_boundary_of_an_sms_and_of_a_call(program, tmp_path, figures):
	"""An SMS that may have gone is looked up, so that each goes out once; a call that may have gone is a person's."""
	rows = [(step["code"], point) for step in STEPS for point in OF_MESSAGES] * TIMES
	bookings = book_with_calls(len(rows))
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", 2)
	plan = [(booking, code, point) for booking, (code, point) in zip(bookings, rows, strict=True)]
	folder = written_down(plan, tmp_path)
	with workers(2, tmp_path, KILL_PLAN=str(folder)):
		wait_until(lambda: open_steps() == 0, "every trail to end", 180, pause=0.3)
	struck = struck_in(folder)
	ended = Counter(frappe.get_all("Chain Step Run", ["step_code", "state", "reason_code"], as_list=True))
	told = {" ".join(filter(None, kind)): count for kind, count in ended.items()}
	figures(f"{len(struck)} kills at {len(rows)} boundaries; {len(program.taken)} taken; {told}")
	assert odd_about(program) == []
	assert missing(plan, struck) == []
	assert ended["sms", "Done", None] == len(rows)
	assert ended["tell", "Done", None] + ended["tell", "Human", "outcome_unknown"] == len(rows)
	assert ended["tell", "Human", "outcome_unknown"] > 0


def written_down(plan: list, tmp_path) -> Path:
	"""The folder from which workers read where they are to be killed."""
	folder = tmp_path / "kills"
	folder.mkdir()
	(folder / "plan.json").write_text(json.dumps(plan))
	frappe.db.commit()
	return folder


def struck_in(folder: Path) -> set[tuple[str, ...]]:
	"""The boundaries at which somebody was killed."""
	return {tuple(path.name.split("|")) for path in folder.iterdir()} - {("plan.json",)}


def missing(plan: list, struck: set) -> list:
	"""The boundaries that the chain came past and at which nobody was killed."""
	frappe.db.rollback()
	rows = frappe.db.sql(
		"select run.booking, step.step_code, step.state from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run"
	)
	done = {(booking, code) for booking, code, state in rows if state == "Done"}
	assert Counter(state for *_, state in rows)["Done"] > len(rows) / 2
	return [row for row in plan if tuple(row) not in struck and (row[:2] in done or row[2] in OF_EVERY_STEP)]
