"""What a rehearsal says in the terminal: progress while it runs, then a summary that can be read at a glance."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TextIO

from .figures import Figures
from .telling import amount_text, day_text, moment_text, slot_text, span_text
from .world import World

BAR = 28


class Progress:
	"""Says how far the simulated clock is: one line that is written over on a terminal, else a line a simulated day."""

	def __init__(self, out: TextIO):
		self.out = out
		self.live = out.isatty()
		self.day: date | None = None

	def __call__(self, now: datetime, world: World) -> None:
		day = now.astimezone(world.business.zone).date()
		if day == self.day:
			return
		self.day = day
		open_tasks = sum(task.is_open for task in world.tasks)
		line = (
			f"{day_text(day):>16}   bookings {len(world.bookings):>4}   "
			f"messages {len(world.outbox):>5}   with people {open_tasks:>4}"
		)
		self.out.write(f"\r{line}" if self.live else f"{line}\n")
		self.out.flush()

	def finish(self) -> None:
		"""Leave the line that was written over."""
		if self.live:
			self.out.write("\n")


def write_summary(world: World, figures: Figures, out: TextIO) -> None:
	"""The owner's figures, what was refused and what waits for a person."""
	zone = world.business.zone
	lines = [
		"",
		f"{world.business.company}: rehearsal, nothing was sent and nothing was changed",
		f"{moment_text(figures.first, zone)} to {moment_text(figures.last, zone)}, {zone.key}",
		*_counts("Bookings", {"Made": figures.bookings, **figures.by_status, "Moved": figures.moved}),
		*_refused(world, figures),
		*_counts("Steps", {"Planned": figures.steps, **figures.steps_by_state}),
		*_counts("Messages that would have been sent", figures.messages_by_kind),
		*_people(world, figures),
		*_loads(figures),
		"",
		f"Median time from request to first word to the customer: {_median(figures)}",
		f"Follow-ups made: {figures.follow_ups}",
		f"Steps that wait behind a person: {figures.held_up}",
		f"Violations (steps lost, resources booked twice): {len(figures.violations)}",
		*(f"  - {violation}" for violation in figures.violations),
	]
	out.write("\n".join(lines) + "\n")


def _counts(title: str, rows: Mapping[str, int]) -> list[str]:
	return ["", title, *(f"  {number:>5}  {name}" for name, number in rows.items())]


def _refused(world: World, figures: Figures) -> list[str]:
	zone = world.business.zone
	lines = _counts(
		"Requests refused",
		{"Refused": figures.refused, "with the next open slots offered": figures.refused_with_offer},
	)
	for refused in world.refused:
		lines.append(f"  - {refused.row.ref}: {refused.text}")
		lines += [f"      open: {slot_text(slot, zone)}" for slot in refused.offers]
	return lines


def _people(world: World, figures: Figures) -> list[str]:
	zone = world.business.zone
	lines = _counts("Needed a person", figures.exceptions_by_reason)
	lines += [
		f"  - open, {task.owner} by {moment_text(task.due_at, zone)}: {task.subject}"
		for task in world.tasks
		if task.reason and task.is_open
	]
	lines += _counts(
		"Missing materials",
		{"orders": figures.orders, "of them arrive after the visit": len(figures.late_orders)},
	)
	for order in figures.late_orders:
		item = world.business.stock[order.item].item_name
		lines.append(f"  - {amount_text(order.qty)} {order.unit} {item} for {order.booking.ref}")
	return lines


def _loads(figures: Figures) -> list[str]:
	return ["", "Load by person (booked of working time)"] + [
		f"  {load.name:<20} {'#' * round(min(1.0, load.share) * BAR):<{BAR}} {load.share:>4.0%}  "
		f"{load.booked_minutes / 60:.3g} h, visits {load.visits}"
		for load in figures.loads
	]


def _median(figures: Figures) -> str:
	return "-" if figures.median_confirmation is None else span_text(figures.median_confirmation)
