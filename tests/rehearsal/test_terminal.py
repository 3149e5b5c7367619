"""What the terminal shows."""

import io

import pytest

from runbook_ops.rehearsal.figures import count
from runbook_ops.rehearsal.telling import span_text
from runbook_ops.rehearsal.terminal import Progress, write_summary


def test_progress_is_a_line_a_day_or_one_line_on_a_terminal(example):
	class Terminal(io.StringIO):
		def isatty(self):
			return True

	world = example("salon")
	for out, breaks in ((io.StringIO(), 2), (Terminal(), 1)):
		progress = Progress(out)
		for message in (world.outbox[0], world.outbox[0], world.outbox[-1]):
			progress(message.at, world)
		progress.finish()
		assert out.getvalue().count("\n") == breaks


def test_the_summary_names_what_is_open(example):
	out = io.StringIO()
	world = example("pool_renovation")
	write_summary(world, count(world), out)
	assert (
		"open, Oscar Lindgren by Tue 3 Nov 2026, 12:00 PM: Wait for the job to be done: Lucia Ferrari"
		in out.getvalue()
	)


@pytest.mark.parametrize(
	("minutes", "text"),
	[(0, "at once"), (45, "45 min"), (240, "4 h"), (90, "1.5 h"), (2880, "2 days"), (5040, "3.5 days")],
)
def test_spans(minutes, text, hour):
	assert span_text(minutes * hour / 60) == text
