"""Assignment: the reasoned list, the rule that chooses where nobody is chosen, and reassigning with the chain in tow."""

import frappe
import pytest
from tests import factories

from runbook_ops.api import board
from runbook_ops.errors import BookingRefused
from runbook_ops.store import claims
from runbook_ops.workflows.pump import pump


def told(booking) -> dict[str, dict]:
	return {one["resource"]: one for one in board.candidates(booking.name)}


def texts(candidate: dict) -> list[str]:
	return [reason["text"] for reason in candidate["reasons"]]


def test_the_list_says_who_could_take_it_and_why():
	skill = factories.skill()
	service = factories.bookable_service(minutes=60, needs=[{"kind": "Person", "skill": skill.name}])
	has_it, free, busy, unable = (
		factories.person(skills=[skill]),
		factories.person(skills=[skill]),
		factories.person(skills=[skill]),
		factories.person(),
	)
	off = factories.person(skills=[skill], hours=factories.weekly_hours("14:00", "18:00"))
	booking = factories.booking(service=service, resources=[has_it])
	factories.booking(service=service, resources=[busy])
	found = told(booking)
	assert texts(found[free.name]) == ["Free then.", "Booked 0:00 h that day, 0:00 h that week."]
	assert found[has_it.name]["current"] and found[has_it.name]["fits"]
	assert texts(found[busy.name])[0].startswith("Busy until")
	assert texts(found[busy.name])[0].endswith("11:00.")
	assert texts(found[unable.name])[0] == f"Lacks the skill {skill.name}."
	assert texts(found[off.name])[0] == "Not at work then (14:00-18:00)."
	assert [found[one.name]["fits"] for one in (free, busy, unable, off)] == [True, False, False, False]
	assert not found[unable.name]["able"]


def test_the_customer_s_own_people_and_wishes_are_named():
	service, customer = factories.bookable_service(), factories.customer()
	usual, wished = factories.person(), factories.person()
	for ahead in (1, 2):
		factories.booking(
			service=service, customer=customer, resources=[usual], starts_at=factories.day(ahead)
		)
	request = factories.booking("Requested", service=service, customer=customer, resources=[wished])
	order = [one["resource"] for one in board.candidates(request.name)]
	assert order[0] == wished.name
	found = told(request)
	assert "Asked for by the customer." in texts(found[wished.name])
	assert "Has had 2 visits with this customer." in texts(found[usual.name])


def test_who_works_elsewhere_comes_after_who_works_there():
	(here, there) = frappe.get_all("Territory", {"is_group": 0}, pluck="name", order_by="name asc", limit=2)
	near, far = factories.person(territories=[here]), factories.person(territories=[there])
	request = factories.booking("Requested", territory=here, resources=[])
	order = [one["resource"] for one in board.candidates(request.name)]
	assert order.index(near.name) < order.index(far.name)
	assert "Works in other territories." in texts(told(request)[far.name])


def test_the_load_leaves_out_the_visit_itself():
	person = factories.person()
	booking = factories.booking(resources=[person], service=factories.bookable_service(minutes=60))
	factories.booking(
		resources=[person],
		service=factories.bookable_service(minutes=90),
		starts_at=factories.day(3, "14:00"),
	)
	assert "Booked 1:30 h that day" in texts(told(booking)[person.name])[-1]


# -- by rule


def only_these(*people) -> list[dict]:
	"""A requirement that nobody else on the site fills."""
	skill = factories.skill()
	for person in people:
		person.append("skills", {"skill": skill.name})
		person.save()
	return [{"kind": people[0].kind, "skill": skill.name}]


def given(service, at: str, **values) -> str:
	booking = factories.booking(service=service, resources=[], starts_at=factories.day(3, at), **values)
	(row,) = booking.resources
	return row.resource


def test_the_least_loaded_gets_it():
	loaded, idle = sorted((factories.person(), factories.person()), key=lambda one: one.name)
	service = factories.bookable_service(needs=only_these(loaded, idle), assign_by="Least loaded")
	factories.booking(resources=[loaded], starts_at=factories.day(3, "09:00"))
	assert given(service, "14:00") == idle.name


def test_in_order_of_name_when_no_rule_is_set():
	first, second = sorted((factories.person(), factories.person()), key=lambda one: one.name)
	service = factories.bookable_service(needs=only_these(first, second))
	factories.booking(resources=[first], starts_at=factories.day(3, "09:00"))
	assert given(service, "14:00") == first.name


def test_the_customer_s_usual_person_gets_it():
	one, usual = sorted((factories.person(), factories.person()), key=lambda one: one.name)
	customer = factories.customer()
	service = factories.bookable_service(needs=only_these(one, usual), assign_by="Customer's usual person")
	factories.booking(service=service, customer=customer, resources=[usual], starts_at=factories.day(2))
	assert given(service, "14:00", customer=customer) == usual.name
	assert given(service, "14:00") == one.name


def test_the_round_goes_from_one_to_the_next():
	people = [factories.person() for _ in range(3)]
	service = factories.bookable_service(needs=only_these(*people), assign_by="Round robin")
	got = []
	for number, hour in enumerate((9, 11, 13, 15)):
		got.append(given(service, f"{hour:02}:00"))
		frappe.db.sql(
			"update `tabResource Claim` set creation = date_add(now(), interval %s second) where resource = %s",
			(number - 100, got[-1]),
		)
	assert set(got[:3]) == {person.name for person in people}
	assert got[3] == got[0]


def test_a_rule_passes_over_who_is_not_free():
	idle_but_taken, loaded = factories.person(), factories.person()
	service = factories.bookable_service(needs=only_these(idle_but_taken, loaded), assign_by="Least loaded")
	factories.booking(resources=[idle_but_taken], starts_at=factories.day(3, "14:00"))
	for hour in ("08:00", "09:00", "10:00"):
		factories.booking(resources=[loaded], starts_at=factories.day(3, hour))
	assert given(service, "14:00") == loaded.name


def test_a_rule_chooses_among_crews():
	crews = [factories.crew(factories.person()) for _ in range(2)]
	skill = factories.skill()
	for crew in crews:
		crew.append("skills", {"skill": skill.name})
		crew.save()
	loaded, idle = sorted(crews, key=lambda one: one.name)
	needs = [{"kind": "Crew", "skill": skill.name}]
	service = factories.bookable_service(needs=needs, assign_by="Least loaded")
	factories.booking(service=service, resources=[loaded], starts_at=factories.day(3, "09:00"))
	assert given(service, "14:00") == idle.name


# -- reassigning


def test_reassigning_moves_job_and_claims_and_tells_the_new_one(mail_server):
	one, two = factories.person(), factories.person()
	booking = factories.booking(resources=[one])
	frappe.db.commit()
	pump()
	board.assign(booking.name, two.name)
	frappe.db.commit()
	pump()
	booking.reload()
	assert [row.resource for row in booking.resources] == [two.name]
	assert claims.held_by(booking.name) == (two.name,)
	assert frappe.db.get_value("Service Job", booking.job, "resource") == two.name
	assert [mail.to for mail in mail_server.mails()].count(two.email) == 1


def test_assigning_keeps_the_time_and_the_room():
	one, two, room = factories.person(), factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	booking = factories.booking(service=service, resources=[one, room])
	answer = board.assign(booking.name, two.name)
	assert (answer["starts_at"], answer["resources"]) == (str(booking.starts_at), [two.name, room.name])


def test_assigning_to_somebody_who_is_not_there_is_refused():
	booking = factories.booking()
	with pytest.raises(BookingRefused, match="there is none called"):
		board.assign(booking.name, "Nobody at all")
