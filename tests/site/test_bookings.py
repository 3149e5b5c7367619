"""The life of a booking on the site: claims, offers, moves, and what follows from each state."""

import frappe
import pytest
from frappe.utils import get_datetime
from tests import factories as make

from runbook_ops.api import bookings as api
from runbook_ops.errors import BookingRefused, InputRefused, SlotTaken, StateRefused
from runbook_ops.operations import change_booking
from runbook_ops.site_time import from_site, to_site
from runbook_ops.store.pictures import booking_picture


def claims_of(booking):
	return frappe.get_all(
		"Resource Claim",
		{"holder": booking},
		["resource", "start_minute", "end_minute"],
		order_by="resource asc",
	)


def test_confirming_claims_the_time_with_its_buffers():
	service = make.bookable_service(minutes=45, buffer_before_minutes=10, buffer_after_minutes=15)
	visit = make.booking(service=service)
	(claim,) = claims_of(visit.name)
	assert claim.end_minute - claim.start_minute == 45 + 10 + 15
	assert visit.ends_at == make.day(3, "10:45")
	assert frappe.db.count("Slot Bucket", {"holder": visit.name}) == 70 / 5


def test_a_request_claims_nothing():
	visit = make.booking(status="Requested")
	assert claims_of(visit.name) == []


def test_a_taken_slot_is_refused_with_the_next_open_ones():
	anna = make.person()
	service = make.bookable_service(minutes=60)
	make.booking(service=service, resources=[anna])
	with pytest.raises(SlotTaken) as refused:
		make.booking(service=service, resources=[anna], starts_at=make.day(3, "10:30"))
	assert anna.name in str(refused.value)
	assert [to_site(slot.starts_at) for slot in refused.value.next_open] == [
		make.day(3, at) for at in ("11:00", "11:15", "11:30")
	]


def test_two_resources_are_claimed_together_or_not_at_all():
	anna, cabin = make.person(), make.room()
	service = make.bookable_service(needs=["Person", "Room"])
	make.booking(service=service, resources=[anna, cabin])
	other = make.person()
	with pytest.raises(SlotTaken) as refused:
		make.booking(service=service, resources=[other, cabin])
	assert cabin.name in str(refused.value)
	assert frappe.db.count("Resource Claim", {"resource": other.name}) == 0


def test_a_crew_claims_its_people():
	anna, ben = make.person(), make.person()
	team = make.crew(anna, ben)
	visit = make.booking(service=make.bookable_service(needs=["Crew"]), resources=[team])
	assert {claim.resource for claim in claims_of(visit.name)} == {team.name, anna.name, ben.name}
	with pytest.raises(SlotTaken):
		make.booking(resources=[ben])


def test_nobody_named_gets_whoever_is_free_and_fits():
	colour = make.skill()
	able = make.person(skills=[colour])
	make.person()
	service = make.bookable_service(needs=[{"kind": "Person", "skill": colour.name}])
	visit = make.booking(service=service, resources=[])
	assert [row.resource for row in visit.resources] == [able.name]
	with pytest.raises(SlotTaken, match=r"nobody is free|already taken"):
		make.booking(service=service, resources=[])


def test_moving_gives_back_the_old_time_and_takes_the_new():
	anna = make.person()
	service = make.bookable_service(minutes=60)
	visit = make.booking(service=service, resources=[anna])
	change_booking.reschedule_booking(visit.name, from_site(make.day(4, "15:00")))
	visit.reload()
	assert (visit.starts_at, visit.ends_at, visit.revision) == (make.day(4, "15:00"), make.day(4, "16:00"), 1)
	assert make.booking(service=service, resources=[anna]).name
	assert len(claims_of(visit.name)) == 1


def test_a_move_onto_a_taken_time_changes_nothing():
	anna = make.person()
	service = make.bookable_service(minutes=60)
	visit = make.booking(service=service, resources=[anna])
	make.booking(service=service, resources=[anna], starts_at=make.day(3, "12:00"))
	frappe.db.commit()
	with pytest.raises(SlotTaken):
		change_booking.reschedule_booking(visit.name, from_site(make.day(3, "12:00")))
	frappe.db.rollback()
	assert frappe.db.get_value("Service Booking", visit.name, "starts_at") == make.day(3)
	assert len(claims_of(visit.name)) == 1


def test_cancelling_frees_the_time_and_needs_a_reason():
	anna = make.person()
	visit = make.booking(resources=[anna])
	with pytest.raises(BookingRefused, match="why"):
		change_booking.cancel_booking(visit.name, " ")
	change_booking.cancel_booking(visit.name, "ill")
	assert claims_of(visit.name) == []
	make.booking(resources=[anna])


def test_ended_bookings_stay_ended():
	visit = make.booking()
	change_booking.cancel_booking(visit.name, "ill")
	with pytest.raises(StateRefused, match="final"):
		change_booking.confirm_booking(visit.name)


def test_a_save_that_skips_a_state_is_refused_whoever_writes():
	visit = make.booking(status="Requested")
	visit.status = "Completed"
	with pytest.raises(StateRefused, match="Requested to Completed"):
		visit.save()
	with pytest.raises(StateRefused):
		make.booking(status="Completed")


def test_completing_counts_the_visit_and_ends_the_job():
	visit = make.booking()
	job = make.insert("Service Job", booking=visit.name)
	visit.db_set("job", job.name)
	change_booking.complete_booking(visit.name)
	assert frappe.db.get_value("Service Job", job.name, "status") == "Completed"
	assert frappe.db.get_value("Customer", visit.customer, ["runbook_visits", "runbook_last_visit"]) == (
		1,
		make.day(3).date(),
	)


def test_finishing_the_job_completes_the_booking():
	visit = make.booking()
	job = make.insert("Service Job", booking=visit.name, resource=visit.resources[0].resource)
	visit.db_set("job", job.name)
	for status in ("En Route", "Arrived", "In Progress", "Completed"):
		job.status = status
		job.save()
	assert frappe.db.get_value("Service Booking", visit.name, "status") == "Completed"
	assert [phase.status for phase in job.phases] == [
		"Assigned",
		"En Route",
		"Arrived",
		"In Progress",
		"Completed",
	]


def test_a_no_show_is_counted_and_taken_back_when_the_customer_came_late():
	visit = make.booking()
	change_booking.mark_no_show(visit.name)
	assert frappe.db.get_value("Customer", visit.customer, "runbook_no_shows") == 1
	change_booking.complete_booking(visit.name)
	assert frappe.db.get_value("Customer", visit.customer, ["runbook_no_shows", "runbook_visits"]) == (0, 1)


def test_times_are_kept_in_site_time_and_utc():
	visit = make.booking(starts_at=make.day(3, "09:30"))
	assert from_site(visit.starts_at).replace(tzinfo=None) == get_datetime(visit.starts_at_utc)


def test_giving_it_to_somebody_else_is_no_move():
	visit = make.booking()
	other = make.person()
	change_booking.reschedule_booking(visit.name, from_site(visit.starts_at), (other.name,))
	visit.reload()
	assert (visit.revision, visit.moves) == (1, 0)
	assert booking_picture(visit.name).moves == 0


def test_a_confirmed_booking_keeps_its_service():
	visit = make.booking()
	visit.service = make.bookable_service().name
	with pytest.raises(BookingRefused, match="keeps its service"):
		visit.save()


def test_a_time_with_an_offset_is_understood():
	service, anna = make.bookable_service(), make.person()
	start = from_site(make.day(3, "11:00"))
	told = api.book(make.customer().name, service.name, start.isoformat(), resource=anna.name)
	assert told["starts_at"] == make.day(3, "11:00").isoformat()
	with pytest.raises(InputRefused, match="starts_at: soon is not a time"):
		api.book(make.customer().name, service.name, "soon")


def test_an_unknown_status_is_refused():
	visit = make.booking()
	visit.status = "Postponed"
	with pytest.raises(StateRefused, match="there is no status Postponed"):
		visit.save()


def test_a_visit_without_stamped_phases_can_be_completed():
	visit = make.booking()
	job = make.insert("Service Job", booking=visit.name, resource=visit.resources[0].resource)
	visit.db_set("job", job.name)
	job.status = "En Route"
	job.save()
	change_booking.complete_booking(visit.name)
	assert frappe.db.get_value("Service Job", job.name, "status") == "Completed"
