"""Nightly work on estimates: those whose last day is over."""

from functools import partial

from ..operations.expire_estimates import expire_estimate
from ..site_time import to_site, utc_now
from ..store.estimates import overdue_estimates
from ..workflows.one_by_one import one_by_one
from .pump import be_the_engine

MOST = 1000
"""Estimates of one night at the most; the oldest come first, the rest the next night. Their pages go by the day, not by this job."""


def end_overdue() -> None:
	"""Mark each as expired, which starts the chains that wait for it."""
	be_the_engine()
	today = to_site(utc_now()).date()
	expire = partial(expire_estimate, today=today)
	one_by_one("Quotation", overdue_estimates(today, MOST), expire, "Expiry")
