"""One long run under random kill -9 of workers: so many effects, none lost, none doubled, and every open one somebody's.

`RUNBOOK_EFFECTS=100000 ./runbook test faults tests/faults/test_long_run.py` runs 100,000 effects; 300 here, 20,000 at night.
The run prints its figures as it goes (`-s` shows them at once) and at its end.
"""

import os
import random
import sys
import time

import frappe
import pytest
from tests.faults.processes import wait_until, workers
from tests.faults.trails import leased_by, open_salon, open_steps, take_account
from tests.support.tiers import tier

pytestmark = pytest.mark.commits

EFFECTS = int(os.environ.get("RUNBOOK_EFFECTS", tier("300", "20000")))
KILLS = 50
"""So many at least, however short the run."""

WORKERS = int(os.environ.get("RUNBOOK_WORKERS", "3"))
SHORT = EFFECTS < 1_000
"""In a short run the mail server is slow and kills come fast, so that some strike while sending."""
BACKLOG, BATCH = (120, 6) if SHORT else (600, 20)
"""As long as fewer steps wait than this, so many more bookings are made in one commit."""
APART, LONGEST = (2, 12) if SHORT else (5, 60), 5
"""Between two kills: so many effects, or seconds where there are none so soon, so that a busy machine kills more slowly too."""
TOLD_EVERY = 5_000


def effects() -> int:
	"""How many effects are done."""
	frappe.db.rollback()
	return frappe.db.count("Chain Effect", {"state": ("in", ["Done", "Sent"])})


def more(count: int) -> None:
	"""Wait for so many more effects, but not for long."""
	wanted, until = effects() + count, time.monotonic() + LONGEST
	while effects() < wanted and time.monotonic() < until:
		time.sleep(0.05)


def test_random_kills_lose_nothing_and_double_nothing(mail_server, tmp_path, figures):
	chance = random.Random(EFFECTS)
	salon = open_salon(people=30, lease_seconds=5)
	kills, in_the_middle, done, told, began = 0, 0, 0, 0, time.monotonic()
	mail_server.behave("slow" if SHORT else "accept")
	with workers(WORKERS, tmp_path) as crew:
		while done < EFFECTS or kills < KILLS:
			if open_steps() < BACKLOG:
				salon.book(BATCH, chance.choice(salon.services))
				salon.book_in_full(1)
			more(chance.randint(*APART))
			in_the_middle += leased_by(crew.kill_one(chance)) > 0
			kills, done = kills + 1, effects()
			if done >= told + TOLD_EVERY:
				told = done
				sys.stderr.write(f"\n{done:,} effects, {kills} kills, {time.monotonic() - began:.0f} s\n")
		under_attack = time.monotonic() - began
		wait_until(lambda: open_steps() == 0, "every trail to end", 600, pause=1)
	account = take_account(mail_server)
	done = effects()
	figures(
		f"{done:,} effects, {kills} kills ({in_the_middle} of them while holding steps), {len(account.lost)} lost, {len(account.doubled)} doubled, "
		f"{account.open} open, each somebody's; {under_attack:.0f} s, {done / under_attack:.0f} effects a second; {account}"
	)
	assert account.wrong == []
	assert done >= EFFECTS
	assert in_the_middle >= min(5, kills / 2)
	assert len(account.messages) > 1, "no kill has struck while sending"
