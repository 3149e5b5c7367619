"""What each action does to the rehearsed world; every decision has been made before, in the core."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from ..core import job as jobs
from ..core.followups import TaskKind
from ..core.job import JobStatus
from ..core.wall_time import days_later
from .records import Job, Message, Order, Run, StepRun, Task
from .telling import amount_text, moment_text
from .world import World

Arguments = Mapping[str, object]


def carry_out(world: World, run: Run, step: StepRun, action: str, arguments: Arguments, now: datetime) -> str:
	"""Do what was decided and say in a few words what it was."""
	return EFFECTS[action](world, run, step, arguments, now)


def update_customer(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Keep on the customer what the booking tells."""
	customer = run.booking.customer
	customer.source = customer.source or str(arguments["source"] or "")
	customer.job_type = str(arguments["job_type"] or "")
	told = ", ".join(filter(None, (customer.source, customer.job_type)))
	return f"{customer.name}: {told}" if told else customer.name


def move_opportunity(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Keep the deal's new stage."""
	world.opportunities[str(arguments["opportunity"])] = str(arguments["stage"])
	return f"{arguments['opportunity']} is now {arguments['stage']}"


def create_job(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Make the work order, or bring the one that is there up to date."""
	booking = run.booking
	if booking.job is None:
		booking.job = Job(booking.name.replace("SB", "JOB"), "", "", "")
	booking.job.scope = str(arguments["scope"] or "")
	booking.job.address = str(arguments["address"] or "")
	booking.job.access_notes = str(arguments["access_notes"] or "")
	return " at ".join(filter(None, (booking.job.name, booking.job.address)))


def assign_job(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Give the job to its person or crew."""
	job = run.booking.job
	assert job is not None
	if jobs.check_transition(job.status, JobStatus.ASSIGNED) is None:
		job.status = JobStatus.ASSIGNED
	job.resource = str(arguments["resource"])
	return f"{job.name} to {job.resource}, {moment_text(run.booking.start, world.business.zone)}"


def check_materials(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Keep the materials for this visit and order what is short."""
	short = arguments["short"]
	assert isinstance(short, tuple)
	world.reserve(run.booking)
	ordered = []
	for item, qty, unit in short:
		stock = world.business.stock[item]
		arrives = now + timedelta(days=stock.lead_days)
		order = Order(item, qty, unit, now, arrives, run.booking)
		world.orders.append(order)
		late = ", after the visit" if order.is_late else ""
		ordered.append(
			f"{amount_text(qty)} {unit} {stock.item_name} (arrives {moment_text(arrives, world.business.zone)}{late})"
		)
	return f"ordered {'; '.join(ordered)}" if ordered else "all in stock"


def prepare_checklist(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Put the lines on the job."""
	job, lines = run.booking.job, arguments["lines"]
	assert job is not None and isinstance(lines, tuple)
	job.checklist = lines
	return f"{len(lines)} lines on {job.name}"


def await_completion(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Nothing is left to do: the job is done."""
	job = run.booking.job
	return f"{job.name if job else run.booking.name} is done"


def send_message(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Put the message where it can be read; nothing leaves the machine."""
	texts = {name: str(arguments[name]) for name in ("to", "recipient", "subject", "body")}
	step.message = Message(at=now, kind=step.title, booking=run.booking, **texts)
	world.outbox.append(step.message)
	with_it = ", with a calendar invitation" if arguments.get("invitation") else ""
	return f"to {texts['recipient']}: {texts['subject']}{with_it}"


def create_follow_up(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Make the task for the colleague whose role it is."""
	role = str(arguments["role"] or "")
	days = arguments["due_in_days"]
	assert isinstance(days, int)
	task = Task(
		kind=TaskKind.FOLLOW_UP,
		subject=str(arguments["subject"]),
		owner=world.owner_for(role),
		role=role,
		opened_at=now,
		due_at=days_later(now, days, world.business.zone),
		booking=run.booking,
		notes=str(arguments["note"]),
	)
	world.tasks.append(task)
	return f"{task.owner}, due {moment_text(task.due_at, world.business.zone)}"


def ask_person(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Nothing is left to do: it was answered."""
	return str(step.answer)


def wait(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Nothing is left to do: it has happened."""
	return f"waited for: {arguments['for']}"


def update_field(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Say what would be set; the rehearsal's records have no such fields."""
	return f"{arguments['of']}: {arguments['field']} is now {arguments['value']}"


def start_chain(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Say which chain would start; it is rehearsed by itself."""
	return f"{arguments['chain']} starts"


def call_webhook(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Say what would be told; nothing leaves the machine."""
	data = arguments["data"]
	assert isinstance(data, Mapping)
	return f"{arguments['webhook']} is told {', '.join(data)}"


def withdraw_materials(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Take back what has not arrived; a person decides about the rest."""
	cancelled, arrived = arguments["cancel"], arguments["ask"]
	assert isinstance(cancelled, tuple) and isinstance(arrived, tuple)
	world.orders[:] = [
		order for order in world.orders if order.booking is not run.booking or order.item not in cancelled
	]
	told = [f"cancelled: {', '.join(cancelled)}"] if cancelled else []
	if arrived:
		told.append(f"a person decides about: {', '.join(arrived)}")
	return "; ".join(told)


def charge_fee(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Say what would be charged; a rehearsal keeps no ledger."""
	if arguments["free_pass"]:
		return f"{arguments['version']}: a free pass"
	return f"{arguments['version']}: {arguments['fee']}, {arguments['from_deposit']} of it from the deposit"


def make_pay_link(world: World, run: Run, step: StepRun, arguments: Arguments, now: datetime) -> str:
	"""Say what the link would be for; a rehearsal keeps no invoices."""
	return f"a link by which {arguments['invoice']} is paid"


EFFECTS: dict[str, Callable[[World, Run, StepRun, Arguments, datetime], str]] = {
	each.__name__: each
	for each in (
		update_customer,
		move_opportunity,
		create_job,
		assign_job,
		check_materials,
		prepare_checklist,
		await_completion,
		send_message,
		create_follow_up,
		ask_person,
		wait,
		update_field,
		start_chain,
		call_webhook,
		withdraw_materials,
		charge_fee,
		make_pay_link,
	)
}
