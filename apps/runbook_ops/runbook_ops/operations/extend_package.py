"""Let a package be used for longer; one that has lapsed comes back to life."""

from datetime import date

from ..core.package_holding import PackageState, UsageKind
from ..core.packages import extend
from ..store.packages import live_usages
from .record_usage import day_or_today, decided, locked, record, with_reason
from .reverse_usage import reverse_usage


def extend_package(package: str, until: date, reason: str, on: date | None = None) -> str:
	"""The row of Package Usage. `on`: when the lapse is taken back by an entry of that day, its own period being closed."""
	reason = with_reason(reason)
	if locked(package).holding.state == PackageState.EXPIRED:
		lapse = next(row for row in reversed(live_usages(package)) if row.kind is UsageKind.EXPIRE)
		reverse_usage(lapse.name, reason, on)
	held = locked(package)
	return record(held, decided(extend(held.holding, until)), day_or_today(on), reason=reason)
