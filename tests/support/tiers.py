"""How much a run tries: the tier of every change, or the long one of `./runbook test --nightly`."""

import os
from typing import TypeVar

NIGHTLY = os.environ.get("RUNBOOK_NIGHTLY", "") not in ("", "0")

Amount = TypeVar("Amount")


def tier(usual: Amount, nightly: Amount) -> Amount:
	"""The one for this run."""
	return nightly if NIGHTLY else usual


def choose_examples() -> None:
	"""How many examples hypothesis tries where a test does not say so itself; none fails for being slow on a busy machine."""
	from hypothesis import settings

	settings.register_profile("usual", deadline=None)
	settings.register_profile("nightly", deadline=None, max_examples=5_000)
	settings.load_profile(tier("usual", "nightly"))
