"""Random histories of all money on the real ledger: after every event what is owed is what is open, and all can be reversed.

`RUNBOOK_MONEY_EVENTS` says how many events (40, at night 10,000 in histories of 500), `RUNBOOK_SEED` which histories.
"""

import os
from time import monotonic

import frappe
import pytest
from tests.support.money_history import MoneyHistory
from tests.support.package_history import History
from tests.support.tiers import tier

from runbook_ops.store.package_figures import account_balance

EVENTS = int(os.environ.get("RUNBOOK_MONEY_EVENTS", tier("40", "10000")))
SEED = int(os.environ.get("RUNBOOK_SEED", "20261122"))
LONGEST = 500
HISTORIES = [
	(SEED + number, min(LONGEST, EVENTS - LONGEST * number)) for number in range(-(-EVENTS // LONGEST))
]


@pytest.mark.parametrize(("seed", "events"), HISTORIES)
def test_all_money_agrees_after_every_event_and_all_can_be_reversed(seed, events):
	history = MoneyHistory(seed, events)
	before, started = history.balances(), monotonic()
	run(history)
	took = monotonic() - started
	unwound = history.unwind()
	told = dict(history.done.most_common())
	print(f"\n{events} events, seed {seed}, {took / events:.2f} s each: {told}; {unwound} reversed")
	assert history.balances() == before
	history.check()


def test_packages_alone_on_every_day():
	"""Also on each day of the half year, and after each of the reversals."""
	history = History(SEED, tier(25, 1000))
	run(history)
	history.check_every_day()
	history.unwind()
	assert set(frappe.get_all("Customer Package", pluck="state", order_by="name asc")) == {"Cancelled"}
	assert account_balance(history.studio.company, history.studio.accounts["package_liability"]) == 0


def run(history: History) -> None:
	"""All events, each followed by the comparison."""
	for number in range(history.events):
		history.step(number)
		try:
			history.check()
		except AssertionError as error:
			error.add_note(f"event {number}, so far {dict(history.done)}, the last one {history.last}")
			raise
