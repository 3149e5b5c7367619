"""Who on the waitlist is asked when time comes free, and what is held for them."""

import frappe
import pytest
from tests import factories as make
from tests.support.waitlist import DAY, ask, entry, free, freed, offers, salon, status, to_all

from runbook_ops.errors import BookingRefused
from runbook_ops.operations.answer_offer import take_offer
from runbook_ops.operations.change_booking import cancel_booking, mark_no_show, reschedule_booking
from runbook_ops.site_time import from_site
from runbook_ops.store import claims

__all__ = ["salon", "to_all"]

# -- who is asked


def test_a_cancelled_visit_is_offered_to_who_has_waited_longest_and_held(salon):
	first, second = entry(salon.service), entry(salon.service)
	slot = free(salon)
	(offer,) = offers()
	assert (offer.entry, offer.status, slot.status) == (first.name, "Open", "Offered")
	assert offer.starts_at == salon.visit.starts_at and salon.ann.name in offer.resources
	assert claims.held_by(offer.hold) == (salon.ann.name,)
	assert (status(first), status(second)) == ("Offered", "Waiting")
	with pytest.raises(BookingRefused):
		make.booking(service=salon.service, resources=[salon.ann])


def test_all_are_asked_when_the_settings_say_so_and_nothing_is_held(salon, to_all):
	both = {entry(salon.service).name, entry(salon.service).name}
	free(salon)
	assert {offer.entry for offer in offers()} == both
	assert {offer.hold for offer in offers()} == {None}
	assert make.booking(service=salon.service, resources=[salon.ann]).name


def test_a_moved_visit_frees_its_old_time(salon):
	waiting = entry(salon.service)
	reschedule_booking(salon.visit.name, from_site(make.day(DAY, "14:00")))
	ask()
	assert [(offer.entry, offer.starts_at) for offer in offers()] == [(waiting.name, make.day(DAY))]


def test_a_visit_given_to_somebody_else_frees_the_first_ones_time(salon):
	waiting, bea = entry(salon.service), make.person(skills=[salon.skill])
	reschedule_booking(salon.visit.name, from_site(salon.visit.starts_at), (bea.name,))
	ask()
	((offer),) = offers()
	assert offer.entry == waiting.name and salon.ann.name in offer.resources


def test_a_no_show_that_is_known_ahead_frees_its_time(salon):
	entry(salon.service)
	mark_no_show(salon.visit.name)
	ask()
	assert len(offers()) == 1


def test_an_absence_that_is_called_off_frees_its_time(salon):
	away = make.time_off(salon.ann, make.day(DAY + 1, "08:00"), make.day(DAY + 1, "18:00"))
	waiting = entry(
		salon.service, first_day=make.day(DAY + 1).date(), last_day=make.day(DAY + 1).date(), earliest="13:00"
	)
	away.delete()
	ask()
	((offer),) = offers()
	assert (offer.entry, offer.starts_at) == (waiting.name, make.day(DAY + 1, "13:00"))


def test_time_that_nobody_waits_for_is_not_written_down(salon):
	entry(salon.service, first_day=make.day(9).date(), last_day=make.day(9).date())
	cancel_booking(salon.visit.name, "Ill")
	assert freed() is None


def test_a_time_off_the_grid_is_offered_as_it_is(salon):
	odd = make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(4, "10:10"))
	for start in ("09:10", "11:10"):
		make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(4, start))
	entry(salon.service, first_day=make.day(4).date(), last_day=make.day(4).date())
	cancel_booking(odd.name, "Ill")
	ask()
	assert [offer.starts_at for offer in offers()] == [make.day(4, "10:10")]


def test_a_longer_service_fits_where_its_neighbourhood_is_free(salon):
	long = make.bookable_service(minutes=120, needs=[{"kind": "Person", "skill": salon.skill.name}])
	waiting = entry(long)
	make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(DAY, "09:00"))
	free(salon)
	assert [(offer.entry, offer.starts_at) for offer in offers()] == [(waiting.name, make.day(DAY))]


def test_a_person_frees_the_crew_that_had_to_wait_for_them(salon):
	crew = make.crew(salon.ann, make.person(), hours=make.weekly_hours())
	service = make.bookable_service(needs=[{"kind": "Crew", "resource": crew.name}])
	waiting = entry(service)
	free(salon)
	assert [(offer.entry, crew.name in offer.resources) for offer in offers()] == [(waiting.name, True)]


@pytest.mark.parametrize(
	("wish", "told"),
	[
		({"weekdays": "none of these"}, None),
		({"earliest": "10:30", "latest": "10:45"}, "another time"),
		({"resources": "somebody else"}, "no room"),
	],
)
def test_who_was_passed_over_and_why_is_there_to_read(salon, wish, told):
	if wish.get("resources"):
		bea = make.person(hours=[], resource_name=make.unique("Bea"))
		wish = {"resources": [{"resource": bea.name}]}
	if wish.get("weekdays"):
		other = (make.day(DAY).weekday() + 1) % 7
		wish, told = {"weekdays": ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[other]}, "other weekdays"
	make.booking(service=salon.service, resources=[salon.ann], starts_at=make.day(DAY, "11:00"))
	waiting = entry(salon.service, **wish)
	slot = free(salon)
	assert offers() == [] and slot.status == "Over"
	assert waiting.name in slot.outcome and told in slot.outcome


def test_a_seat_in_a_class_is_offered_to_who_waits_for_the_class(db):
	service = make.bookable_service(capacity=2)
	session = make.insert(
		"Class Session",
		service=service.name,
		starts_at=make.day(DAY),
		resources=[{"resource": make.person().name}],
	)
	seats = [make.booking(service=service, resources=[], class_session=session.name) for _ in range(2)]
	waiting = entry(service)
	cancel_booking(seats[0].name, "Ill")
	ask()
	((offer),) = offers()
	assert (offer.entry, offer.class_session) == (waiting.name, session.name)
	with pytest.raises(BookingRefused):
		make.booking(service=service, resources=[], class_session=session.name)
	booking = frappe.get_doc("Service Booking", take_offer(offer.name).booking)
	assert booking.class_session == session.name
	assert frappe.db.get_value("Class Session", session.name, "seats_taken") == 2
