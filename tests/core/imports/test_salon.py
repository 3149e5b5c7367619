"""The plan of a salon's import: each bad cell is named, each booking ends in its state, nothing is lost or made up."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from tests.support.salon import own_sums, real_salon, row_count, small_salon, with_row

from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.imports.problems import Severity, blocking
from runbook_ops.core.imports.report import problem_lines, row_ranges, table_lines
from runbook_ops.core.imports.salon import plan_salon

TORONTO = ZoneInfo("America/Toronto")
LATER = datetime(2026, 1, 1, tzinfo=UTC)


def plan(files, as_of=LATER):
	return plan_salon(files, TORONTO, as_of)


def notes(files):
	return {problem.code for problem in plan(files).problems if problem.severity is Severity.NOTE}


def test_small_salon_has_no_errors():
	assert not blocking(plan(small_salon()).problems)


@pytest.mark.parametrize(
	("name", "row", "text", "at", "column", "code"),
	[
		("service_listing", "TRUE,CUT", "TRUE,,Cut,STYLE,80,5", 2, "Code", "import_cell_empty"),
		("service_listing", "TRUE,CUT", "MAYBE,CUT,Cut,STYLE,80,5", 2, "IsActive", "import_not_a_flag"),
		("service_listing", "TRUE,CUT", "TRUE,CUT,Cut,STYLE,$80,5", 2, "Price", "import_not_a_number"),
		("service_listing", "TRUE,CUT", "TRUE,CUT,Cut,STYLE,-80,5", 2, "Price", "import_negative"),
		("service_listing", "TRUE,CUT", f"TRUE,CUT,{'x' * 141},STYLE,80,5", 2, "Desc", "import_too_long"),
		("service_listing", "TRUE,CUT", "TRUE,CUT,<b>Cut,STYLE,80,5", 2, "Desc", "import_bad_sign"),
		("service_listing", "TRUE,DYE", "TRUE,cut,Again,STYLE,80,5", 3, "Code", "import_duplicate"),
		("future_bookings", "ANN01,KIM", "ANN01,KIM,DYE,15/03/2018,3:50:00 PM,950", 4, "Date", "import_not_a_date"),
		("future_bookings", "ANN01,KIM", "ANN01,KIM,DYE,02/30/2018,3:50:00 PM,950", 4, "Date", "import_not_a_date"),
		("future_bookings", "ANN01,KIM", "ANN01,KIM,DYE,03/15/2018,25:00,950", 4, "Time", "import_not_a_time"),
		("future_bookings", "ANN01,KIM", "ANN01,KIM,NAILS,03/15/2018,15:50,950", 4, "Service", "import_unknown_service"),
		("future_bookings", "ANN01,KIM", "ANN01,,DYE,03/15/2018,15:50,950", 4, "Staff", "import_cell_empty"),
		("future_bookings", "BEA01,JO", "ann01,JO,CUT,03/14/2018,10:00,600", 3, "Code", "import_duplicate"),
		("client_cancellations", "03/10", "03/10/2018,CIA01,NAILS,JO,03/20/2018,ADMIN,10", 2, "Service", "import_unknown_service"),
		("client_cancellations", "03/10", "03/10/2018,CIA01,CUT,SUE,03/20/2018,ADMIN,10", 2, "Staff", "import_unknown_staff"),
		("client_cancellations", "03/10", "03/10/2018,CIA01,CUT,JO,03/20/2018,ADMIN,ten", 2, "Days", "import_not_a_number"),
		("no_show_report", "03/14", "03/15/2018,BEA01,CUT,JO", 2, None, "import_no_show_unbooked"),
		("receipt_transactions", "2,", "2,03/15/2018,Cut,ANN01,SUE,1,20,1,1.6", 4, "Staff", "import_unknown_staff"),
		("receipt_transactions", "2,", "2,03/15/2018,Cut,ANN01,KIM,1,\"1,200\",60,96", 4, "Amount", "import_not_a_number"),
		("receipt_transactions", "2,", "2,03/15/2018,Cut,ANN01,KIM,1,NaN,1,1.6", 4, "Amount", "import_not_a_number"),
		("receipt_transactions", "2,", "2,03/15/2018,Cut,ANN01,KIM,1,20,1,1.1234567891", 4, "PST", "import_not_a_number"),
	],
)  # fmt: skip
def test_a_bad_cell_is_named_by_file_row_and_column(name, row, text, at, column, code):
	stopping = blocking(plan(with_row(name, row, text)).problems)
	problem = next(found for found in stopping if found.code == code)
	assert (problem.file, problem.row, problem.column) == (f"{name}.csv", at, column)
	assert "{" not in problem.text
	assert problem.place.startswith(f"{name}.csv, row {at}")


@pytest.mark.parametrize("name", ["service_listing", "no_show_report", "receipt_transactions"])
def test_a_missing_file_stops_everything_even_when_bad_rows_may_be_skipped(name):
	planned = plan(small_salon(**{name: None}))
	(problem,) = blocking(planned.problems, skip_bad_rows=True)
	assert (problem.code, problem.file) == ("import_file_missing", f"{name}.csv")
	assert not planned.bookings


def test_all_bad_rows_are_told_at_once():
	files = with_row("receipt_transactions", "1,03/14/2018,W", "1,14.3.2018,Cut,ANN01,JO,one,80,4,6.4")
	assert [problem.column for problem in blocking(plan(files).problems)] == ["Date", "Quantity"]


def test_one_bad_booking_does_not_make_its_staff_unknown_elsewhere():
	files = with_row("future_bookings", "ANN01,KIM", "ANN01,KIM,NAILS,03/15/2018,15:50,950")
	(problem,) = blocking(plan(files).problems)
	assert problem.code == "import_unknown_service"


def test_bookings_end_in_their_states():
	states = Counter(booking.status for booking in plan(small_salon()).bookings)
	assert states == {BookingStatus.COMPLETED: 3, BookingStatus.NO_SHOW: 1, BookingStatus.CANCELLED: 1}


def test_what_starts_after_the_day_of_the_export_is_still_to_come():
	planned = plan(small_salon(), as_of=datetime(2018, 3, 15, 12, tzinfo=UTC))
	by_start = {booking.starts_at: booking.status for booking in planned.bookings}
	assert by_start[datetime(2018, 3, 15, 19, 50, tzinfo=UTC)] == BookingStatus.CONFIRMED
	assert by_start[datetime(2018, 3, 14, 14, 0, tzinfo=UTC)] == BookingStatus.COMPLETED


def test_a_cancelled_visit_that_is_booked_is_kept_beside_the_booking():
	files = with_row("client_cancellations", "03/10", "03/10/2018,ANN01,CUT,JO,03/14/2018,ADMIN,4")
	mine = [booking.status for booking in plan(files).bookings if booking.external_id.count(":ANN01:JO:")]
	assert sorted(mine) == ["Cancelled", "Completed"]
	assert "import_cancelled_and_booked" in notes(files)


def test_equal_cancellations_are_kept_apart_and_noted():
	row = "03/10/2018,CIA01,CUT,JO,03/20/2018,ADMIN,10"
	planned = plan(with_row("client_cancellations", "03/10", f"{row}\n{row}"))
	ids = [booking.external_id for booking in planned.bookings if booking.status == BookingStatus.CANCELLED]
	assert len(ids) == len(set(ids)) == 2
	assert [problem.row for problem in planned.problems if problem.code == "import_cancelled_twice"] == [3]


def test_a_no_show_told_twice_counts_once():
	row = "03/14/2018,BEA01,CUT,JO"
	planned = plan(with_row("no_show_report", "03/14", f"{row}\n{row}"))
	assert sum(booking.status == BookingStatus.NO_SHOW for booking in planned.bookings) == 1
	assert "import_no_show_twice" in {problem.code for problem in planned.problems}


def test_a_row_without_a_client_goes_to_the_walk_in_customer():
	planned = plan(small_salon())
	assert planned.clients == ("ANN01", "BEA01", "CIA01", "DOT01", "WALK_IN")
	assert "import_no_client" in {problem.code for problem in planned.problems}


def test_receipt_lines_keep_their_own_client_and_exact_amounts():
	sales = plan(small_salon()).sales
	assert [(sale.receipt, sale.client, sale.item_code) for sale in sales] == [
		("1", "ANN01", "CUT"),
		("1", "DOT01", "SHAMPOO"),
		("2", "ANN01", "DYE"),
	]
	assert sales[1].gst == Decimal("2.7495")


def test_an_odd_tax_and_a_line_without_an_item_are_notes():
	files = with_row("receipt_transactions", "2,", "2,03/15/2018,,ANN01,KIM,1,20,0,1.6")
	assert {"import_tax_differs", "import_no_description"} <= notes(files)


def test_mending_a_bad_line_leaves_the_ids_of_the_receipts_other_lines():
	bad = plan(with_row("receipt_transactions", "1,03/14/2018,W", "1,03/14/2018,Cut,ANN01,JO,one,80,4,6.4"))
	good = plan(small_salon())
	kept = [sale.external_id for sale in bad.sales]
	assert kept == [sale.external_id for sale in good.sales][1:]


def test_a_product_with_a_services_code_gets_one_of_its_own():
	files = with_row(
		"product_listing", "TRUE,SHAMPOO", "TRUE,CUT,,VENUS,AG,RETAIL,30,-2,2,2,12.50,0,27,FALSE"
	)
	planned = plan(files)
	assert planned.products[0].item_code == "CUT-RETAIL"
	assert {"import_code_shared", "import_no_name", "import_negative_stock"} <= notes(files)


def test_a_booking_ends_at_the_same_persons_next_start():
	files = with_row("future_bookings", "BEA01,JO", "BEA01,JO,CUT,03/14/2018,10:20:00 AM,620")
	files |= {"no_show_report.csv": small_salon()["no_show_report.csv"]}
	first = plan(files).bookings[0]
	assert first.ends_at - first.starts_at == timedelta(minutes=20)


def test_the_house_is_no_person():
	files = with_row("future_bookings", "ANN01,KIM", "ANN01,HOUSE,DYE,03/15/2018,15:50,950")
	planned = plan(
		files
		| {"receipt_transactions.csv": small_salon()["receipt_transactions.csv"].replace(b"KIM", b"HOUSE")}
	)
	house = next(person for person in planned.staff if person.code == "HOUSE")
	assert not house.is_person and not house.hours and not house.skills
	assert not blocking(planned.problems)


def real_files():
	return {path.name: path.read_bytes() for path in real_salon().glob("*.csv")}


def test_real_salon_is_planned_whole():
	folder = real_salon()
	planned = plan(real_files())
	states = Counter(booking.status for booking in planned.bookings)
	assert not blocking(planned.problems)
	assert states[BookingStatus.CANCELLED] == row_count(folder, "client_cancellations") == 243
	assert states[BookingStatus.NO_SHOW] == row_count(folder, "no_show_report") == 60
	assert states[BookingStatus.COMPLETED] == row_count(folder, "future_bookings") - 60 == 1846
	assert len(planned.clients) == 822
	assert len(planned.sales) == row_count(folder, "receipt_transactions") == 1934
	assert len({booking.external_id for booking in planned.bookings}) == len(planned.bookings)
	assert len({sale.external_id for sale in planned.sales}) == len(planned.sales)


def test_real_salons_sums_are_the_files_own():
	sums = own_sums(real_salon())
	sales = plan(real_files()).sales
	assert sum(sale.quantity for sale in sales) == sums["Quantity"] == 1941
	assert sum(sale.amount for sale in sales) == sums["Amount"] == Decimal("115809.03")
	assert sum(sale.gst for sale in sales) == sums["GST"] == Decimal("5788.4515")
	assert sum(sale.pst for sale in sales) == sums["PST"] == Decimal("9264.7224")


def test_real_salons_oddities_are_noted():
	found = Counter(problem.code for problem in plan(real_files()).problems)
	assert found["import_cancelled_and_booked"] == 31
	assert found["import_cancelled_twice"] == 2
	assert found["import_tax_differs"] == found["import_no_client"] == found["import_bundle"] == 1


def test_nobody_is_in_two_places_in_the_plan():
	by_person = {}
	for booking in plan(real_files()).bookings:
		if booking.status != BookingStatus.CANCELLED:
			by_person.setdefault(booking.staff, []).append((booking.starts_at, booking.ends_at))
	for spans in by_person.values():
		spans.sort()
		assert all(end <= start for (_start, end), (start, _end) in pairwise(spans))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_decides_nothing_but_the_row_numbers(seed):
	files = real_files()
	lines = files["future_bookings.csv"].splitlines()
	body = lines[1:]
	random.Random(seed).shuffle(body)
	shuffled = plan(files | {"future_bookings.csv": b"\n".join([lines[0], *body])})
	known = {booking.external_id: (booking.ends_at, booking.status) for booking in plan(files).bookings}
	assert {booking.external_id: (booking.ends_at, booking.status) for booking in shuffled.bookings} == known


def test_problems_are_told_errors_first_and_alike_notes_together():
	files = small_salon(no_show_report="Date,Code,Service,Staff\n3/14/2018,BEA01,CUT,SUE\n")
	lines = problem_lines(plan(files).problems)
	assert lines[1] == "Errors:"
	assert lines[2].startswith("  no_show_report.csv, row 2, Staff: SUE has no bookings")
	assert any("service_listing.csv, rows 3-4, Price:" in line for line in lines)


def test_row_ranges():
	assert row_ranges([9, 2, 3, 5, 4, None]) == "2-5, 9"


def test_tables_line_up():
	assert table_lines(("", "files"), [("amount", Decimal("1234.50")), ("rows", 7)]) == [
		"          files",
		"amount  1,234.5",
		"rows          7",
	]
