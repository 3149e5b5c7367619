"""The Day Board's data and what is done on it: who sees what, moves with the same checks as everywhere, and live news."""

import json

import frappe
import pytest
from frappe.utils import add_to_date, getdate
from tests import factories

from runbook_ops.api import board
from runbook_ops.core.timeline import to_minutes
from runbook_ops.errors import BookingRefused, InputRefused, SlotTaken
from runbook_ops.site_time import from_site
from runbook_ops.store import claims
from runbook_ops.store.day_board import CHANGED


def shown(of=None, **asked) -> dict:
	return board.day(str(getdate(of.starts_at if of else factories.day(3))), **asked)


def card(day: dict, booking) -> dict:
	return next(one for one in day["bookings"] if one["name"] == booking.name)


def minutes(at) -> int:
	return to_minutes(from_site(at))


def column(day: dict, resource) -> dict:
	return next(one for one in day["columns"] if one["name"] == resource.name)


def test_a_booking_stands_in_its_column_with_its_buffers():
	service = factories.bookable_service(minutes=60, buffer_before_minutes=15, buffer_after_minutes=10)
	person = factories.person()
	booking = factories.booking(service=service, resources=[person])
	found = card(shown(booking), booking)
	start = minutes(booking.starts_at)
	assert found["span"] == (start, start + 60)
	assert found["on"] == {person.name: ((start - 15, start + 70),)}
	assert (found["doer"], found["status"], found["astray"]) == (person.name, "Confirmed", [])


def test_a_crew_s_booking_stands_in_the_columns_of_its_people():
	one, two = factories.person(), factories.person()
	crew = factories.crew(one, two)
	service = factories.bookable_service(needs=["Crew"])
	booking = factories.booking(service=service, resources=[crew])
	found = card(shown(booking), booking)
	assert set(found["on"]) == {crew.name, one.name, two.name}
	assert found["chosen"] == (crew.name,)


def test_closed_time_time_off_and_holidays_are_told():
	person = factories.person(hours=factories.weekly_hours("09:00", "12:00"))
	away = factories.time_off(person, factories.day(3, "10:00"), factories.day(3, "11:00"), reason="Dentist")
	day = shown()
	found = column(day, person)
	first, last = minutes(factories.day(3, "09:00")), minutes(factories.day(3, "12:00"))
	assert found["closed"][0] == (day["start"], first)
	assert found["closed"][-1] == (last, day["end"])
	assert found["works"] and not found["holiday"]
	(block,) = [one for one in day["away"] if one["on"] == person.name]
	assert (block["name"], block["reason"]) == (away.name, "Dentist")


def test_a_booking_in_time_off_is_marked_as_astray():
	person = factories.person()
	booking = factories.booking(resources=[person])
	assert card(shown(booking), booking)["astray"] == []
	factories.time_off(person, booking.starts_at, add_to_date(booking.starts_at, minutes=30))
	assert card(shown(booking), booking)["astray"] == [person.name]


def test_holds_and_classes_stand_where_they_claim_time():
	person = factories.person()
	start = minutes(factories.day(3, "14:00"))
	service = factories.bookable_service()
	hold = factories.insert("Slot Hold", service=service.name, status="Held")
	claims.take(hold.name, [person.name], start, start + 60)
	(found,) = [one for one in shown()["holds"] if one["name"] == hold.name]
	assert (found["service"], found["span"], found["on"]) == (
		service.name,
		(start, start + 60),
		[person.name],
	)


def test_cancelled_bookings_and_other_days_are_not_shown():
	booking, other = factories.booking(), factories.booking(starts_at=factories.day(4))
	lost = factories.booking()
	lost.update({"status": "Cancelled", "cancel_reason": "Ill"})
	lost.save()
	names = [one["name"] for one in shown(booking)["bookings"]]
	assert booking.name in names
	assert other.name not in names and lost.name not in names


def test_a_visit_over_midnight_stands_on_both_days():
	person = factories.person(hours=factories.weekly_hours("20:00", "04:00"))
	service = factories.bookable_service(minutes=240)
	booking = factories.booking(service=service, resources=[person], starts_at=factories.day(3, "22:00"))
	for day in (3, 4):
		assert card(board.day(str(getdate(factories.day(day)))), booking)


def test_the_day_is_that_of_the_reader_s_time_zone():
	booking = factories.booking()
	here = shown(booking)
	there = shown(booking, zone="Pacific/Auckland")
	assert here["start"] != there["start"]
	assert there["marks"][0] == (there["start"], "00:00")


def test_nothing_comes_back_when_nothing_has_changed():
	booking = factories.booking()
	first = shown(booking)
	assert shown(booking, seen=first["stamp"]) == {"stamp": first["stamp"]}
	booking.status = "Completed"
	booking.save()
	again = shown(booking, seen=first["stamp"])
	assert card(again, booking)["status"] == "Completed"


@pytest.mark.parametrize("asked", [{"day": "soon"}, {"day": "2026-13-45"}, {"zone": "Mars/Olympus"}])
def test_a_day_or_zone_that_is_none_is_refused(asked):
	with pytest.raises((InputRefused, BookingRefused), match=next(iter(asked.values()))):
		board.day(**asked)


# -- who sees what


def test_technicians_see_their_own_column_only():
	login = factories.user("Runbook Technician")
	mine, other = factories.person(user=login.name), factories.person()
	booking, foreign = factories.booking(resources=[mine]), factories.booking(resources=[other])
	frappe.set_user(login.name)
	day = shown(booking)
	assert [one["name"] for one in day["columns"]] == [mine.name]
	names = [one["name"] for one in day["bookings"]]
	assert booking.name in names and foreign.name not in names


def test_a_technician_sees_the_crew_s_visits():
	login = factories.user("Runbook Technician")
	mine = factories.person(user=login.name)
	crew = factories.crew(mine, factories.person())
	booking = factories.booking(service=factories.bookable_service(needs=["Crew"]), resources=[crew])
	frappe.set_user(login.name)
	day = shown(booking)
	assert {one["name"] for one in day["columns"]} == {mine.name, crew.name}
	assert card(day, booking)


@pytest.mark.parametrize(
	"call",
	[
		lambda name: board.day(),
		lambda name: board.move(name, str(factories.day(4))),
		lambda name: board.candidates(name),
		lambda name: board.assign(name, "Nobody"),
		lambda name: board.book("A", "B", str(factories.day(4))),
		lambda name: board.block("A", str(factories.day(4)), str(factories.day(5))),
	],
)
def test_the_board_is_not_for_strangers(call):
	booking = factories.booking()
	frappe.set_user(factories.user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		call(booking.name)


def test_a_technician_may_look_and_not_move():
	login = factories.user("Runbook Technician")
	booking = factories.booking(resources=[factories.person(user=login.name)])
	frappe.set_user(login.name)
	with pytest.raises(frappe.PermissionError):
		board.move(booking.name, str(factories.day(4)))


# -- moves


def test_a_card_moves_in_time_and_to_another_person_at_once():
	one, two = factories.person(), factories.person()
	booking = factories.booking(resources=[one])
	told = board.move(booking.name, str(factories.day(3, "14:00")), onto=two.name, off=one.name)
	assert (told["starts_at"], told["resources"]) == (str(factories.day(3, "14:00")), [two.name])
	assert claims.held_by(booking.name) == (two.name,)


def test_a_move_keeps_what_else_the_visit_has():
	one, two, room = factories.person(), factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	booking = factories.booking(service=service, resources=[one, room])
	assert board.move(booking.name, onto=two.name, off=one.name)["resources"] == [two.name, room.name]
	other = factories.room()
	assert board.move(booking.name, onto=other.name, off=room.name)["resources"] == [two.name, other.name]


def test_a_crew_s_visit_that_is_dragged_off_one_of_its_people_changes_the_crew():
	one = factories.person()
	crew, other = factories.crew(one, factories.person()), factories.crew(factories.person())
	booking = factories.booking(service=factories.bookable_service(needs=["Crew"]), resources=[crew])
	assert board.move(booking.name, onto=other.name, off=one.name)["resources"] == [other.name]


def test_a_move_onto_taken_time_is_refused_with_what_is_open_next():
	person, other = factories.person(), factories.person()
	taken = factories.booking(resources=[other])
	booking = factories.booking(resources=[person])
	with pytest.raises(SlotTaken) as refused:
		board.move(booking.name, str(taken.starts_at), onto=other.name, off=person.name)
	assert other.name in str(refused.value)
	offers = frappe.local.response["next_open"]
	assert offers and all(other.name in offer["resources"] for offer in offers)


def test_a_move_onto_somebody_who_lacks_the_skill_is_refused():
	skill = factories.skill()
	able, other = factories.person(skills=[skill]), factories.person()
	service = factories.bookable_service(needs=[{"kind": "Person", "skill": skill.name}])
	booking = factories.booking(service=service, resources=[able])
	with pytest.raises(BookingRefused, match="lacks the skill"):
		board.move(booking.name, onto=other.name, off=able.name)


def test_nobody_gets_two_places_in_a_booking():
	one, two = factories.person(), factories.person()
	service = factories.bookable_service(needs=[{"kind": "Person", "quantity": 2}])
	booking = factories.booking(service=service, resources=[one, two])
	with pytest.raises(BookingRefused, match="has a place"):
		board.move(booking.name, onto=two.name, off=one.name)


def test_a_request_put_on_a_person_is_confirmed_and_gets_the_room_that_is_free():
	person, room = factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	request = factories.booking("Requested", service=service, resources=[])
	told = board.move(request.name, str(factories.day(3, "15:00")), onto=person.name, confirm=True)
	assert told["status"] == "Confirmed"
	assert set(told["resources"]) == {person.name, room.name}


def test_a_request_can_be_planned_without_being_confirmed():
	person = factories.person()
	request = factories.booking("Requested", resources=[])
	told = board.move(request.name, onto=person.name)
	assert (told["status"], told["resources"]) == ("Requested", [person.name])
	assert claims.held_by(request.name) == ()


def test_a_booking_is_made_in_a_column_with_the_room_that_is_free():
	person, room = factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	told = board.book(
		factories.customer().name, service.name, str(factories.day(3)), person.name, confirm=True
	)
	assert (told["status"], set(told["resources"])) == ("Confirmed", {person.name, room.name})


def test_blocked_time_stands_on_the_board():
	person = factories.person()
	name = board.block(
		person.name, str(factories.day(3, "10:00")), str(factories.day(3, "11:00")), "Stock count"
	)
	(block,) = [one for one in shown()["away"] if one["on"] == person.name]
	assert (block["name"], block["reason"]) == (name, "Stock count")
	assert block["span"][1] - block["span"][0] == 60


# -- news


@pytest.fixture
def news(monkeypatch):
	"""What the server publishes for boards, read from Redis as the socket server reads it."""
	from frappe.utils.background_jobs import get_redis_connection_without_auth

	listener = get_redis_connection_without_auth().pubsub()
	listener.subscribe("events")
	listener.get_message(timeout=1)

	def heard() -> list[dict]:
		found = []
		while True:
			message = listener.get_message(timeout=0.2)
			if message is None:
				return [one for one in found if one["event"] == CHANGED]
			if message["type"] == "message":
				found.append(json.loads(message["data"]))

	yield heard
	listener.close()


def test_a_move_is_told_after_the_commit_for_where_it_was_and_is(news):
	booking = factories.booking()
	frappe.db.commit()
	news()
	board.move(booking.name, str(factories.day(4)))
	assert news() == []
	frappe.db.commit()
	heard = news()
	assert {one["message"]["start"] for one in heard} == {
		minutes(booking.starts_at),
		minutes(factories.day(4)),
	}
	assert {one["room"] for one in heard} == {"doctype:Service Booking"}
	assert all(set(one["message"]) == {"start", "end"} for one in heard)


def test_time_off_is_told_when_it_is_made_and_taken_away(news):
	away = factories.time_off(factories.person(), factories.day(3), factories.day(3, "11:00"))
	frappe.db.commit()
	assert len(news()) == 1
	away.delete()
	frappe.db.commit()
	assert len(news()) == 1
