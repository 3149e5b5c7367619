"""Classes: sessions with seats, who gets them, and what happens to everybody when a class changes."""

import frappe
import pytest
from frappe.utils import get_datetime
from tests import factories as make

from runbook_ops.api import bookings as api
from runbook_ops.errors import BookingRefused, SlotTaken, StateRefused
from runbook_ops.operations import change_booking
from runbook_ops.operations.find_sessions import find_sessions
from runbook_ops.site_time import from_site, to_site


def seats_of(session):
	rows = frappe.get_all("Class Seat", {"session": session}, ["name", "holder"], order_by="name asc")
	return {int(row.name.rpartition("|")[2]): row.holder for row in rows}


def taken(session):
	return frappe.db.get_value("Class Session", session, "seats_taken")


def book(session, seats=1, **values):
	return make.booking(
		service=session.service,
		class_session=session.name,
		starts_at=session.starts_at,
		resources=[],
		seats=seats,
		**values,
	)


def test_a_session_claims_who_leads_it_and_fills_itself_in():
	anna, room = make.person(), make.room()
	service = make.bookable_service(
		minutes=90, capacity=12, needs=["Person", "Room"], buffer_after_minutes=10
	)
	session = make.class_session(service=service, resources=[anna, room])
	assert (session.name[:3], session.ends_at, session.capacity) == ("CS-", make.day(3, "11:30"), 12)
	held = frappe.get_all(
		"Resource Claim", {"holder": session.name}, pluck="resource", order_by="resource asc"
	)
	assert set(held) == {anna.name, room.name}
	with pytest.raises(SlotTaken):
		make.booking(resources=[anna], starts_at=make.day(3, "11:00"))


def test_whoever_is_free_leads_a_class_for_which_nobody_is_named():
	skill = make.skill()
	able = make.person(skills=[skill])
	service = make.bookable_service(capacity=5, needs=[{"kind": "Person", "skill": skill.name}])
	assert [row.resource for row in make.class_session(service=service, resources=[]).resources] == [
		able.name
	]
	with pytest.raises(SlotTaken):
		make.class_session(service=service, resources=[])


def test_a_session_is_checked_like_a_booking():
	anna = make.person()
	with pytest.raises(BookingRefused, match="does not work"):
		make.class_session(resources=[anna], starts_at=make.day(3, "22:00"))
	with pytest.raises(BookingRefused, match="in the past"):
		make.class_session(resources=[anna], starts_at=make.day(-1))
	with pytest.raises(BookingRefused, match="no class"):
		make.class_session(service=make.bookable_service())
	with pytest.raises(BookingRefused, match="Person"):
		make.class_session(resources=[make.room()])


def test_bookings_take_numbered_seats_and_give_them_back():
	session = make.class_session(seats=4)
	ada, ben = book(session, seats=2), book(session)
	assert seats_of(session.name) == {1: ada.name, 2: ada.name, 3: ben.name}
	assert (ada.ends_at, [row.resource for row in ada.resources]) == (
		session.ends_at,
		[row.resource for row in session.resources],
	)
	assert frappe.db.count("Resource Claim", {"holder": ada.name}) == 0
	change_booking.cancel_booking(ada.name, "ill")
	assert seats_of(session.name) == {3: ben.name}
	assert taken(session.name) == 1
	assert sorted(seats_of(session.name) | seats_of(book(session, seats=3).class_session)) == [1, 2, 3, 4]


def test_a_request_takes_no_seat_until_it_is_held_or_confirmed():
	session = make.class_session(seats=2)
	asked = book(session, status="Requested")
	assert taken(session.name) == 0
	change_booking.hold_booking(asked.name)
	assert taken(session.name) == 1
	change_booking.release_booking(asked.name)
	assert taken(session.name) == 0
	change_booking.confirm_booking(asked.name)
	assert taken(session.name) == 1


def test_a_full_class_refuses_with_the_next_ones_that_have_the_seats():
	service = make.bookable_service(capacity=3)
	first = make.class_session(service=service)
	small = make.class_session(service=service, starts_at=make.day(4), capacity=1)
	large = make.class_session(service=service, starts_at=make.day(5))
	book(first, seats=2)
	with pytest.raises(SlotTaken, match="2 wanted, 1 of 3 free") as refused:
		book(first, seats=2)
	assert [offer.session for offer in refused.value.next_open] == [large.name]
	assert frappe.local.response["next_open"][0]["class_session"] == large.name
	assert small.name not in str(refused.value)


def test_a_class_is_found_by_its_start():
	session = make.class_session(seats=2)
	told = api.book(make.customer().name, session.service, str(session.starts_at))
	assert frappe.db.get_value("Service Booking", told["name"], "class_session") == session.name
	with pytest.raises(BookingRefused, match="no class of") as refused:
		api.book(make.customer().name, session.service, str(make.day(3, "11:30")))
	assert [offer.session for offer in refused.value.next_open] == [session.name]


def test_of_two_classes_at_once_the_one_with_seats_is_taken():
	service = make.bookable_service(capacity=1 + 1)
	one, other = make.class_session(service=service), make.class_session(service=service)
	for _ in range(4):
		make.booking(service=service, resources=[])
	assert (taken(one.name), taken(other.name)) == (2, 2)
	with pytest.raises(SlotTaken, match="0 of 2 free"):
		make.booking(service=service, resources=[])


def test_a_booking_moves_to_another_session_in_one_go():
	service = make.bookable_service(capacity=2)
	one, other = (
		make.class_session(service=service),
		make.class_session(service=service, starts_at=make.day(5)),
	)
	visit = book(one, seats=2)
	change_booking.reschedule_booking(visit.name, None, class_session=other.name)
	visit.reload()
	assert (visit.starts_at, visit.revision, visit.moves) == (make.day(5), 1, 1)
	assert (taken(one.name), taken(other.name)) == (0, 2)
	change_booking.reschedule_booking(visit.name, from_site(one.starts_at))
	assert (taken(one.name), taken(other.name)) == (2, 0)


def test_a_move_into_a_full_class_changes_nothing():
	service = make.bookable_service(capacity=2)
	one, other = (
		make.class_session(service=service),
		make.class_session(service=service, starts_at=make.day(5)),
	)
	visit = book(one)
	book(other, seats=2)
	frappe.db.commit()
	with pytest.raises(SlotTaken):
		change_booking.reschedule_booking(visit.name, None, class_session=other.name)
	frappe.db.rollback()
	assert seats_of(one.name) == {1: visit.name}
	assert frappe.db.get_value("Service Booking", visit.name, "starts_at") == one.starts_at


def test_more_seats_are_taken_under_the_same_rules():
	session = make.class_session(seats=3)
	visit = book(session)
	visit.seats = 3
	visit.save()
	assert taken(session.name) == 3
	visit.seats = 4
	with pytest.raises(BookingRefused, match="4 are wanted and the class has 3"):
		visit.save()


def test_moving_a_class_takes_its_bookings_along():
	"""Also to where customers can't book yet."""
	session = make.class_session(service=make.bookable_service(capacity=8, booking_horizon_days=4))
	visit = book(session, seats=2)
	other = make.person()
	session.starts_at = make.day(6, "14:00")
	session.set("resources", [{"resource": other.name}])
	session.save()
	visit.reload()
	assert (visit.starts_at, visit.ends_at) == (session.starts_at, session.ends_at)
	assert [row.resource for row in visit.resources] == [other.name]
	assert (visit.moves, taken(session.name)) == (1, 2)


def test_cancelling_a_class_cancels_its_bookings_and_leaves_somebody_to_offer_another():
	session = make.class_session()
	visits = [book(session), book(session, seats=2), book(session, status="Requested")]
	session.status = "Cancelled"
	with pytest.raises(BookingRefused, match="say why the class"):
		session.save()
	session.reload()
	session.update({"status": "Cancelled", "cancel_reason": "The teacher is ill"})
	session.save()
	for visit in visits:
		visit.reload()
		assert (visit.status, visit.cancel_reason) == (
			"Cancelled",
			"The class is cancelled: The teacher is ill",
		)
		task = frappe.get_doc("Follow-up Task", {"booking": visit.name, "kind": "Follow-up"})
		assert task.allocated_to
		assert visit.customer_name in task.subject
	assert taken(session.name) == 0
	assert frappe.db.count("Resource Claim", {"holder": session.name}) == 0
	with pytest.raises(StateRefused, match="final"):
		session.status = "Scheduled"
		session.save()


def test_completing_a_class_completes_those_who_came():
	session = make.class_session()
	came, missed = book(session), book(session)
	change_booking.mark_no_show(missed.name)
	session.reload()
	session.status = "Completed"
	session.save()
	assert [frappe.db.get_value("Service Booking", one.name, "status") for one in (came, missed)] == [
		"Completed",
		"No-show",
	]


def test_a_class_keeps_its_seats_and_its_service_while_customers_have_seats():
	session = make.class_session(seats=5)
	book(session, seats=3)
	session.reload()
	session.capacity = 2
	with pytest.raises(BookingRefused, match="3 are taken"):
		session.save()
	session.reload()
	session.service = make.bookable_service(capacity=5).name
	with pytest.raises(BookingRefused, match="have seats in this class"):
		session.save()
	with pytest.raises(frappe.LinkExistsError):
		session.delete()


def test_a_stale_form_does_not_lose_count_of_the_seats():
	session = make.class_session()
	book(session, seats=3)
	session.notes = "Bring mats"
	session.save()
	assert (session.seats_taken, taken(session.name)) == (3, 3)


def test_open_sessions_are_those_with_seats_in_the_window():
	service = make.bookable_service(capacity=2)
	full, free, _late = (
		make.class_session(service=service, starts_at=make.day(ahead)) for ahead in (3, 4, 9)
	)
	book(full, seats=2)
	found = find_sessions(service.name, from_site(make.day(2)), from_site(make.day(6)))
	assert [(one.session, one.free, to_site(one.starts_at)) for one in found] == [
		(free.name, 2, get_datetime(free.starts_at))
	]
	assert find_sessions(service.name, from_site(make.day(2)), from_site(make.day(6)), seats=3) == ()


def test_what_a_class_booking_can_not_be():
	session = make.class_session()
	other = make.bookable_service()
	with pytest.raises(BookingRefused, match="is a class"):
		make.visit(other, session.service)
	with pytest.raises(BookingRefused, match="is no class of"):
		make.booking(service=make.bookable_service(capacity=3), class_session=session.name, resources=[])
	with pytest.raises(frappe.LinkValidationError, match="CS-NONE"):
		make.booking(service=session.service, class_session="CS-NONE", resources=[])


def test_seats_are_priced_and_invoiced():
	from runbook_ops.operations.fill_basket import basket_of

	session = make.class_session(service=make.bookable_service(capacity=9, price=15))
	visit = book(session, seats=3)
	assert visit.price == 45
	(line,) = basket_of(visit).lines
	assert (line.qty, line.rate) == (3, 15)
	visit.price = 40
	(line,) = basket_of(visit).lines
	assert (line.qty, line.rate) == (1, 40)
