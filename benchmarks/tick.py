"""Does the pump's tick stay as quick when a million finished steps are stored?

Timed: `workflows.pump.pump()`, which the minute cron and the doorbell call, from its first statement to its last. `tick`: nothing
is due; a turn is many ticks in a row. `tick_ten_due`: ten 48-hour reminders are due and are worked to their end, mail muted;
a turn is one tick. Stored are finished steps with their runs and one effect each, in tables that have the doctypes' own
indexes. The large and the small tables take turns under the real names. A tick that reads more rows in the large ones
fails the question whatever its time.
"""

import time
from collections.abc import Callable

from benchmarks.business import Reminders, finished_steps
from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row
from benchmarks.site import TwoSizes, counted, two_sizes
from runbook_ops.workflows.pump import pump

GOAL = 1.2
TABLES = ("Chain Run", "Chain Step Run", "Chain Effect")
TURNS = 9
DUE = 10


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	large, small, ticks = (2_000, 200, 3) if quick else (1_000_000, 10_000, 200)
	reminders = Reminders.made(TURNS + 2, DUE)
	with two_sizes(TABLES) as sizes:
		for is_large, count in ((False, small), (True, large)):
			sizes.stand(is_large)
			finished_steps("tick", count)
		sizes.settle()
		wait_until_quiet(quick)
		idle = interleaved(
			"tick", _idle(sizes, True, ticks), _idle(sizes, False, ticks), 2 if quick else TURNS
		)
		due = interleaved(
			"tick_ten_due", _due(sizes, True, reminders), _due(sizes, False, reminders), 2 if quick else TURNS
		)
		read = _rows_read(sizes, pump)
		read_due = _rows_read(sizes, _work_ten, lambda: reminders.arm(reminders.batches - 1))
	return [
		Row("tick", idle.value, GOAL, detail=f"{idle.told(ticks)}; rows read {read}"),
		Row("tick_ten_due", due.value, GOAL, detail=f"{due.told()}; rows read {read_due}"),
	]


def wait_until_quiet(quick: bool) -> None:
	"""Let the server write down what was just stored, so that it does not do so during the turns."""
	time.sleep(0 if quick else 10)


def _idle(sizes: TwoSizes, large: bool, ticks: int) -> Callable[[], float]:
	def run() -> float:
		sizes.stand(large)
		pump()
		return seconds(lambda: [pump() for _ in range(ticks)])

	return run


def _due(sizes: TwoSizes, large: bool, reminders: Reminders) -> Callable[[], float]:
	batch = iter(range(reminders.batches))

	def run() -> float:
		sizes.stand(large)
		pump()
		reminders.arm(next(batch))
		return seconds(_work_ten)

	return run


def _work_ten() -> None:
	worked = pump()
	if worked != DUE:
		raise AssertionError(f"{DUE} steps were due, {worked} were worked")


def _rows_read(sizes: TwoSizes, work: Callable[[], object], ready: Callable[[], object] = int) -> str:
	found = []
	for large in (True, False):
		sizes.stand(large)
		ready()
		found.append(counted(work)[1])
	if found[0] > found[1] * 1.1 + 10:
		raise AssertionError(
			f"a tick reads {found[0]} rows with the large tables, {found[1]} with the small ones"
		)
	return f"{found[0]} / {found[1]}"
