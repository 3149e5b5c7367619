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
REGULARS = 150
"""So many customers come again and again: more than there are workers to meet at one, and a booking costs half without a new one."""
LONG = EFFECTS >= 20_000
APART, LONGEST = (2, 12) if SHORT else (10, 150) if LONG else (5, 60), 5
"""Between two kills: a long run has a thousand of them all the same. So many effects, or seconds where there are none so soon, so that a busy machine kills more slowly too."""
TOLD_EVERY = 5_000


LOOKS = 0.1
"""So much of the time at most goes into looking how far the workers are."""


def effects() -> int:
	"""How many effects are done."""
	frappe.db.rollback()
	return frappe.db.count("Chain Effect", {"state": ("in", ["Done", "Sent"])})


def done_steps() -> int:
	"""How many steps are done, from the index alone: as many as effects or a few less."""
	frappe.db.rollback()
	return frappe.db.sql("select count(*) from `tabChain Step Run` where state = 'Done'")[0][0]


def more(count: int) -> int:
	"""Wait for so many more steps, but not for long; gives how many are done."""
	wanted, until = 0, time.monotonic() + LONGEST
	while True:
		began = time.monotonic()
		found = done_steps()
		wanted = wanted or found + count
		if found >= wanted or time.monotonic() > until:
			return found
		time.sleep(max(0.05, (time.monotonic() - began) / LOOKS))


def test_random_kills_lose_nothing_and_double_nothing(mail_server, tmp_path, figures):
	chance = random.Random(EFFECTS)
	salon = open_salon(people=30, lease_seconds=5)
	kills, in_the_middle, done, told, booking, began = 0, 0, 0, 0, 0.0, time.monotonic()
	mail_server.behave("slow" if SHORT else "accept")
	with workers(WORKERS, tmp_path) as crew:
		while done < EFFECTS or kills < KILLS:
			if open_steps() < BACKLOG:
				booking -= time.monotonic()
				salon.book(BATCH, chance.choice(salon.services), of=REGULARS)
				salon.book_in_full(1)
				booking += time.monotonic()
			done = more(chance.randint(*APART))
			in_the_middle += leased_by(crew.kill_one(chance)) > 0
			kills += 1
			if done >= told + TOLD_EVERY:
				told = done
				sys.stderr.write(f"\n{done:,} effects, {kills} kills, {time.monotonic() - began:.0f} s\n")
		under_attack = time.monotonic() - began
		wait_until(lambda: open_steps() == 0, "every trail to end", 600, pause=1)
	account = take_account(mail_server)
	done = effects()
	figures(
		f"{done:,} effects, {kills} kills ({in_the_middle} of them while holding steps), {len(account.lost)} lost, {len(account.doubled)} doubled, "
		f"{account.open} open, each somebody's; {under_attack:.0f} s, {done / under_attack:.0f} effects a second, {booking:.0f} s of it for {salon.booked:,} bookings; {account}"
	)
	assert account.wrong == []
	assert done >= EFFECTS
	assert in_the_middle >= min(5, kills / 2)
	assert len(account.messages) > 1, "no kill has struck while sending"
