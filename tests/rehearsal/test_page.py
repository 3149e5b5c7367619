"""The page, the terminal and the command: alone, escaped, and without any outside effect."""

import re
from html.parser import HTMLParser

import pytest

from runbook_ops.rehearsal.__main__ import EXAMPLES
from runbook_ops.rehearsal.figures import count
from runbook_ops.rehearsal.page import render_page, timeline


class Balance(HTMLParser):
	"""Every tag that is opened is closed, in order."""

	VOID = ("meta", "br", "link", "img", "input", "hr")

	def __init__(self):
		super().__init__()
		self.open, self.attributes = [], []

	def handle_starttag(self, tag, attrs):
		self.attributes += attrs
		if tag not in self.VOID:
			self.open.append(tag)

	def handle_endtag(self, tag):
		assert self.open.pop() == tag


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_stands_alone(name, example):
	world = example(name)
	page = render_page(world, count(world))
	parser = Balance()
	parser.feed(page)
	assert parser.open == []
	assert not {"src", "onclick", "onload"} & {key for key, _ in parser.attributes}
	assert all(value.startswith("#") for key, value in parser.attributes if key == "href")
	assert "<script" not in page and "@import" not in page and "url(" not in page
	ids = [value for key, value in parser.attributes if key == "id"]
	assert len(ids) == len(set(ids))
	for _, anchor in re.findall(r'(href="#)(\w+)"', page):
		assert anchor in ids


def test_the_page_shows_every_booking_message_task_and_refusal(example):
	world = example("pool_renovation")
	page = render_page(world, count(world))
	for text in (
		*(booking.customer.name for booking in world.bookings.values()),
		*(message.subject for message in world.outbox),
		*(task.subject for task in world.tasks),
		*(load.name for load in count(world).loads),
		"Thu 5 Nov 2026, 7:00 AM with Crew South, Plaster mixer",
		"Materials come after the visit: Linh Nguyen",
	):
		assert text in page, text


def test_what_people_typed_is_text_on_the_page_and_in_messages(tell):
	world = tell(
		"2026-06-01 08:00 | book | a | customer=<script>alert(1)</script> {{ 7 * 7 }} | start=2026-06-05 10:00"
	)
	page = render_page(world, count(world))
	assert "<script>" not in page
	assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in page
	assert "49" not in world.outbox[0].body


def test_a_timeline_is_in_the_order_of_time(example):
	for booking in example("pool_renovation").bookings.values():
		moments = timeline(booking)
		known = [moment.at for moment in moments if moment.at]
		assert known == sorted(known)
		assert all(moment.at is None for moment in moments[len(known) :])


def test_the_load_counts_a_crews_people(example):
	loads = {load.name: load for load in count(example("pool_renovation")).loads}
	assert "Plaster mixer" not in loads
	assert loads["Luis Ortega"].booked_minutes == loads["Hannah Kim"].booked_minutes == 510 + 300
	assert loads["Luis Ortega"].visits == 2
	assert loads["Sofia Reyes"].visits == 3
