"""A bookings.csv that is wrong is refused with its row, its column and a remedy."""

import pytest

from runbook_ops.rehearsal.bookings import parse_bookings
from runbook_ops.rehearsal.business import parse_business
from runbook_ops.rehearsal.reading import InputProblems


def refused(act):
	with pytest.raises(InputProblems) as found:
		act()
	return {(problem.where, problem.text) for problem in found.value.problems}


HEAD = "at,event,ref,customer,email,service,start,resources\n"


@pytest.mark.parametrize(
	("rows", "where", "says"),
	[
		("", "", "no rows"),
		("soon,,a,Ada,,Cut,2026-06-05 10:00,\n", "row 2, at", "soon is not a moment"),
		(",,a,Ada,,Cut,2026-06-05 10:00,\n", "row 2, at", "nothing is not a moment"),
		("2026-06-01 10:00 or so,,a,Ada,,Cut,2026-06-05 10:00,\n", "row 2, at", "or so"),
		("2026-02-30 10:00,,a,Ada,,Cut,2026-06-05 10:00,\n", "row 2, at", "2026-02-30"),
		("2026-06-01 10:00,,a,Ada,,Cut,tomorrow,\n", "row 2, start", "tomorrow"),
		("2026-06-01 10:00,,a,Ada,,Cut,,\n", "row 2, start", "nothing"),
		("2026-06-01 10:00,,,Ada,,Cut,2026-06-05 10:00,\n", "row 2, ref", "missing"),
		("2026-06-01 10:00,,a,,,Cut,2026-06-05 10:00,\n", "row 2, customer", "missing"),
		("2026-06-01 10:00,,a,Ada,,Shave,2026-06-05 10:00,\n", "row 2, service", "no service Shave"),
		("2026-06-01 10:00,,a,Ada,ada,Cut,2026-06-05 10:00,\n", "row 2, email", "name@example.com"),
		("2026-06-01 10:00,,a,Ada,,Cut,2026-06-05 10:00,Zed\n", "row 2, resources", "no resource Zed"),
		("2026-06-01 10:00,dance,a,Ada,,Cut,2026-06-05 10:00,\n", "row 2, event", "dance"),
		("2026-06-01 10:00,cancel,a,,,,,\n", "row 2, ref", "no booking a"),
		("2026-06-01 10:00,,a,Ada,,Cut,2026-06-05 10:00,,extra\n", "row 2, end", "more cells"),
		('2026-06-01 10:00,,a,"Ada,,Cut,2026-06-05 10:00,\n', "row 2", "not CSV"),
	],
)
def test_a_story_that_is_wrong(shop_data, rows, where, says):
	business = parse_business(shop_data)
	found = refused(lambda: parse_bookings(HEAD + rows, business))
	texts = [text for place, text in found if place == where]
	assert texts and says in texts[0], found


@pytest.mark.parametrize(
	("text", "says"),
	[
		("", "no column at"),
		("at,event\n", "no column ref"),
		("at,ref,colour\n", "no column colour"),
		("at,ref,ref\n", "twice"),
		("at;ref;colour\n", "no column colour"),
	],
)
def test_a_heading_that_is_wrong(shop_data, text, says):
	found = refused(lambda: parse_bookings(text, parse_business(shop_data)))
	assert any(where == "row 1" and says in words for where, words in found)


def test_a_booking_twice_and_a_change_before_it(shop_data):
	row = "{},{},a,Ada,,Cut,2026-06-05 10:00,\n"
	text = HEAD + row.format("2026-06-01 10:00", "") + row.format("2026-06-02 10:00", "book")
	found = refused(lambda: parse_bookings(text, parse_business(shop_data)))
	assert {where for where, _ in found} == {"row 3, ref"}
	text = HEAD + row.format("2026-06-02 10:00", "") + "2026-06-01 10:00,cancel,a,,,,,\n"
	found = refused(lambda: parse_bookings(text, parse_business(shop_data)))
	assert {where for where, _ in found} == {"row 3, ref"}


def test_rows_are_told_in_the_order_of_time_with_semicolons_and_a_byte_order_mark(shop_data):
	text = "at;ref;customer;service;start\n2026-06-02 10:00;b;Bob;Cut;2026-06-05 10:00\n2026-06-01 10:00;a;Ada;Cut;2026-06-05 10:00\n"
	rows = parse_bookings(text, parse_business(shop_data))
	assert [(row.ref, row.line) for row in rows] == [("a", 3), ("b", 2)]
