"""Trails under attack: a chain whose every step is due at once, and the account of what came of each step and message."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import frappe
from frappe.model.document import Document
from tests import factories as make
from tests.faults.smtp_server import MailServer

from runbook_ops.chain_library import read_library_data
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.spec import EffectClass

OPEN_TASK = ("in", ["Open", "In Progress"])
ENDED = ("Done", "Skipped", "Human")


def publish_chain_of_all_steps() -> str:
	"""The shipped chain with every step due when the booking is confirmed; after the visit's end becomes after the job's."""
	data = next(data for data in read_library_data() if data["code"] == "service_visit")
	steps = []
	for step in data["steps"]:
		after = ["create_job" if code == "completion" else code for code in step.get("after", ())]
		timing = ("anchor", "offset_minutes", "at", "useful_minutes")
		steps.append({**{k: v for k, v in step.items() if k not in timing}, "after": after})
	return make.chain(steps).name


@dataclass
class Salon:
	"""A business that takes bookings as fast as a test wants them."""

	services: Sequence[str]
	people: Sequence[str]
	service_values: dict
	booked: int = 0
	regulars: list[Document] = field(default_factory=list)

	@classmethod
	def opened(cls, people: int = 6) -> "Salon":
		"""With a manager and a front desk for what goes wrong, and so many people who do the visits. Committed."""
		make.user("Runbook Manager")
		make.user("Runbook Front Desk")
		chain = publish_chain_of_all_steps()
		about = {
			"minutes": 30,
			"chain": chain,
			"checklist": ["Towels", "Colour card"],
			"rebook_after_days": 42,
		}
		services = [make.bookable_service(**about).name for _ in range(2)]
		team = [make.person().name for _ in range(people)]
		frappe.db.commit()
		return cls(services, team, about)

	def confirm(self, count: int) -> None:
		"""So many confirmed bookings, each committed; every third uses up something that is not in stock, every seventh customer
		has no e-mail address."""
		for _ in range(count):
			number = self.booked
			service = self.services[number % len(self.services)]
			if number % 3 == 0:
				service = make.bookable_service(**self.service_values, uses={make.material().name: 1}).name
			self.book_one(service, make.customer(email=None if number % 7 == 6 else ""))
			frappe.db.commit()

	def book(self, count: int, service: str, of: int = 0) -> list[str]:
		"""So many confirmed bookings of one service, in one commit, each with a customer of its own or with one of so many."""
		found = [self.book_one(service, self._customer(of)) for _ in range(count)]
		frappe.db.commit()
		return found

	def _customer(self, of: int) -> Document:
		if not of:
			return make.customer()
		if len(self.regulars) < of:
			self.regulars.append(make.customer())
			return self.regulars[-1]
		return self.regulars[self.booked % of]

	def book_in_full(self, count: int) -> list[str]:
		"""So many confirmed bookings that give every step something to do: a deal, and a material of their own that is short."""
		found = []
		for _ in range(count):
			service = make.bookable_service(**self.service_values, uses={make.material().name: 1}).name
			customer = make.customer()
			found.append(self.book_one(service, customer, opportunity=make.opportunity(customer).name))
		frappe.db.commit()
		return found

	def book_one(self, service: str, customer: Document, **values) -> str:
		"""A confirmed booking at the next free time, not committed."""
		slot, person = divmod(self.booked, len(self.people))
		self.booked += 1
		visit = make.booking(
			service=service,
			customer=customer,
			resources=[self.people[person]],
			starts_at=make.day(3 + slot // 16, f"{9 + slot % 16 // 2:02}:{slot % 2 * 30:02}"),
			**values,
		)
		return visit.name


def open_salon(people: int = 6, lease_seconds: int = 2) -> Salon:
	"""A salon whose steps are leased for seconds only."""
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", lease_seconds)
	return Salon.opened(people)


def leased_by(pid: int) -> int:
	"""How many steps a worker holds, or held when it was killed."""
	frappe.db.rollback()
	return frappe.db.count("Chain Step Run", {"state": "Leased", "lease_owner": ("like", f"%-{pid}")})


def open_steps() -> int:
	"""The steps that still want work: not ended, not with a person, and not waiting for one that is."""
	frappe.db.rollback()
	return frappe.db.sql(
		"""select count(*) from `tabChain Step Run` step where state in ('Planned', 'Leased', 'Retry') or (state = 'Waiting'
		and not exists (select 1 from `tabChain Step Run` other where other.run = step.run and other.state = 'Human'))"""
	)[0][0]


@dataclass
class Account:
	"""What became of all steps and messages, and everything about it that should not be."""

	steps: Counter = field(default_factory=Counter)
	messages: Counter = field(default_factory=Counter)
	lost: list[str] = field(default_factory=list)
	doubled: list[str] = field(default_factory=list)
	unowned: list[str] = field(default_factory=list)

	@property
	def wrong(self) -> list[str]:
		"""All of it."""
		return [*self.lost, *self.doubled, *self.unowned]

	@property
	def open(self) -> int:
		"""The steps that wait for a person, or for one that does."""
		return self.steps["Human"] + self.steps["Waiting"]

	def count(self, what: str, found: int, right: int) -> None:
		"""Note a thing that there is too often, or not often enough."""
		if found > right:
			self.doubled.append(f"{what}: {found} instead of {right}")
		elif found < right:
			self.lost.append(f"{what}: {found} instead of {right}")

	def __str__(self) -> str:
		steps = ", ".join(f"{count} {state}" for state, count in sorted(self.steps.items()))
		messages = ", ".join(f"{count} {what}" for what, count in sorted(self.messages.items()))
		told = (
			f"{sum(self.steps.values())} steps ({steps}); {sum(self.messages.values())} messages ({messages})"
		)
		kinds = Counter(one.partition(", ")[2] or one for one in self.wrong)
		return f"{told}; wrong: {kinds.most_common(5)}" if self.wrong else told


def take_account(server: MailServer) -> Account:
	"""Compare the trails with what really happened: records, and the mails that the server has."""
	frappe.db.rollback()
	account = Account()
	_check_steps(account)
	_check_records(account)
	_check_messages(account, server)
	return account


def _check_steps(account: Account) -> None:
	tasks = frappe.get_all("Follow-up Task", {"status": OPEN_TASK}, ["step_run", "allocated_to"])
	owners = {task.step_run: task.allocated_to for task in tasks if task.step_run}
	effects = frappe.get_all("Chain Effect", fields=["step_run", "effect_class", "state"])
	local = Counter(row.step_run for row in effects if row.effect_class == "Local")
	steps = frappe.get_all(
		"Chain Step Run",
		fields=["name", "step_code", "action", "state", "reason", "run"],
		order_by="name asc",
	)
	held_up = {step.run for step in steps if step.state == "Human"}
	for step in steps:
		account.steps[step.state] += 1
		what = f"{step.step_code} of {step.run} is {step.state}"
		if step.state not in ENDED and not (step.state == "Waiting" and step.run in held_up):
			account.lost.append(f"{what}: it has not ended")
		if step.state == "Skipped" and not step.reason:
			account.unowned.append(f"{what} without a reason")
		if step.state == "Human" and not (owners.get(step.name) and step.reason):
			account.unowned.append(f"{what} without an owner or a reason")
		if ACTIONS[step.action].effect is EffectClass.LOCAL:
			account.count(f"effects, {what}", local[step.name], int(step.state == "Done"))


def _check_records(account: Account) -> None:
	"""What the steps made, once for each booking; of one with a step that was given up there may be less."""
	bookings = frappe.get_all(
		"Service Booking", fields=["name", "job", "service", "status"], order_by="name asc"
	)
	uses = set(frappe.get_all("Service Material", {"parenttype": "Bookable Service"}, pluck="parent"))
	jobs = _by(frappe.get_all("Service Job", fields=["name", "booking"]), "booking")
	orders = _by(
		frappe.get_all("Material Request", {"docstatus": 1}, ["name", "runbook_booking"]), "runbook_booking"
	)
	rebook = {"kind": "Follow-up", "booking": ("is", "set")}
	follow_ups = _by(frappe.get_all("Follow-up Task", rebook, ["name", "booking"]), "booking")
	phases = _by(frappe.get_all("Service Job Phase", fields=["parent", "status"]), "parent")
	checks = _by(frappe.get_all("Service Job Check", fields=["parent", "title"]), "parent")
	given_up = _given_up()
	for booking in bookings:
		found = {
			"jobs": (len(jobs[booking.name]), 1),
			"material requests": (len(orders[booking.name]), int(booking.service in uses)),
			"follow-ups": (len(follow_ups[booking.name]), 1),
			"phases of the job": (len(phases[booking.job]), 2 + (booking.status == "Completed")),
			"lines to prepare": (len(checks[booking.job]), 2),
		}
		for what, (number, right) in found.items():
			if number > right or booking.name not in given_up:
				account.count(f"{booking.name}, {what}", number, right)
		if booking.status == "Confirmed" and booking.name not in given_up:
			states = sorted(row.status for row in phases[booking.job])
			if states != ["Assigned", "Open"]:
				account.lost.append(f"{booking.name}, its job is not assigned: {states}")


def _given_up() -> set[str]:
	"""The bookings of which a person got a step because it did not work."""
	rows = frappe.db.sql(
		"""select distinct run.booking from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run
		where step.state = 'Human' and step.reason_code in ('kills_workers', 'gave_up', 'action_failed')"""
	)
	return {booking for (booking,) in rows}


def _check_messages(account: Account, server: MailServer) -> None:
	received = Counter(server.message_ids())
	account.doubled += [f"{what} was received {count} times" for what, count in received.items() if count > 1]
	rows = frappe.get_all(
		"Chain Effect", {"effect_class": "Look-up"}, ["name", "state", "message_id", "step_run"]
	)
	steps = {
		row.name: row for row in frappe.get_all("Chain Step Run", fields=["name", "state", "reason_code"])
	}
	account.unowned += [
		f"nobody knows of {what}" for what in received.keys() - {row.message_id for row in rows}
	]
	for row in rows:
		step, got = steps[row.step_run], received[row.message_id] >= 1
		if (row.state, step.state, got) == ("Sent", "Done", True):
			account.messages["sent"] += 1
		elif step.state == "Human" and step.reason_code == "outcome_unknown":
			account.messages[f"unknown and {'received' if got else 'not received'}"] += 1
		elif step.state == "Human" and row.state == "Failed" and not got:
			account.messages[f"not sent: {step.reason_code}"] += 1
		else:
			account.lost.append(f"{row.name}: effect {row.state}, step {step.state}, received: {got}")
	said = Counter(
		frappe.get_all("Communication", {"communication_type": "Automated Message"}, pluck="message_id")
	)
	account.doubled += [
		f"{what} is on the timeline {count} times" for what, count in said.items() if count > 1
	]


def _by(rows: list, field: str) -> dict[str, list]:
	found: dict[str, list] = {}
	for row in rows:
		found.setdefault(row[field], []).append(row)
	return _Empty(found)


class _Empty(dict):
	def __missing__(self, key: str) -> list:
		return []
