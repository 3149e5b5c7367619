"""Providers that are out of order: their messages wait, one at a time tries again, and one person is told once."""

import random
from datetime import datetime, timedelta

import frappe

from ..core.chains.breaker import Breaker, BreakerState, Gate, gate_of, waits_until
from ..core.chains.decide import last_moment
from ..core.chains.spec import StepSpec
from ..core.followups import OPEN_STATES, TaskKind, TaskStatus
from ..messages import tell
from ..operations.notify_people import notify_people
from ..operations.open_task import TaskWish, open_task, people_of
from ..site_time import utc_now
from ..store import breakers
from ..store.leases import HeldStep
from .endings import put_off

TOLD = "Runbook Manager"
ANSWER_WITHIN = timedelta(hours=1)


def gate(provider: str) -> tuple[Gate, Breaker | None]:
	"""What a message of this provider may do now, and how the provider stands. Who may try has taken the turn."""
	limits = breakers.limits()
	breaker = breakers.load_breakers().get(provider) if limits.failures else None
	found = gate_of(breaker, utc_now())
	if found is Gate.TRY and not breakers.take_probe(provider, utc_now(), limits.pause):
		return Gate.WAIT, breaker
	return found, breaker


def wait_for_provider(held: HeldStep, step: StepSpec, breaker: Breaker) -> None:
	"""Put a step off until the provider is tried again; not at all when it has been found to work meanwhile. Commits."""
	now, pause = utc_now(), breakers.limits().pause
	if not breakers.is_still_open(breaker.provider):
		put_off(held, now, "provider_out", {"provider": _called(breaker.provider), "until": now})
		return
	next_try = breaker.probe_at if breaker.probe_at and breaker.probe_at > now else now + pause
	until = waits_until(next_try, now, pause, random.random(), last_moment(step, held.meant_at))
	values = {"provider": _called(breaker.provider), "until": next_try}
	put_off(held, until, "provider_out", values, breaker.provider)


def failed(provider: str, error: str) -> None:
	"""Count a failure of a provider; the one too many opens its breaker and has somebody told, in the caller's transaction."""
	limits, now = breakers.limits(), utc_now()
	if limits.failures and breakers.count_failure(provider, error, now, limits):
		_alert(provider, error, now, limits.failures)


def worked(breaker: Breaker | None) -> None:
	"""A provider that had failed took a message: forget its failures, let go what waited for it, end the alert. Commits."""
	if breaker is None or (breaker.state is BreakerState.CLOSED and not breaker.failures):
		return
	provider = breaker.provider
	if breakers.note_success(provider):
		held = breakers.let_go(provider, utc_now(), breakers.limits().pause)
		_end_alert(provider, held)
	frappe.db.commit()


def _alert(provider: str, error: str, since: datetime, failures: int) -> None:
	values = {"provider": _called(provider), "failures": failures, "error": error[:200]}
	subject, reason = (
		frappe._("{0} is out of order").format(_called(provider)),
		tell("provider_alert", values),
	)
	wish = TaskWish(
		subject=subject,
		due_at=since + ANSWER_WITHIN,
		key=f"provider|{provider}|{since.isoformat()}",
		kind=TaskKind.EXCEPTION,
		role=TOLD,
		values={
			"reason_code": "provider_alert",
			"reason": reason,
			"priority": "High",
			"reference_doctype": "Chain Breaker",
			"reference_name": provider,
		},
	)
	task = open_task(wish)
	breakers.keep_task(provider, task)
	users = [person.user for person in people_of(TOLD)]
	notify_people(users, f"{subject}. {reason}", "Follow-up Task", task)


def _end_alert(provider: str, held: int) -> None:
	name = breakers.task_of(provider)
	breakers.keep_task(provider, None)
	if not name or frappe.db.get_value("Follow-up Task", name, "status") not in OPEN_STATES:
		return
	task = frappe.get_doc("Follow-up Task", name)
	task.status = TaskStatus.DONE
	task.outcome = tell("provider_back", {"provider": _called(provider), "held": held})
	task.flags.by_engine = task.flags.answered = True
	task.save(ignore_permissions=True)


def _called(provider: str) -> str:
	names = {"email": frappe._("E-mail"), "sms": frappe._("SMS"), "whatsapp": "WhatsApp"}
	return names.get(provider, provider)
