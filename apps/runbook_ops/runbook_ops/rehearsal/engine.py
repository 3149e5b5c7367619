"""Runs a story through the core on a simulated clock: the core plans and decides, this only carries out and keeps time."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..core import booking as bookings
from ..core import job as jobs
from ..core.booking import CLAIMING, BookingStatus
from ..core.chains.actions.ask_person import answers_of
from ..core.chains.decide import decide_step, moot_steps, start_refused, woken_steps
from ..core.chains.decision import Act, Ask, Postpone, Skip
from ..core.chains.facts import build_facts
from ..core.chains.plan import PlannedStep, plan_run, release_steps, replan_run
from ..core.chains.progress import MOST_DEEP, run_status
from ..core.chains.spec import ENDED_STEPS, Anchor, Event, RunStatus, StepSpec, StepState
from ..core.chains.undo import with_undoing
from ..core.chains.waits import has_happened, waiting_steps
from ..core.followups import Choice
from ..core.job import JobStatus
from ..core.refusal import Refusal
from ..core.slots import Slot
from .asking import ask_somebody, facts_of
from .bookings import Happening, Row
from .business import Business
from .clock import Clock
from .desk import Desk
from .effects import carry_out
from .records import Booking, Refused, Run, StepRun
from .telling import moment_text, reason, refusal_text
from .world import World

TOLD_END = (Happening.DONE, Happening.NOT_DONE, Happening.NO_SHOW)
"""Rows that say how a visit ended; without one the technician finishes on time."""

STORY, COMPLETION, STEP = 0, 1, 2
"""What comes up first of things at the same moment."""

OFFER_INSTEAD = ("slot_taken", "no_resource", "outside_hours", "closed_day", "too_soon")
"""Refusals after which the customer is offered other times."""


@dataclass(frozen=True)
class _Finish:
	"""The simulated technician marks the job done, unless the booking was moved since."""

	booking: Booking
	revision: int


@dataclass(frozen=True)
class _Answer:
	"""A colleague answers a question: with its first answer, which is the one that lets things go on."""

	run: Run
	step: StepRun


@dataclass(frozen=True)
class _Due:
	"""A step comes up."""

	run: Run
	step: StepRun


Item = Row | _Finish | _Due | _Answer
Progress = Callable[[datetime, World], None]


def rehearse(
	business: Business, rows: Iterable[Row], seed: int | None = None, progress: Progress | None = None
) -> World:
	"""The world after the whole story: every row told, every step that could end ended.

	Without a `seed` technicians finish on time; with one their visits take a little less or more, the same for the same
	seed. `progress` is called with the simulated time after each thing that happened.
	"""
	return _Engine(business, tuple(rows), seed).run(progress)


class _Engine:
	def __init__(self, business: Business, rows: tuple[Row, ...], seed: int | None):
		self.world = World(business)
		self.desk = Desk(self.world)
		self.zone = business.zone
		self.clock: Clock[Item] = Clock(rows[0].at)
		self.chance = random.Random(seed) if seed is not None else None
		self.told = {row.ref for row in rows if row.event in TOLD_END}
		for row in rows:
			self.clock.at(row.at, row, (STORY,))

	def run(self, progress: Progress | None) -> World:
		while (item := self.clock.next()) is not None:
			self.world.now = self.clock.now
			if isinstance(item, Row):
				self._tell(item)
			elif isinstance(item, _Finish):
				self._finish_on_time(item)
			elif isinstance(item, _Answer):
				self._answer(item)
			elif item.step.state is StepState.PLANNED and item.run.current[item.step.code] is item.step:
				self._work(item.run, item.step)
			if progress is not None:
				progress(self.clock.now, self.world)
		return self.world

	# the story

	def _tell(self, row: Row) -> None:
		if row.event is Happening.BOOK:
			self._book(row)
		elif row.ref not in self.world.bookings:
			self.world.refused.append(Refused(row, "The booking had been refused; nothing to change."))
		else:
			booking = self.world.bookings[row.ref]
			refused = {
				Happening.RESCHEDULE: self._move,
				Happening.CANCEL: self._cancel,
				Happening.NO_SHOW: self._no_show,
				Happening.DONE: self._done,
				Happening.NOT_DONE: lambda booking, row: None,
				Happening.DETAILS: self._details,
			}[row.event](booking, row)
			if refused is not None:
				self._refuse(row, refused)

	def _book(self, row: Row) -> None:
		found = self.desk.book(row, self.clock.now)
		if isinstance(found, Refusal):
			self._refuse(row, found)
			return
		self._note(
			found, f"Booked for {moment_text(found.start, self.zone)} with {', '.join(found.resources)}"
		)
		self._start_chains(found, Event.BOOKING_CONFIRMED)
		self._expect_finish(found)

	def _move(self, booking: Booking, row: Row) -> Refusal | None:
		if booking.status not in CLAIMING:
			return Refusal("booking_ended", "status", {"before": booking.status.value})
		if (row.start, row.resources or booking.resources) == (booking.start, booking.resources):
			return None  # it is there already, and nobody is told of a move
		lead = self.world.lead(booking)
		refusal = self.desk.move(booking, row, self.clock.now)
		if refusal is not None:
			return refusal
		self._note(
			booking, f"Moved to {moment_text(booking.start, self.zone)} with {', '.join(booking.resources)}"
		)
		for run in list(booking.runs):
			if not run.is_over or run.spec.trigger is Event.BOOKING_CONFIRMED:
				self._replan(run)
		self._start_chains(booking, Event.BOOKING_RESCHEDULED)
		if self.world.lead(booking) != lead:
			self._start_chains(booking, Event.BOOKING_REASSIGNED)
		self._expect_finish(booking)
		return None

	def _cancel(self, booking: Booking, row: Row) -> Refusal | None:
		why = f": {row.notes}" if row.notes else ""
		return self._close(booking, BookingStatus.CANCELLED, Event.BOOKING_CANCELLED, f"Cancelled{why}")

	def _no_show(self, booking: Booking, row: Row) -> Refusal | None:
		return self._close(booking, BookingStatus.NO_SHOW, Event.BOOKING_NO_SHOW, "The customer did not come")

	def _close(self, booking: Booking, status: BookingStatus, event: Event, note: str) -> Refusal | None:
		refusal = bookings.check_transition(booking.status, status)
		if refusal is not None or booking.status is status:
			return refusal
		booking.status = status
		self._note(booking, note)
		self.world.release(booking.name)
		self.world.free_stock(booking, used=False)
		if booking.job and jobs.check_transition(booking.job.status, JobStatus.CANCELLED) is None:
			booking.job.status = JobStatus.CANCELLED
		for run in booking.runs:
			for step in run.current.values():
				if step.state not in ENDED_STEPS:
					self._end(step, StepState.CANCELLED, event.value)
			if event is Event.BOOKING_CANCELLED:
				self._take_back(run)
		self._start_chains(booking, event)
		return None

	def _done(self, booking: Booking, row: Row | None = None) -> Refusal | None:
		if booking.job is None:
			return Refusal("no_job", "job")
		refusal = bookings.check_transition(booking.status, BookingStatus.COMPLETED) or jobs.check_transition(
			booking.job.status, JobStatus.COMPLETED
		)
		if refusal is not None or booking.status is BookingStatus.COMPLETED:
			return refusal
		booking.status, booking.job.status = BookingStatus.COMPLETED, JobStatus.COMPLETED
		booking.job.completed_at = self.clock.now
		booking.customer.visits += 1
		self.world.free_stock(booking, used=True)
		self._note(booking, f"{booking.job.name} is marked done")
		for run in booking.runs:
			run.anchors[Anchor.JOB_COMPLETED] = self.clock.now
			for code in moot_steps(run.spec, run.states()):
				self._end(run.current[code], StepState.CANCELLED, "visit_over")
			for code in woken_steps(run.spec, run.states(), Event.JOB_COMPLETED):
				run.current[code].due_at = self.clock.now
				self._work(run, run.current[code])
			self._release(run)
		self._start_chains(booking, Event.JOB_COMPLETED)
		return None

	def _details(self, booking: Booking, row: Row) -> None:
		"""What was missing is filled in, and what waited for just that is tried again."""
		customer = booking.customer
		customer.email, customer.mobile = row.email or customer.email, row.mobile or customer.mobile
		booking.address = row.address or booking.address
		booking.access_notes = row.access_notes or booking.access_notes
		booking.territory = row.territory or booking.territory
		self._note(booking, "The customer gave what was missing")
		facts = build_facts(self.world.picture(booking), self.clock.now, self.zone)
		for run, step in self.world.human_steps(booking):
			missing = step.task.missing if step.task else ()
			if missing and all(facts[name] not in (None, "") for name in missing):
				self.world.close_task(step.task, Choice.RETRY.value, self.clock.now)
				step.task = None
				self._plan(run, step, StepState.PLANNED, self.clock.now)

	def _take_back(self, run: Run) -> None:
		run.spec, steps = with_undoing(run.spec, run.states())
		if steps:
			run.revision += 1
			self._adopt(run, [PlannedStep(step.code, StepState.PLANNED, self.clock.now) for step in steps])

	def _answer(self, answer: _Answer) -> None:
		"""As the site does it: the answer ends the step, and later steps read it."""
		run, step = answer.run, answer.step
		if step.state is not StepState.HUMAN or run.current[step.code] is not step:
			return
		step.answer = answers_of(_spec(run, step.code).settings)[0]
		step.effect = f"{step.answer} (the first answer is taken)"
		self._end(step, StepState.DONE)
		self._release(run)

	def _refuse(self, row: Row, refusal: Refusal) -> None:
		booking = self.world.bookings.get(row.ref)
		service = booking.service if booking else self.world.business.services[row.service]
		only = row.resources or (booking.resources if booking else ())
		offers: tuple[Slot, ...] = ()
		if row.start is not None and refusal.code in OFFER_INSTEAD:
			territory = booking.territory if booking else row.territory
			offers = self.desk.offers(service, row.start, only, territory, self.clock.now)
		self.world.refused.append(Refused(row, refusal_text(refusal, self.zone), offers))

	def _expect_finish(self, booking: Booking) -> None:
		if booking.ref in self.told:
			return
		late = timedelta(0)
		if self.chance is not None:
			length = (booking.end - booking.start) / timedelta(minutes=5)
			late = timedelta(minutes=5) * round(length * self.chance.uniform(-0.15, 0.25))
		self.clock.at(booking.end + late, _Finish(booking, booking.revision), (COMPLETION,))

	def _finish_on_time(self, finish: _Finish) -> None:
		booking = finish.booking
		current = booking.revision == finish.revision and booking.status is BookingStatus.CONFIRMED
		if current and booking.job and booking.job.status is not JobStatus.OPEN:
			self._done(booking)

	# the chains

	def _start_chains(self, booking: Booking, event: Event, after: Run | None = None) -> None:
		"""Start what an event calls for; `after`: the run whose end it is, which a chain waits for by name."""
		now = self.clock.now
		depth = after.depth + 1 if after else 0
		for spec in self.world.business.chains_for(event, booking.service):
			if (after and spec.details.chain != after.spec.code) or depth > MOST_DEEP:
				continue
			facts = build_facts(self.world.picture(booking), now, self.zone)
			refused = start_refused(spec, facts)
			if refused is not None:
				told = reason(refused.code, refused.values, self.zone)
				self._note(booking, f"{spec.title} was not started. {told}")
				continue
			anchors = {
				Anchor.RUN_START: now,
				Anchor.BOOKING_START: booking.start,
				Anchor.BOOKING_END: booking.end,
			}
			if booking.job and booking.job.completed_at:
				anchors[Anchor.JOB_COMPLETED] = booking.job.completed_at
			run = Run(spec, booking, anchors, depth=depth)
			booking.runs.append(run)
			self._adopt(run, plan_run(spec, anchors, self.zone, now, opening=self.world.business.opening))

	def _replan(self, run: Run) -> None:
		run.anchors |= {
			Anchor.RUN_START: self.clock.now,
			Anchor.BOOKING_START: run.booking.start,
			Anchor.BOOKING_END: run.booking.end,
		}
		opening = self.world.business.opening
		replan = replan_run(run.spec, run.states(), run.anchors, self.zone, self.clock.now, opening)
		for code in replan.cancel:
			self._end(run.current[code], StepState.CANCELLED, "rescheduled")
		run.revision += 1
		self._adopt(run, replan.plan)

	def _adopt(self, run: Run, planned: Iterable[PlannedStep]) -> None:
		positions = {step.code: position for position, step in enumerate(run.spec.steps)}
		for plan in planned:
			spec = _spec(run, plan.code)
			step = StepRun(
				code=spec.code,
				title=spec.title,
				action=spec.action,
				state=StepState.WAITING,
				due_at=plan.due_at,
				revision=run.revision,
				position=positions[spec.code],
				priority=spec.priority,
			)
			run.current[spec.code] = step
			run.steps.append(step)
			if plan.state is StepState.SKIPPED:
				self._end(step, plan.state, plan.reason or "")
			elif plan.state is StepState.PLANNED and plan.due_at is not None:
				self._plan(run, step, plan.state, plan.due_at)

	def _plan(self, run: Run, step: StepRun, state: StepState, due_at: datetime) -> None:
		spec = _spec(run, step.code)
		if spec in waiting_steps(run.spec) and has_happened(
			spec.settings, facts_of(self.world, run, self.clock.now)
		):
			due_at = min(due_at, self.clock.now)
		step.state, step.due_at = state, due_at
		self.clock.at(due_at, _Due(run, step), (STEP, step.priority, step.position))

	def _release(self, run: Run) -> None:
		opening = self.world.business.opening
		for plan in release_steps(run.spec, run.states(), run.anchors, self.zone, opening):
			assert plan.due_at is not None
			self._plan(run, run.current[plan.code], plan.state, plan.due_at)

	def _work(self, run: Run, step: StepRun) -> None:
		now = self.clock.now
		spec = _spec(run, step.code)
		facts = facts_of(self.world, run, self.clock.now)
		due_at, quiet = step.first_due_at or step.due_at or now, self.world.business.quiet
		decision = decide_step(spec, facts, due_at, now, run.spec.trigger, quiet)
		if isinstance(decision, Act):
			had = run.booking.job.status if run.booking.job else None
			step.effect = carry_out(self.world, run, step, spec.action, decision.arguments, now)
			self._end(step, StepState.DONE)
			self._tell_of_job(run.booking, had)
		elif isinstance(decision, Skip):
			self._end(step, StepState.SKIPPED, decision.code, decision.values)
		elif isinstance(decision, Postpone):
			step.first_due_at = due_at
			step.reason_code = decision.code
			step.reason = reason(decision.code, decision.values, self.zone)
			self._plan(run, step, StepState.PLANNED, decision.until)
		elif step.task is None:
			self._ask(run, step, spec, decision)
		self._release(run)
		if run_status(run.states()) is RunStatus.DONE:
			self._start_chains(run.booking, Event.CHAIN_ENDED, run)

	def _tell_of_job(self, booking: Booking, had: JobStatus | None) -> None:
		"""Start the chains that wait for what a step has done to the job."""
		if booking.job is None or booking.job.status is had:
			return
		if had is None:
			self._start_chains(booking, Event.JOB_CREATED)
		if booking.job.status is JobStatus.ASSIGNED:
			self._start_chains(booking, Event.JOB_ASSIGNED)

	def _ask(self, run: Run, step: StepRun, spec: StepSpec, ask: Ask) -> None:
		task = ask_somebody(self.world, run, step, spec, ask, self.clock.now)
		if ask.code == "asked":
			self.clock.at(task.due_at, _Answer(run, step), (STEP, step.priority, step.position))

	def _end(
		self, step: StepRun, state: StepState, code: str = "", values: Mapping[str, object] | None = None
	) -> None:
		text = reason(code, values or {}, self.zone) if code else ""
		if state is StepState.DONE:
			self.world.close_task(step.task, "Done after all", self.clock.now)
		else:
			self.world.close_task(step.task, text, self.clock.now, done=False)
		step.state, step.ended_at = state, self.clock.now
		step.reason_code, step.reason = code, text

	def _note(self, booking: Booking, text: str) -> None:
		booking.story.append((self.clock.now, text))


def _spec(run: Run, code: str) -> StepSpec:
	found = run.spec.step(code)
	assert found is not None
	return found
