"""Open slots on the site: from hours, holidays, time off, buffers and claims, in a fixed number of queries."""

from tests import factories as make

from runbook_ops.api.bookings import open_slots


def starts(service, day=3, **narrowed):
	first, last = make.day(day, "00:00"), make.day(day + 1, "00:00")
	found = open_slots(service.name, str(first), str(last), limit=500, **narrowed)
	return [slot["starts_at"][11:16] for slot in found]


def able(minutes=60, **values):
	"""A service that only one person of its own can do."""
	one = make.skill()
	service = make.bookable_service(minutes=minutes, needs=[{"kind": "Person", "skill": one.name}], **values)
	return service, one


def test_the_day_of_one_person():
	service, skill = able()
	make.person(skills=[skill], hours=make.weekly_hours("09:00", "12:00"))
	assert starts(service) == [
		"09:00",
		"09:15",
		"09:30",
		"09:45",
		"10:00",
		"10:15",
		"10:30",
		"10:45",
		"11:00",
	]


def test_claims_and_buffers_are_left_out():
	service, skill = able(buffer_after_minutes=30)
	anna = make.person(skills=[skill], hours=make.weekly_hours("09:00", "13:00"))
	make.booking(service=service, resources=[anna], starts_at=make.day(3, "10:00"))
	assert starts(service) == ["11:30", "11:45", "12:00"]


def test_time_off_and_holidays_are_left_out():
	service, skill = able()
	anna = make.person(skills=[skill], hours=make.weekly_hours("09:00", "12:00"))
	make.time_off(anna, make.day(3, "09:00"), make.day(3, "10:30"))
	assert starts(service) == ["10:30", "10:45", "11:00"]
	make.time_off(anna, make.day(4, "00:00"), make.day(5, "00:00"))
	assert starts(service, day=4) == []


def test_a_territory_narrows_the_choice():
	service, skill = able()
	north = make.insert(
		"Territory", territory_name=make.unique("North"), parent_territory="All Territories", is_group=1
	).name
	town = make.insert("Territory", territory_name=make.unique("Town"), parent_territory=north).name
	south = make.insert(
		"Territory", territory_name=make.unique("South"), parent_territory="All Territories"
	).name
	make.person(skills=[skill], territories=[north])
	assert starts(service, territory=north)
	assert starts(service, territory=town)
	assert starts(service, territory="All Territories")
	assert starts(service, territory=south) == []
