"""What makes time open or not on the site: hours, exceptions, holidays, HR's leave and shifts, the way; and nothing out of date."""

from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.support.statements import statements

from runbook_ops.core.timeline import to_minutes
from runbook_ops.operations.find_slots import find_slots, open_days
from runbook_ops.site_time import from_site, to_site
from runbook_ops.store import claims
from runbook_ops.store.services import WantedPart, load_service

FIVE_KM_NORTH = (48.045, 11.0)
HOME = (48.0, 11.0)


@pytest.fixture
def salon(db):
	"""A service of an hour that one person can do, 9 to 12 every day."""
	return Salon()


class Salon:
	def __init__(self, **values):
		self.skill = make.skill()
		self.service = make.bookable_service(
			minutes=60, needs=[{"kind": "Person", "skill": self.skill.name}], slot_grid_minutes=30, **values
		)
		self.anna = make.person(skills=[self.skill], hours=make.weekly_hours("09:00", "12:00"))

	def starts(self, day=3, **narrowed) -> list[str]:
		"""The open starts of a day."""
		first, last = (from_site(make.day(number, "00:00")) for number in (day, day + 1))
		found = find_slots((WantedPart(load_service(self.service.name)),), first, last, **narrowed)
		return [to_site(slot.starts_at).strftime("%H:%M") for slot in found]

	def calendar(self, day=3) -> list[str]:
		"""The same, as the calendar of days tells it."""
		first, last = (from_site(make.day(number, "00:00")) for number in (day, day + 1))
		found = open_days((WantedPart(load_service(self.service.name)),), first, last, times=20)
		return [to_site(start).strftime("%H:%M") for one in found for start in one.starts]

	def change(self, **values) -> None:
		"""Save the person with other values."""
		self.anna.reload()
		self.anna.update(values)
		self.anna.save()


MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_several_shifts_a_day(salon):
	hours = make.weekly_hours("09:00", "10:30") + make.weekly_hours("14:00", "15:00")
	salon.change(hours=hours)
	assert salon.starts() == ["09:00", "09:30", "14:00"]


def test_an_exception_takes_the_place_of_the_weekly_hours_of_its_day(salon):
	day = make.day(3).date()
	salon.change(
		exceptions=[
			{"day": day, "starts_at": "18:00", "ends_at": "19:30"},
			{"day": day, "starts_at": "06:00", "ends_at": "07:00"},
		]
	)
	assert salon.starts() == ["06:00", "18:00", "18:30"]
	assert salon.starts(4) == MORNING


def test_an_exception_without_times_is_a_day_off(salon):
	salon.change(exceptions=[{"day": make.day(3).date()}])
	assert salon.starts() == []
	assert salon.starts(4) == MORNING


def test_an_exception_works_on_a_holiday(salon):
	day = make.day(3).date()
	holidays = make.insert(
		"Holiday List",
		holiday_list_name=make.unique("Days"),
		from_date=day,
		to_date=make.day(9).date(),
		holidays=[{"holiday_date": day, "description": "Off"}],
	)
	salon.change(holiday_list=holidays.name)
	assert salon.starts() == []
	salon.change(exceptions=[{"day": day, "starts_at": "09:00", "ends_at": "10:00"}])
	assert salon.starts() == ["09:00"]


def test_who_is_faster_takes_less_and_a_variant_longer(salon):
	salon.change(hours=make.weekly_hours("09:00", "10:30"))
	salon.service.append("durations", {"resource": salon.anna.name, "duration_minutes": 30})
	salon.service.save()
	assert salon.starts() == ["09:00", "09:30", "10:00"]
	variant = make.item().name
	salon.service.append("durations", {"variant": variant, "duration_minutes": 90})
	salon.service.append(
		"durations", {"resource": salon.anna.name, "variant": variant, "duration_minutes": 75}
	)
	salon.service.save()
	service = load_service(salon.service.name)
	first, last = from_site(make.day(3, "00:00")), from_site(make.day(4, "00:00"))
	found = find_slots((WantedPart(service, variant=variant),), first, last)
	assert {slot.ends_at - slot.starts_at for slot in found} == {timedelta(minutes=75)}


def test_several_services_in_one_visit_by_the_same_person_when_possible(salon):
	colour = make.skill()
	second = make.bookable_service(minutes=30, needs=[{"kind": "Person", "skill": colour.name}])
	bea = make.person(skills=[colour], hours=make.weekly_hours("09:00", "12:00"))
	parts = [WantedPart(load_service(service.name)) for service in (salon.service, second)]
	first, last = from_site(make.day(3, "00:00")), from_site(make.day(4, "00:00"))
	by_two = find_slots(parts, first, last)
	assert [part.resources for part in by_two[0].parts] == [(salon.anna.name,), (bea.name,)]
	assert to_site(by_two[-1].ends_at) == make.day(3, "12:00").replace(tzinfo=None)
	salon.change(skills=[{"skill": salon.skill.name}, {"skill": colour.name}])
	by_one = find_slots(parts, first, last)
	assert by_one[0].resources == (salon.anna.name,)
	assert by_one[0].parts[0].ends_at == by_one[0].parts[1].starts_at


def test_the_days_of_a_calendar(salon):
	salon.change(exceptions=[{"day": make.day(4).date()}])
	first, last = from_site(make.day(3, "00:00")), from_site(make.day(6, "00:00"))
	found = open_days((WantedPart(load_service(salon.service.name)),), first, last, times=2)
	assert [(day.day, day.count) for day in found] == [(make.day(3).date(), 5), (make.day(5).date(), 5)]
	assert [to_site(start).strftime("%H:%M") for start in found[0].starts] == ["09:00", "09:30"]


# -- the way


def test_the_way_from_home_and_between_visits(db):
	salon = Salon(needs_address=1)
	salon.change(latitude=HOME[0], longitude=HOME[1], hours=make.weekly_hours("09:00", "15:00"))
	all_day = ["09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00", "13:30"]
	assert salon.starts(place=HOME) == all_day
	assert salon.starts(place=FIVE_KM_NORTH) == all_day
	_claim(salon, "11:00", "12:00", FIVE_KM_NORTH)
	assert salon.starts(place=HOME) == ["09:30", "12:30", "13:00", "13:30"]
	assert salon.starts(place=FIVE_KM_NORTH) == ["09:30", "12:30", "13:00", "13:30"]


def test_a_visit_to_a_place_that_nobody_knows_takes_the_least_way(db):
	salon = Salon(needs_address=1)
	frappe.get_doc("Runbook Settings").update({"travel_minimum_minutes": 31}).save()
	_claim(salon, "11:00", "12:00", None)
	assert salon.starts() == ["09:00"]


def test_a_slower_way_is_known_at_once(db):
	salon = Salon(needs_address=1)
	salon.change(latitude=HOME[0], longitude=HOME[1])
	assert salon.starts(place=FIVE_KM_NORTH) == ["09:30", "10:00", "10:30"]
	frappe.get_doc("Runbook Settings").update({"travel_speed_kmh": 10}).save()
	assert salon.starts(place=FIVE_KM_NORTH) == ["10:00"]


def _claim(salon, start, end, place):
	span = [to_minutes(from_site(make.day(3, at))) for at in (start, end)]
	claims.lock_resources([salon.anna.name])
	assert not claims.take(make.unique("BK"), [salon.anna.name], *span, place=place)


# -- nothing out of date, in few queries


def test_a_search_sends_three_statements_at_most_and_one_when_nothing_has_changed(salon):
	booking = make.booking(service=salon.service, resources=[salon.anna], starts_at=make.day(3, "10:00"))
	for _ in range(4):
		make.person(skills=[salon.skill])
	frappe.db.commit()
	service = (WantedPart(load_service(salon.service.name)),)
	first, last = from_site(make.day(1)), from_site(make.day(40))

	def search():
		assert find_slots(service, first, last, limit=200)

	assert statements(search) <= 3
	assert statements(search) == 1
	assert statements(lambda: find_slots(service, first, last, apart_from=booking.name)) <= 3
	inside = first + timedelta(days=1), last - timedelta(days=2)
	assert statements(lambda: open_days(service, *inside)) == 1


def _book(salon):
	make.booking(service=salon.service, resources=[salon.anna], starts_at=make.day(3, "09:00"))


def _cancel(salon):
	visit = frappe.get_doc("Service Booking", {"service": salon.service.name})
	visit.update({"status": "Cancelled", "cancel_reason": "Ill"}).save()


def _time_off(salon):
	make.time_off(salon.anna, make.day(3, "09:00"), make.day(3, "10:00"))


def _end_time_off(salon):
	frappe.delete_doc(
		"Resource Time Off", frappe.get_all("Resource Time Off", {"resource": salon.anna.name})[0].name
	)


def _holiday(salon):
	day = make.day(3).date()
	values = {"holiday_list_name": make.unique("Days"), "from_date": day, "to_date": day}
	salon.change(holiday_list=make.insert("Holiday List", **values).name)
	assert salon.starts() == MORNING
	doc = frappe.get_doc("Holiday List", salon.anna.holiday_list)
	doc.append("holidays", {"holiday_date": day, "description": "Off"})
	doc.save()


def _rename(salon):
	name = make.unique("Ann")
	frappe.rename_doc("Service Resource", salon.anna.name, name)
	salon.anna = frappe.get_doc("Service Resource", name)
	_time_off(salon)


@pytest.mark.parametrize(
	("before", "write", "after"),
	[
		(None, _book, ["10:00", "10:30", "11:00"]),
		(_book, _cancel, MORNING),
		(_book, _rename, ["10:00", "10:30", "11:00"]),
		(None, _time_off, ["10:00", "10:30", "11:00"]),
		(_time_off, _end_time_off, MORNING),
		(None, _holiday, []),
		(None, _rename, ["10:00", "10:30", "11:00"]),
		(None, lambda salon: salon.change(active=0), []),
		(None, lambda salon: salon.change(skills=[]), []),
		(None, lambda salon: salon.change(hours=make.weekly_hours("10:00", "11:30")), ["10:00", "10:30"]),
		(None, lambda salon: salon.change(timezone="Etc/GMT+12"), []),
	],
)
def test_every_write_is_seen_by_the_next_search(salon, before, write, after):
	if before:
		before(salon)
	frappe.db.commit()
	assert salon.calendar() == salon.starts()
	write(salon)
	frappe.db.commit()
	assert salon.starts() == after or (after == [] and salon.starts() != MORNING)
	assert salon.calendar() == salon.starts()


def test_what_a_transaction_sees_of_its_own_writes_goes_with_a_rollback(salon):
	frappe.db.commit()
	assert salon.starts() == salon.calendar() == MORNING
	_book(salon)
	assert salon.starts() == salon.calendar() == ["10:00", "10:30", "11:00"]
	frappe.db.rollback()
	assert salon.starts() == salon.calendar() == MORNING


def test_a_calendar_that_is_kept_follows_its_service_and_the_question(salon):
	frappe.db.commit()
	assert salon.calendar() == MORNING
	salon.service.update({"duration_minutes": 90}).save()
	assert salon.calendar() == ["09:00", "09:30", "10:00", "10:30"]
	first, last = from_site(make.day(3, "09:40")), from_site(make.day(4, "09:10"))
	found = open_days((WantedPart(load_service(salon.service.name)),), first, last, times=1)
	assert [to_site(one.starts[0]).strftime("%d %H:%M") for one in found] == [
		make.day(3).strftime("%d 10:00"),
		make.day(4).strftime("%d 09:00"),
	]


def test_what_is_read_after_an_own_write_is_not_kept(salon):
	"""Others may have committed since this transaction's snapshot: kept under the new stamp it would hide them for ever."""
	from runbook_ops.store import stamps

	_book(salon)
	own = stamps.read([salon.anna.name])[salon.anna.name]
	assert not stamps.may_keep(own)
	frappe.db.commit()
	assert stamps.may_keep(own)


# -- HR


HR = {
	"Shift Type": [("start_time", "Time"), ("end_time", "Time")],
	"Shift Assignment": [
		("employee", "Data"),
		("shift_type", "Data"),
		("start_date", "Date"),
		("end_date", "Date"),
		("status", "Data"),
	],
	"Leave Application": [
		("employee", "Data"),
		("from_date", "Date"),
		("to_date", "Date"),
		("half_day", "Check"),
		("half_day_date", "Date"),
		("status", "Data"),
	],
}
"""The doctypes of HRMS that count, with the fields that are read."""


@pytest.fixture
def hr(db):
	"""HRMS's doctypes where it is not installed."""
	made = [name for name in HR if not frappe.db.exists("DocType", name)]
	for name in made:
		fields = [{"fieldname": field, "fieldtype": kind, "label": field.title()} for field, kind in HR[name]]
		make.insert(
			"DocType",
			name=name,
			module="Runbook Ops",
			custom=1,
			is_submittable=1,
			fields=fields,
			autoname="hash",
		)
	frappe.cache.delete_value("db_tables")
	yield
	frappe.db.rollback()
	for name in made:
		frappe.delete_doc("DocType", name, force=True, ignore_permissions=True)
		frappe.db.sql_ddl(f"drop table if exists `tab{name}`")
	frappe.cache.delete_value("db_tables")


@pytest.mark.commits
def test_hr_shifts_and_leave(hr):
	salon = Salon()
	person = make.insert(
		"Employee",
		first_name="Anna",
		gender="Female",
		date_of_birth="1990-01-01",
		date_of_joining="2020-01-01",
		company=make.company(),
	)
	salon.change(employee=person.name)
	frappe.db.commit()
	assert salon.starts() == MORNING
	shift = make.insert("Shift Type", start_time="13:00:00", end_time="14:30:00")
	assigned = make.insert(
		"Shift Assignment",
		employee=person.name,
		shift_type=shift.name,
		start_date=make.day(3).date(),
		end_date=make.day(4).date(),
		status="Active",
	)
	assert salon.starts() == MORNING
	assigned.submit()
	assert salon.starts() == ["13:00", "13:30"]
	assert salon.starts(5) == MORNING
	leave = make.insert(
		"Leave Application",
		employee=person.name,
		from_date=make.day(4).date(),
		to_date=make.day(6).date(),
		status="Approved",
		half_day=1,
		half_day_date=make.day(6).date(),
	)
	assert salon.starts(5) == MORNING
	leave.submit()
	assert [salon.starts(day) for day in (3, 4, 5, 6)] == [["13:00", "13:30"], [], [], []]
	salon.change(
		exceptions=[
			{"day": make.day(number).date(), "starts_at": "09:00", "ends_at": "10:00"} for number in (5, 6)
		]
	)
	assert [salon.starts(day) for day in (5, 6)] == [[], ["09:00"]]
	leave.cancel()
	assert salon.starts(5) == ["09:00"]
