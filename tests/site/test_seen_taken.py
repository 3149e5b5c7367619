"""A slot that others are seen to have: refused before all that an insert asks for, and just as the claim itself would."""

from datetime import timedelta

import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.support.guests import good, one_window, online, salon, wish
from tests.support.statements import statements

from runbook_ops.api import public
from runbook_ops.errors import SlotTaken
from runbook_ops.operations.change_booking import book_visit
from runbook_ops.site_time import to_site, utc_now

__all__ = ["one_window", "online", "salon"]

A_LOOK = 8
"""So many statements at most; an insert that meets the claim sends about twice as many."""


@pytest.fixture
def ann_at_ten():
	person = make.person()
	return {
		"customer": make.customer().name,
		"service": make.bookable_service(minutes=60).name,
		"starts_at": make.day(3, "10:00"),
		"resources": [{"resource": person.name}],
	}


def taken(values) -> SlotTaken:
	with pytest.raises(SlotTaken) as refused:
		book_visit(values, confirm=True)
	return refused.value


def test_who_comes_too_late_costs_a_look_and_is_told_what_is_open(ann_at_ten):
	book_visit(ann_at_ten, confirm=True)
	refusal = taken({**ann_at_ten, "starts_at": make.day(3, "10:30")})
	assert ann_at_ten["resources"][0]["resource"] in str(refusal)
	assert to_site(refusal.next_open[0].starts_at) == make.day(3, "11:00")
	assert statements(lambda: taken(ann_at_ten)) <= A_LOOK


def test_a_request_for_a_taken_slot_is_taken_down(ann_at_ten):
	book_visit(ann_at_ten, confirm=True)
	assert book_visit(ann_at_ten)


def test_right_after_a_visit_is_free(ann_at_ten):
	book_visit(ann_at_ten, confirm=True)
	assert book_visit({**ann_at_ten, "starts_at": make.day(3, "11:00")}, confirm=True)


def test_a_full_class_costs_a_look_and_names_the_next_one():
	service, leader = make.bookable_service(capacity=3), make.person()
	first, later = (
		make.class_session(service=service, resources=[leader], starts_at=make.day(number))
		for number in (3, 4)
	)
	values = {"customer": make.customer().name, "service": service.name, "starts_at": first.starts_at}
	book_visit({**values, "seats": 2}, confirm=True)
	refusal = taken({**values, "seats": 2})
	assert "2 wanted, 1 of 3 free" in str(refusal)
	assert [session.session for session in refusal.next_open] == [later.name]
	assert statements(lambda: taken({**values, "class_session": first.name, "seats": 2})) <= A_LOOK
	assert book_visit({**values, "seats": 1}, confirm=True)
	assert "0 of 3 free" in str(taken(values))


def test_the_second_of_two_classes_at_one_time_has_the_seat():
	service = make.bookable_service(capacity=2)
	sessions = [
		make.class_session(service=service, resources=[make.person()], starts_at=make.day(3)) for _ in "ab"
	]
	values = {"customer": make.customer().name, "service": service.name, "starts_at": make.day(3), "seats": 2}
	booked = [book_visit(values, confirm=True) for _ in sessions]
	assert len(set(booked)) == 2
	taken(values)


def test_what_is_held_no_longer_is_not_seen_as_taken(salon):
	good(public.hold, wish(salon, resource=salon.ann))
	values = {
		"customer": make.customer().name,
		"service": salon.service,
		"starts_at": make.day(3, "10:00"),
		"resources": [{"resource": salon.ann}],
	}
	taken(values)
	with freeze_time(utc_now() + timedelta(minutes=11)):
		assert book_visit(values, confirm=True)
