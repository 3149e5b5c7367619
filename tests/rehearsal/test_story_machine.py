"""Stories that hypothesis makes up (book, move, cancel, no-show, done, not done, details, the clock jumps), rehearsed: what holds in all."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.rehearsal.conftest import SHOP
from tests.support.tiers import tier

from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.chains.decide import ABOUT_CLOSED
from runbook_ops.core.chains.facts import date_text, time_text
from runbook_ops.core.chains.spec import ENDED_STEPS, OPEN_STEPS, StepState
from runbook_ops.rehearsal.bookings import Happening, Row
from runbook_ops.rehearsal.business import parse_business
from runbook_ops.rehearsal.engine import rehearse
from runbook_ops.rehearsal.figures import find_violations

DATA = yaml.safe_load(SHOP)
for service, chain in zip(DATA["services"], ("service_visit", "renovation"), strict=True):
	service["chain"] = chain
BUSINESS = parse_business(DATA)
DAY = re.compile(r"\w+day \d{1,2} \w+ 20\d\d")
HOUR = re.compile(r"\d{1,2}:\d\d [AP]M")
CLOSED = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


class Stories(RuleBasedStateMachine):
	"""The rules write the story's rows; the whole story is told at the end."""

	def __init__(self):
		super().__init__()
		self.rows: list[Row] = []
		self.wrong: list[str] = []
		self.seen = 0

	@initialize(before_change=st.integers(0, 14))
	def begin(self, before_change):
		"""Some days before the clocks go forward in Berlin."""
		self.now = datetime(2026, 3, 29, 6, tzinfo=UTC) - timedelta(days=before_change)

	def tell(self, event, ref, **values):
		self.rows.append(Row(line=len(self.rows) + 2, at=self.now, event=event, ref=ref, **values))

	@property
	def refs(self):
		return sorted({row.ref for row in self.rows if row.event is Happening.BOOK})

	def chosen(self, data):
		return data.draw(st.sampled_from(self.refs))

	@rule(
		service=st.sampled_from(("Cut", "Visit")),
		ahead=st.integers(0, 9),
		hour=st.integers(6, 15),
		reachable=st.booleans(),
		address=st.sampled_from(("", "1 Mill Lane")),
		again=st.booleans(),
	)
	def book(self, service, ahead, hour, reachable, address, again):
		ref = f"b{len(self.refs)}"
		name = "Ada" if again else ref.title()
		email = f"{name.lower()}@example.com" if reachable else ""
		start = (self.now + timedelta(days=ahead)).replace(hour=hour, minute=0)
		self.tell(
			Happening.BOOK, ref, customer=name, email=email, service=service, start=start, address=address
		)

	@precondition(lambda self: self.rows)
	@rule(data=st.data(), ahead=st.integers(0, 9), hour=st.integers(6, 15))
	def move(self, data, ahead, hour):
		start = (self.now + timedelta(days=ahead)).replace(hour=hour, minute=0)
		self.tell(Happening.RESCHEDULE, self.chosen(data), start=start)

	@precondition(lambda self: self.rows)
	@rule(
		data=st.data(),
		event=st.sampled_from((Happening.CANCEL, Happening.NO_SHOW, Happening.DONE, Happening.NOT_DONE)),
	)
	def end(self, data, event):
		self.tell(event, self.chosen(data))

	@precondition(lambda self: self.rows)
	@rule(data=st.data())
	def same_again(self, data):
		"""The event that was told last comes a second time."""
		if self.rows[-1].event is not Happening.BOOK:
			self.rows.append(self.rows[-1])

	@precondition(lambda self: self.rows)
	@rule(data=st.data())
	def give_details(self, data):
		self.tell(Happening.DETAILS, self.chosen(data), email="found@example.com", address="2 Mill Lane")

	@rule(minutes=st.sampled_from((1, 30, 119, 120, 121, 600)))
	def tick(self, minutes):
		self.now += timedelta(minutes=minutes)

	@rule(days=st.integers(1, 6))
	def jump(self, days):
		self.now += timedelta(days=days)

	def teardown(self):
		if self.rows:
			world = rehearse(BUSINESS, self.rows, progress=self.watch)
			check_world(world)
			assert not self.wrong

	def watch(self, now, world):
		"""Right after each thing that happens: what was sent says what is so."""
		for message in world.outbox[self.seen :]:
			self.wrong += contradictions(message)
		self.seen = len(world.outbox)


def contradictions(message):
	booking, said = message.booking, f"{message.subject}\n{message.body}"
	start, end = (moment.astimezone(BUSINESS.zone) for moment in (booking.start, booking.end))
	wrong = {*DAY.findall(said)} - {date_text(start.date()), date_text(end.date())}
	wrong |= {*HOUR.findall(said)} - {time_text(start), time_text(end)}
	at = message.at.astimezone(BUSINESS.zone)
	if "Today" in said and at.date() != start.date():
		wrong.add("today")
	if "48 hours" in message.kind and not timedelta(0) < booking.start - message.at <= timedelta(hours=48):
		wrong.add("a reminder at the wrong time")
	run = next(run for run in booking.runs for step in run.steps if step.message is message)
	about = ABOUT_CLOSED.get(run.spec.trigger)
	if (about is None and booking.status in CLOSED) or (about is not None and booking.status is not about):
		wrong.add(booking.status.value)
	return [f"{booking.ref}: {message.subject!r} says {what}" for what in wrong]


def check_world(world):
	assert find_violations(world) == []
	for run in world.runs():
		assert set(run.current) == {step.code for step in run.spec.steps}
		received, told = len(run.steps), Counter(step.state for step in run.steps)
		open_ = sum(told[state] for state in OPEN_STEPS)
		assert received == open_ + sum(told[state] for state in ENDED_STEPS)
		for step in run.steps:
			assert step.state is not StepState.PLANNED, "the story is over and a step is still to come"
			assert step.reason or step.state not in (StepState.SKIPPED, StepState.CANCELLED)
			assert (step.effect != "") == (step.state is StepState.DONE)
	sent = Counter((message.booking.ref, message.kind, message.subject) for message in world.outbox)
	for (ref, kind, subject), count in sent.items():
		moved = world.bookings[ref].revision
		assert count <= 1 + moved, f"{ref}: {kind} {count} times: {subject}"


TestStories = Stories.TestCase
TestStories.settings = settings(
	max_examples=tier(40, 2_000),
	stateful_step_count=tier(15, 40),
	deadline=None,
	suppress_health_check=[HealthCheck.too_slow],
)
