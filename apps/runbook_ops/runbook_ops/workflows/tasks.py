"""The review queue: a step that only a person can decide becomes an owned Follow-up Task, and is closed when it is moot."""

import frappe

from ..core.chains.decision import Ask
from ..core.chains.facts import FACTS
from ..core.chains.spec import StepSpec
from ..core.followups import TaskKind
from ..messages import tell
from ..operations.open_task import TaskWish, open_task
from ..site_time import utc_now
from ..store.leases import HeldStep


def ask_person(held: HeldStep, step: StepSpec, ask: Ask) -> str:
	"""Open the task for a step that asks, owned by somebody of the step's exception path. Gives the task's name."""
	booking = held.run.booking
	about = booking and frappe.db.get_value(
		"Service Booking", booking, ["customer", "customer_name"], as_dict=True
	)
	who, question = about.customer_name if about else held.run.reference_name, ask.values.get("question")
	wish = TaskWish(
		subject=f"{question or step.title}: {who}",
		due_at=utc_now() + step.exception.due_in,
		key=f"{held.key}#{held.fence}",
		kind=TaskKind.EXCEPTION,
		role=str(ask.values.get("role") or step.exception.role),
		values={
			"reason_code": ask.code,
			"reason": tell(ask.code, dict(ask.values)),
			"missing": ", ".join(FACTS.get(name, name) for name in ask.missing),
			"choices": "\n".join(ask.choices),
			"step_run": held.name,
			"booking": booking,
			"customer": about and about.customer,
			"reference_doctype": held.run.reference_doctype,
			"reference_name": held.run.reference_name,
			"notes": ask.values.get("note"),
			"priority": "High",
		},
	)
	return open_task(wish)
