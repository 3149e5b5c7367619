"""Rules that staff may set aside for one booking, with a reason that is kept and seen."""

import frappe
import pytest
from tests import factories as make

from runbook_ops.errors import BookingRefused
from runbook_ops.operations import change_booking
from runbook_ops.site_time import from_site


@pytest.fixture
def front_desk(db):
	frappe.set_user(make.user("Runbook Front Desk", "Sales User").name)


@pytest.fixture
def manager(db):
	frappe.set_user(make.user("Runbook Manager", "Sales Manager").name)


def told(visit):
	return frappe.get_all(
		"Comment",
		{"reference_doctype": "Service Booking", "reference_name": visit.name, "comment_type": "Info"},
		pluck="content",
		order_by="creation asc",
	)


@pytest.mark.usefixtures("front_desk")
def test_inside_the_notice_a_reason_is_needed_and_kept():
	service = make.bookable_service(min_notice_minutes=5 * 24 * 60)
	anna = make.person()
	with pytest.raises(BookingRefused, match="needs more notice") as refused:
		make.booking(service=service, resources=[anna])
	assert "say why" in str(refused.value)
	assert all(offer.starts_at >= from_site(make.day(4)) for offer in refused.value.next_open)
	assert refused.value.next_open
	visit = make.booking(service=service, resources=[anna], override_reason="She stands at the desk")
	assert visit.override_reason == "She stands at the desk"
	assert "needs more notice" in told(visit)[0]
	assert "She stands at the desk" in told(visit)[0]


@pytest.mark.usefixtures("front_desk")
def test_beyond_the_horizon_a_reason_is_needed():
	service = make.bookable_service(booking_horizon_days=2)
	with pytest.raises(BookingRefused, match="that far ahead"):
		make.booking(service=service)
	assert make.booking(service=service, override_reason="Wedding").name


@pytest.mark.usefixtures("front_desk")
def test_a_reason_counts_once():
	service = make.bookable_service(booking_horizon_days=2)
	visit = make.booking(service=service, override_reason="Wedding")
	with pytest.raises(BookingRefused, match="that far ahead"):
		change_booking.reschedule_booking(visit.name, from_site(make.day(4)))
	change_booking.reschedule_booking(visit.name, from_site(make.day(4)), override_reason="Wedding")
	assert len(told(visit)) == 2


@pytest.mark.usefixtures("front_desk")
def test_confirming_asks_for_no_second_reason():
	service = make.bookable_service(booking_horizon_days=2)
	visit = make.booking(service=service, status="Requested", override_reason="Wedding")
	change_booking.confirm_booking(visit.name)


@pytest.mark.usefixtures("front_desk")
def test_the_front_desk_does_not_open_the_house_at_night():
	with pytest.raises(BookingRefused, match="role Runbook Manager"):
		make.booking(starts_at=make.day(3, "21:00"), override_reason="She insists")


@pytest.mark.usefixtures("manager")
def test_a_manager_does_with_a_reason():
	anna = make.person()
	with pytest.raises(BookingRefused, match=r"does not work at that time.*say why") as refused:
		make.booking(starts_at=make.day(3, "21:00"), resources=[anna])
	assert refused.value.next_open
	visit = make.booking(starts_at=make.day(3, "21:00"), resources=[anna], override_reason="Opening night")
	assert frappe.db.count("Resource Claim", {"holder": visit.name}) == 1
	assert "Opening night" in told(visit)[0]


@pytest.mark.usefixtures("manager")
def test_nobody_books_the_past_or_a_taken_time_with_a_reason():
	anna = make.person()
	with pytest.raises(BookingRefused, match="in the past"):
		make.booking(starts_at=make.day(-1), override_reason="Please")
	make.booking(resources=[anna])
	with pytest.raises(BookingRefused, match="already taken"):
		make.booking(resources=[anna], override_reason="Please")


@pytest.mark.usefixtures("front_desk")
def test_a_customer_gives_no_reasons():
	service = make.bookable_service(booking_horizon_days=4)
	visit = make.booking(service=service)
	with pytest.raises(BookingRefused, match="that far ahead") as refused:
		change_booking.reschedule_booking(
			visit.name, from_site(make.day(6)), override_reason="I am the king", by_customer=True
		)
	assert "say why" not in str(refused.value)


@pytest.mark.usefixtures("front_desk")
def test_a_visit_outside_the_area_served_needs_a_reason():
	root = frappe.get_all("Territory", {"parent_territory": ""}, pluck="name", order_by="lft asc")[0]
	north = make.insert(
		"Territory", territory_name=make.unique("North"), parent_territory=root, is_group=1
	).name
	town = make.insert("Territory", territory_name=make.unique("Town"), parent_territory=north).name
	south = make.insert("Territory", territory_name=make.unique("South"), parent_territory=root).name
	service = make.bookable_service(territories=[{"territory": north}])
	with pytest.raises(BookingRefused, match="is offered in North"):
		make.booking(service=service, territory=south)
	assert make.booking(service=service, territory=town).name
	assert make.booking(service=service, territory=root).name
	assert make.booking(service=service, territory=south, override_reason="An old customer").name
