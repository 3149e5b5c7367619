"""How the engine stands: a pulse for monitors, and the whole picture for the page Chain Health."""

import hmac
import secrets
from datetime import datetime, timedelta

import frappe
from frappe.utils import add_days, add_months, get_url, getdate, nowdate

from ..core.chain_health import Health, assess
from ..core.chains.breaker import BreakerState
from ..core.pulse import Pulse
from ..core.reconciliation import PREFIX
from ..site_time import from_utc, site_zone, to_site, to_utc, utc_now
from ..store import breakers, chain_health
from ..store.tasks import open_alarms
from ..store.workers import last_life, load_workers

KEY_BYTES = 24
HOURS = 24
SHOWN = 8


def read_pulse() -> Pulse:
	"""Whether steps are being worked; a handful of look-ups by index."""
	now = utc_now()
	last, oldest = last_life(), from_utc(chain_health.oldest_due(to_utc(now)))
	return Pulse(
		sweep_age=now - last if last else None,
		oldest_due=now - oldest if oldest else None,
		late=chain_health.count_late_steps(to_utc(now)),
		out_of_order=tuple(
			one.provider for one in breakers.load_breakers().values() if one.state is BreakerState.OPEN
		),
	)


def read_health() -> dict:
	"""What the page shows: figures, providers, hosts, effects by hour, and the steps that need a look first; times in site time."""
	now, pulse = utc_now(), read_pulse()
	health, rows = _assess(now)
	asking, overdue = chain_health.count_open_questions()
	return {
		"alive": pulse.alive,
		"sweep_age": _seconds(pulse.sweep_age),
		"oldest_due": _seconds(pulse.oldest_due),
		"late": health.late,
		"lost": health.violations,
		"asking": asking,
		"overdue": overdue,
		"odd": len(open_alarms(PREFIX)),
		"providers": _providers(),
		"hosts": [_host(row, now) for row in load_workers()],
		"hours": _hours(now),
		"findings": [_finding(one, rows[one.step.name]) for one in health.findings[:SHOWN]],
		"more": max(0, len(health.findings) - SHOWN),
		"states": {state.value: count for state, count in health.by_state.items()},
	}


def health_address(renew: bool = False) -> str:
	"""The address that a monitor asks; its key is made when it is first asked for, or anew."""
	key = None if renew else frappe.db.get_single_value("Runbook Settings", "health_key")
	if not key:
		key = secrets.token_hex(KEY_BYTES)
		frappe.db.set_single_value("Runbook Settings", "health_key", key, update_modified=False)
	return get_url(f"/api/method/runbook_ops.api.health.pulse?key={key}")


def is_health_key(key: str) -> bool:
	"""Whether it is the key of the health address."""
	known = frappe.db.get_single_value("Runbook Settings", "health_key")
	return bool(known) and hmac.compare_digest(known.encode(), key.encode())


def _assess(now: datetime) -> tuple[Health, dict[str, frappe._dict]]:
	first, last = getdate(add_months(nowdate(), -1)), getdate(add_days(nowdate(), 1))
	found = chain_health.load_doubtful_steps(now, first, last)
	health = assess([facts for facts, _row in found], now, chain_health.count_by_state(first, last))
	return health, {facts.name: row for facts, row in found}


def _providers() -> list[dict]:
	return [
		{
			"name": one.provider,
			"open": one.state is BreakerState.OPEN,
			"failures": one.failures,
			"since": to_site(one.opened_at) if one.opened_at else None,
			"probe_at": to_site(one.probe_at) if one.probe_at else None,
			"waiting": breakers.held_steps(one.provider) if one.state is BreakerState.OPEN else 0,
		}
		for one in breakers.load_breakers().values()
	]


def _host(row: frappe._dict, now: datetime) -> dict:
	return {
		"name": row.name,
		"age": _seconds(now - from_utc(row.heartbeat_at)),
		"worked": row.steps_worked,
		"since": to_site(from_utc(row.started_at)),
	}


def _hours(now: datetime) -> list[dict]:
	"""The last day's hours on the site's clock, those without an effect too."""
	begin = now - timedelta(hours=HOURS - 1)
	counts = chain_health.effects_by_hour(to_site(begin).replace(minute=0, second=0))
	moments = [(begin + timedelta(hours=number)).astimezone(site_zone()) for number in range(HOURS)]
	return [
		{"hour": f"{moment:%H}:00", "count": counts.get(f"{moment:%Y-%m-%d %H}", 0)} for moment in moments
	]


def _finding(finding, row: frappe._dict) -> dict:
	return {
		"trouble": frappe._(finding.trouble.value),
		"title": row.title,
		"customer": row.customer_name or row.reference_name,
		"reason": row.reason,
		"age": _seconds(finding.age),
		"owner": row.owner,
		"task": row.task,
		"booking": row.booking,
		"run": row.run,
	}


def _seconds(span: timedelta | None) -> int | None:
	return None if span is None else int(span.total_seconds())
