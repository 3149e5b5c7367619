"""What bookings add up to."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.booking import BookingStatus
from runbook_ops.core.booking_figures import BookedVisit, GroupBy, group, total

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def visit(status: str = "Confirmed", value: int = 80, **values) -> BookedVisit:
	given = {"day": MONDAY, "service": "Hair cut", "resources": ("Ann",), "minutes": 60, **values}
	return BookedVisit(status=BookingStatus(status), value=Decimal(value), **given)


def test_lost_visits_count_apart():
	figures = total([visit(), visit("Completed", 100), visit("Cancelled", 30), visit("No-show", 50)])
	assert (figures.bookings, figures.completed, figures.cancelled, figures.no_shows) == (4, 1, 1, 1)
	assert (figures.value, figures.lost_value, figures.minutes) == (Decimal(180), Decimal(80), 120)
	assert figures.no_show_rate == Decimal("0.5")


def test_the_rate_is_unknown_while_no_visit_has_an_outcome():
	assert total([visit()]).no_show_rate is None


def test_a_visit_counts_for_each_of_its_resources_and_for_nobody_without():
	groups = group([visit(resources=("Ann", "Room 1")), visit(resources=())], GroupBy.RESOURCE)
	assert {name: figures.bookings for name, figures in groups.items()} == {"": 1, "Ann": 1, "Room 1": 1}


def test_days_come_in_order():
	assert list(group([visit(day=TUESDAY), visit(day=MONDAY)], GroupBy.DAY)) == [MONDAY, TUESDAY]


visits = st.lists(
	st.builds(
		BookedVisit,
		day=st.dates(),
		service=st.sampled_from(["a", "b"]),
		resources=st.just(("Ann",)),
		status=st.sampled_from(BookingStatus),
		value=st.decimals(0, 1000, places=2),
		minutes=st.integers(0, 600),
		invoiced=st.decimals(0, 1000, places=2),
	)
)


@given(visits, st.sampled_from(GroupBy))
def test_the_groups_add_up_to_the_total(found, by):
	whole, parts = total(found), group(found, by).values()
	for field in (
		"bookings",
		"completed",
		"cancelled",
		"no_shows",
		"minutes",
		"value",
		"lost_value",
		"invoiced",
	):
		assert sum(getattr(part, field) for part in parts) == getattr(whole, field)
