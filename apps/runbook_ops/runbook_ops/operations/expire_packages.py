"""Let packages lapse whose last day is over; what can't be posted becomes somebody's task, with its date kept."""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from frappe.utils import getdate, nowdate

from ..core.followups import OPEN_STATES, TaskKind, TaskStatus
from ..core.packages import expire
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store.packages import set_voucher
from .open_task import TaskWish, open_task
from .post_package_entry import Posting, post_entry, release_lines
from .record_usage import accounts_of, decided, locked, record
from .undo_refused import undo_refused

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=3)


def expire_package(package: str, reason: str | None = None, on: date | None = None) -> str:
	"""The row of Package Usage; posted on the last day of the package unless a person chose another day."""
	held = locked(package)
	movement = decided(expire(held.holding, getdate(nowdate())))
	day = on or held.holding.expires_on or getdate(nowdate())
	usage = record(held, movement, day, reason=reason)
	accounts = accounts_of(held.holding.company)
	lines = release_lines(accounts, -movement.value, movement.earned)
	entry = post_entry(accounts, lines, Posting(day, usage, f"{held.package} ({package}) expired"))
	if entry:
		set_voucher(usage, "Journal Entry", entry)
	_close_task(package, usage)
	return usage


def expire_packages(packages: Iterable[str]) -> dict[str, str]:
	"""Let these lapse, each for itself; gives package -> row, or the task that was opened for it."""
	return {package: _expire_or_ask(package) for package in packages}


def _expire_or_ask(package: str) -> str:
	with undo_refused() as attempt:
		return expire_package(package)
	return _ask(package, attempt.refusal)


def _ask(package: str, error: str) -> str:
	row = frappe.db.get_value(
		"Customer Package", package, ["customer", "customer_name", "package", "expires_on"], as_dict=True
	)
	values = {"day": frappe.format(row.expires_on, "Date"), "error": error}
	wish = TaskWish(
		subject=f"{row.customer_name}: {row.package} ({package})",
		due_at=utc_now() + ANSWER_WITHIN,
		key=_key(package, row.expires_on),
		kind=TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"customer": row.customer,
			"reference_doctype": "Customer Package",
			"reference_name": package,
			"reason_code": "package_expiry_blocked",
			"reason": tell("package_expiry_blocked", values),
		},
	)
	return open_task(wish)


def _close_task(package: str, usage: str) -> None:
	"""The task that asked for it is done."""
	filters = {
		"dedupe_key": ("like", f"package_expiry:{package}:%"),
		"status": ("in", [str(state) for state in OPEN_STATES]),
	}
	done = {"status": str(TaskStatus.DONE), "outcome": usage, "resolved_at": to_site(utc_now())}
	for name in frappe.get_all("Follow-up Task", filters, pluck="name", order_by="name asc"):
		frappe.db.set_value("Follow-up Task", name, done)


def _key(package: str, day: date) -> str:
	return f"package_expiry:{package}:{day}"
