"""Trails under attack: a chain whose every step is due at once, and the account of what came of each step and message."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from tests import factories as make
from tests.faults.smtp_server import Mail

from runbook_ops.chain_library import read_library_data

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

	@classmethod
	def opened(cls) -> "Salon":
		"""With a manager and a front desk for what goes wrong, and people who do the visits. Committed."""
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
		people = [make.person().name for _ in range(6)]
		frappe.db.commit()
		return cls(services, people, about)

	def confirm(self, count: int) -> None:
		"""So many confirmed bookings, each committed; every third uses up something that is not in stock, every seventh customer
		has no e-mail address."""
		for _ in range(count):
			number, self.booked = self.booked, self.booked + 1
			service = self.services[number % len(self.services)]
			if number % 3 == 0:
				service = make.bookable_service(**self.service_values, uses={make.material().name: 1}).name
			email = None if number % 7 == 6 else ""
			slot = number // len(self.people)
			make.booking(
				service=service,
				customer=make.customer(email=email),
				resources=[self.people[number % len(self.people)]],
				starts_at=make.day(3 + slot // 16, f"{9 + slot % 16 // 2:02}:{slot % 2 * 30:02}"),
			)
			frappe.db.commit()


def open_steps() -> int:
	"""The steps that still want work: not ended, and not with a person."""
	frappe.db.rollback()
	return frappe.db.count("Chain Step Run", {"state": ("in", ["Planned", "Leased", "Retry", "Waiting"])})


@dataclass
class Account:
	"""What became of all steps and messages, and everything about it that should not be."""

	steps: Counter
	messages: Counter
	wrong: list[str]

	def __str__(self) -> str:
		steps = ", ".join(f"{count} {state}" for state, count in sorted(self.steps.items()))
		messages = ", ".join(f"{count} {what}" for what, count in sorted(self.messages.items()))
		return (
			f"{sum(self.steps.values())} steps ({steps}); {sum(self.messages.values())} messages ({messages})"
		)


def take_account(mails: Sequence[Mail]) -> Account:
	"""Compare the trails with what really happened: records, and the mails that the server has."""
	frappe.db.rollback()
	account = Account(Counter(), Counter(), [])
	_check_steps(account)
	_check_records(account)
	_check_messages(account, mails)
	return account


def _check_steps(account: Account) -> None:
	tasks = frappe.get_all("Follow-up Task", {"status": OPEN_TASK}, ["step_run", "allocated_to"])
	owners = {task.step_run: task.allocated_to for task in tasks if task.step_run}
	effects = frappe.get_all("Chain Effect", fields=["step_run", "effect_class", "state"])
	local = Counter(row.step_run for row in effects if row.effect_class == "Local")
	for step in frappe.get_all(
		"Chain Step Run",
		fields=["name", "step_code", "action", "state", "reason", "run"],
		order_by="name asc",
	):
		account.steps[step.state] += 1
		what = f"{step.step_code} of {step.run} is {step.state}"
		if step.state not in ENDED:
			account.wrong.append(f"{what}: it has not ended")
		if step.state == "Skipped" and not step.reason:
			account.wrong.append(f"{what} without a reason")
		if step.state == "Human" and not (owners.get(step.name) and step.reason):
			account.wrong.append(f"{what} without an owner or a reason")
		if step.action != "send_message" and local[step.name] != (step.state == "Done"):
			account.wrong.append(f"{what} with {local[step.name]} effects")


def _check_records(account: Account) -> None:
	bookings = frappe.get_all("Service Booking", fields=["name", "job", "service"], order_by="name asc")
	uses = set(frappe.get_all("Service Material", {"parenttype": "Bookable Service"}, pluck="parent"))
	jobs = _by(frappe.get_all("Service Job", fields=["name", "booking"]), "booking")
	orders = _by(
		frappe.get_all("Material Request", {"docstatus": 1}, ["name", "runbook_booking"]), "runbook_booking"
	)
	rebook = {"kind": "Follow-up", "booking": ("is", "set")}
	follow_ups = _by(frappe.get_all("Follow-up Task", rebook, ["name", "booking"]), "booking")
	phases = _by(frappe.get_all("Service Job Phase", fields=["parent", "status"]), "parent")
	checks = _by(frappe.get_all("Service Job Check", fields=["parent", "title"]), "parent")
	for booking in bookings:
		found = {
			"jobs": [row.name for row in jobs[booking.name]] == [booking.job],
			"material requests": len(orders[booking.name]) == (booking.service in uses),
			"follow-ups": len(follow_ups[booking.name]) == 1,
			"phases of the job": sorted(row.status for row in phases[booking.job]) == ["Assigned", "Open"],
			"lines to prepare": len(checks[booking.job]) == 2,
		}
		account.wrong += [
			f"{booking.name}: not the right {what}" for what, right in found.items() if not right
		]


def _check_messages(account: Account, mails: Sequence[Mail]) -> None:
	received = Counter(mail.message_id for mail in mails)
	account.wrong += [f"{what} was received {count} times" for what, count in received.items() if count > 1]
	rows = frappe.get_all(
		"Chain Effect", {"effect_class": "Look-up"}, ["name", "state", "message_id", "step_run"]
	)
	steps = {
		row.name: row for row in frappe.get_all("Chain Step Run", fields=["name", "state", "reason_code"])
	}
	account.wrong += [
		f"nobody knows of {what}" for what in received.keys() - {row.message_id for row in rows}
	]
	for row in rows:
		step, got = steps[row.step_run], received[row.message_id] == 1
		if (row.state, step.state, got) == ("Sent", "Done", True):
			account.messages["sent"] += 1
		elif step.state == "Human" and step.reason_code == "outcome_unknown":
			account.messages[f"unknown and {'received' if got else 'not received'}"] += 1
		else:
			account.wrong.append(f"{row.name}: effect {row.state}, step {step.state}, received: {got}")
	said = Counter(
		frappe.get_all("Communication", {"communication_type": "Automated Message"}, pluck="message_id")
	)
	account.wrong += [f"{what} is on the timeline {count} times" for what, count in said.items() if count > 1]


def _by(rows: list, field: str) -> dict[str, list]:
	found: dict[str, list] = {}
	for row in rows:
		found.setdefault(row[field], []).append(row)
	return _Empty(found)


class _Empty(dict):
	def __missing__(self, key: str) -> list:
		return []
