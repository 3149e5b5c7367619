"""Bookings that hypothesis makes up (book, move, cancel, reassign, tick, crash, the clock jumps, an event twice) on the real site."""

import re
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import frappe
from freezegun import freeze_time
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from tests import factories as make
from tests.support.boundaries import OF_LOCAL_EFFECTS, OF_MESSAGES, watched
from tests.support.tiers import tier
from tests.support.trail import mail_server, server

from runbook_ops.core.chains.decide import ABOUT_CLOSED
from runbook_ops.core.chains.facts import date_text, time_text
from runbook_ops.core.chains.spec import ENDED_STEPS, OPEN_STEPS
from runbook_ops.operations import change_booking
from runbook_ops.operations.assign_booking import assign_booking
from runbook_ops.site_time import from_site, from_utc, site_zone, utc_now
from runbook_ops.workflows.pump import pump
from runbook_ops.workflows.triggers import booking_changed

__all__ = ["mail_server", "server"]

BEGIN = datetime(2026, 10, 30, 15, tzinfo=UTC)
"""Two days before the clocks of the site go back."""
DAY = re.compile(r"\w+day \d{1,2} \w+ 20\d\d")
HOUR = re.compile(r"\d{1,2}:\d\d [AP]M")
POINTS = tuple(dict.fromkeys((*OF_LOCAL_EFFECTS, *OF_MESSAGES)))
LEASE = timedelta(seconds=121)


class Killed(BaseException):
	"""The worker is gone: nothing of it runs any more."""


@contextmanager
def crash_at(point: str, passes: int):
	"""A worker that dies when so many steps have come past a point; from then on it reaches no database either."""
	database, left = frappe.local.db, [passes]
	really = database.sql

	def passed(booking: str, code: str, at: str) -> None:
		if at == point:
			left[0] -= 1
			if left[0] == 0:
				raise Killed

	def sql(*arguments, **named):
		if left[0] <= 0:
			raise Killed
		return really(*arguments, **named)

	with watched(passed, database):
		database.sql = sql
		try:
			yield
		finally:
			del database.sql
	database.sql("set session transaction isolation level repeatable read")


class Site(RuleBasedStateMachine):
	"""Each rule commits, as a request does."""

	def __init__(self, mails, service):
		super().__init__()
		self.mails, self.service = mails, service
		self.mails.forget()
		self.freezer = freeze_time(BEGIN)
		self.clock = self.freezer.start()
		self.visits: list[str] = []
		self.read = 0

	def teardown(self):
		try:
			self.clock.tick(LEASE)
			self.work()
			for _ in range(60):
				due = self.next_due()
				if due is None:
					break
				self.clock.move_to(max(due, utc_now() + LEASE))
				self.work()
			assert self.next_due() is None, "steps come up for ever"
			self.check_the_end()
		finally:
			self.freezer.stop()
			frappe.db.rollback()
			frappe.db.sql(
				"update `tabChain Step Run` set state = 'Cancelled' where state not in ('Done', 'Skipped')"
			)
			frappe.db.commit()

	# the rules

	@rule(ahead=st.integers(1, 6), hour=st.integers(8, 16), reachable=st.booleans())
	def book(self, ahead, hour, reachable):
		visit = make.booking(
			service=self.service,
			customer=make.customer(email="" if reachable else None),
			starts_at=make.day(ahead, f"{hour:02}:00"),
		)
		frappe.db.commit()
		self.visits.append(visit.name)

	def change(self, work, *arguments):
		"""A person's change; one that is refused changes nothing."""
		try:
			work(*arguments)
			frappe.db.commit()
		except frappe.ValidationError:
			frappe.db.rollback()

	@precondition(lambda self: self.visits)
	@rule(data=st.data(), ahead=st.integers(1, 6), hour=st.integers(8, 16))
	def move(self, data, ahead, hour):
		when = from_site(make.day(ahead, f"{hour:02}:00"))
		self.change(change_booking.reschedule_booking, data.draw(st.sampled_from(self.visits)), when)

	@precondition(lambda self: self.visits)
	@rule(data=st.data())
	def cancel(self, data):
		self.change(change_booking.cancel_booking, data.draw(st.sampled_from(self.visits)), "ill")

	@precondition(lambda self: self.visits)
	@rule(data=st.data(), came=st.booleans())
	def end(self, data, came):
		how = change_booking.complete_booking if came else change_booking.mark_no_show
		self.change(how, data.draw(st.sampled_from(self.visits)))

	@precondition(lambda self: self.visits)
	@rule(data=st.data())
	def reassign(self, data):
		person = make.person().name
		frappe.db.commit()
		self.change(assign_booking, data.draw(st.sampled_from(self.visits)), person)

	@precondition(lambda self: self.visits)
	@rule(data=st.data())
	def tell_twice(self, data):
		"""The event that put the booking into its state arrives once more."""
		visit = frappe.get_doc("Service Booking", data.draw(st.sampled_from(self.visits)))
		booking_changed(visit, None)
		frappe.db.commit()

	@rule()
	def tick(self):
		self.work()

	@precondition(lambda self: self.visits)
	@rule(point=st.sampled_from(POINTS), passes=st.integers(1, 6))
	def crash(self, point, passes):
		with crash_at(point, passes), suppress(Killed):
			pump()
		frappe.db.rollback()
		self.check_mails()

	@rule(minutes=st.sampled_from((1, 3, 60, 600, 1440, 2880)))
	def jump(self, minutes):
		self.clock.tick(timedelta(minutes=minutes))

	# what holds

	def work(self):
		frappe.db.commit()
		pump()
		self.check_mails()

	def next_due(self):
		(found,) = frappe.db.sql(
			"""select min(case when step.state = 'Leased' then lease_until else due_at end) from `tabChain Step Run` step
			where step.state in ('Planned', 'Retry', 'Leased')"""
		)
		return from_utc(found[0]) if found[0] else None

	def check_mails(self):
		"""What has just been sent says what is so; the bookings have not changed since."""
		mails = self.mails.mails()
		for mail in mails[self.read :]:
			run = frappe.db.get_value("Chain Effect", {"message_id": mail.message_id}, "run")
			booking, chain = frappe.db.get_value("Chain Run", run, ["booking", "chain"])
			said = f"{mail.subject}\n{mail.body}"
			visit = frappe.get_doc("Service Booking", booking)
			times = [
				from_utc(moment).astimezone(site_zone())
				for moment in (visit.starts_at_utc, visit.ends_at_utc)
			]
			assert {*DAY.findall(said)} <= {date_text(moment.date()) for moment in times}, said
			assert {*HOUR.findall(said)} <= {time_text(moment) for moment in times}, said
			closed = {status.value for status in ABOUT_CLOSED.values()}
			about = {"booking_cancelled": "Cancelled", "no_show": "No-show"}.get(chain)
			assert visit.status == about if about else visit.status not in closed, (
				visit.status,
				mail.subject,
			)
		self.read = len(mails)
		ids = [mail.message_id for mail in mails]
		assert len(ids) == len(set(ids))

	def check_the_end(self):
		received = ended = open_ = 0
		for name in self.visits:
			for run in frappe.get_all("Chain Run", {"booking": name}, ["name", "version", "revision"]):
				steps = frappe.get_all("Chain Step Run", {"run": run.name}, ["*"], order_by="position asc")
				received += len(steps)
				ended += sum(step.state in ENDED_STEPS for step in steps)
				open_ += sum(step.state in OPEN_STEPS for step in steps)
				self.check_steps(steps)
		assert received == ended + open_

	def check_steps(self, steps):
		people = [step for step in steps if step.state == "Human"]
		for step in steps:
			if step.state in ("Skipped", "Cancelled"):
				assert step.reason, step.step_code
			elif step.state == "Human":
				task = frappe.get_all(
					"Follow-up Task", {"step_run": step.name, "status": ("in", ["Open", "In Progress"])}
				)
				assert task, f"{step.step_code} is nobody's"
			elif step.state == "Waiting":
				assert people, f"{step.step_code} waits for nothing that a person has"
			else:
				assert step.state == "Done", (step.step_code, step.state, step.due_at)


def test_what_holds_whatever_happens(mail_server):
	make.user("Runbook Front Desk")
	make.user("Runbook Manager")
	service = make.bookable_service(minutes=60, rebook_after_days=30, checklist=["Towels"]).name
	frappe.db.commit()
	run_state_machine_as_test(
		lambda: Site(mail_server, service),
		settings=settings(
			max_examples=tier(8, 300),
			stateful_step_count=tier(15, 40),
			deadline=None,
			print_blob=True,
			database=None,
			suppress_health_check=list(HealthCheck),
		),
	)
