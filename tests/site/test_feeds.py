"""A resource's calendar feed: whose it is, what it shows, and who may hand out its address."""

from datetime import timedelta

import frappe
import pytest
import vobject
from tests import factories as make

from runbook_ops.api import feeds
from runbook_ops.operations.change_booking import cancel_booking, reschedule_booking
from runbook_ops.operations.read_calendar import feed_address, read_calendar, renew_feed
from runbook_ops.site_time import from_site, to_site, utc_now


def key_of(address: str) -> str:
	return address.rsplit("/", 1)[1].removesuffix(".ics")


def feed(of=None) -> dict:
	"""The entries of a resource's feed by the record that they show."""
	calendar = vobject.readOne(read_calendar(key_of(feed_address(of and of.name))))
	return {event.uid.value.partition("@")[0]: event for event in calendar.contents.get("vevent", [])}


def test_a_person_sees_their_visits_with_what_it_takes():
	ann, bea = make.person(), make.person()
	mine = make.booking(resources=[ann], access_notes="Gate code 4711", mobile="+1 555 0100")
	other = make.booking(resources=[bea])
	entries = feed(ann)
	assert mine.name in entries and other.name not in entries
	event = entries[mine.name]
	assert (event.dtstart.value, event.dtend.value) == (from_site(mine.starts_at), from_site(mine.ends_at))
	assert event.summary.value == f"{mine.customer_name}: {mine.service}"
	assert "4711" in event.description.value and "+1 555 0100" in event.description.value


def test_a_rooms_feed_tells_nothing_about_customers():
	room = make.room()
	visit = make.booking(
		service=make.bookable_service(needs=["Person", "Room"]),
		resources=[make.person(), room],
		access_notes="Gate code 4711",
	)
	text = read_calendar(key_of(feed_address(room.name)))
	assert visit.name in text
	assert visit.customer_name not in text and "4711" not in text


def test_a_crews_visits_are_its_peoples():
	ann = make.person()
	crew = make.crew(ann, make.person())
	visit = make.booking(
		service=make.bookable_service(needs=["Crew"]), resources=[crew], access_notes="Gate code 4711"
	)
	asked = make.booking(status="Requested", service=visit.service, resources=[crew], starts_at=make.day(4))
	for one in (ann, crew):
		assert {visit.name, asked.name} <= set(feed(one))


def test_a_request_is_tentative_and_blocks_nobody():
	ann = make.person()
	asked = make.booking(status="Requested", resources=[ann])
	event = feed(ann)[asked.name]
	assert (event.status.value, event.transp.value) == ("TENTATIVE", "TRANSPARENT")


def test_a_move_and_a_cancellation_show_with_a_higher_number():
	ann = make.person()
	visit = make.booking(resources=[ann])
	before = feed(ann)[visit.name]
	reschedule_booking(visit.name, from_site(make.day(4, "15:00")))
	moved = feed(ann)[visit.name]
	assert moved.dtstart.value == from_site(make.day(4, "15:00"))
	cancel_booking(visit.name, "Ill")
	gone = feed(ann)[visit.name]
	assert gone.status.value == "CANCELLED"
	numbers = [int(event.sequence.value) for event in (before, moved, gone)]
	assert numbers == sorted(set(numbers))


def test_a_cancelled_visit_leaves_after_a_week():
	ann = make.person()
	visit = make.booking(resources=[ann])
	cancel_booking(visit.name, "Ill")
	frappe.db.set_value("Service Booking", visit.name, "cancelled_at", to_site(utc_now() - timedelta(days=8)))
	assert feed(ann) == {}


def test_a_visit_given_to_somebody_else_leaves_at_once():
	ann, bea = make.person(), make.person()
	visit = make.booking(resources=[ann])
	visit.set("resources", [{"resource": bea.name}])
	visit.save()
	assert visit.name not in feed(ann) and visit.name in feed(bea)


def test_time_off_blocks():
	ann = make.person()
	away = make.time_off(ann, make.day(2, "08:00"), make.day(2, "18:00"), reason="Dentist")
	event = feed(ann)[f"away-{away.name}"]
	assert (event.summary.value, event.transp.value) == ("Away: Dentist", "OPAQUE")


def test_the_window_is_a_month_back_and_half_a_year_ahead():
	ann = make.person()
	near, far = (make.booking(resources=[ann], starts_at=make.day(days)).name for days in (179, 182))
	assert near in feed(ann) and far not in feed(ann)


def test_everybodys_feed_shows_everybody():
	visits = {make.booking().name, make.booking().name}
	assert visits <= set(feed())


def test_statements_do_not_grow_with_the_calendar(monkeypatch):
	ann = make.person()
	for hour in range(8, 18):
		make.booking(resources=[ann], starts_at=make.day(3, f"{hour:02}:00"))
	key = key_of(feed_address(ann.name))
	read_calendar(key)
	seen, really = [], frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *args, **more: seen.append(args[0]) or really(*args, **more))
	read_calendar(key)
	assert len(seen) <= 5


@pytest.mark.parametrize("key", ["", "0" * 48, "' or 1=1 --", "\u0000"])
def test_a_forged_key_opens_nothing(key):
	feed_address(None)
	assert read_calendar(key) is None


def test_a_renewed_address_replaces_the_old_one():
	ann = make.person()
	old = feed_address(ann.name)
	assert feed_address(ann.name) == old
	new = renew_feed(ann.name)
	assert read_calendar(key_of(old)) is None and read_calendar(key_of(new))


def test_a_resource_that_is_switched_off_has_no_feed():
	ann = make.person()
	address = feed_address(ann.name)
	ann.reload()
	ann.active = 0
	ann.save()
	assert read_calendar(key_of(address)) is None


def test_who_may_have_an_address():
	desk, technician = make.user("Runbook Front Desk"), make.user("Runbook Technician")
	mine, others = make.person(user=technician.name), make.person()
	frappe.set_user(technician.name)
	assert feeds.address(mine.name).endswith(".ics")
	assert feeds.renew(mine.name).endswith(".ics")
	for login in (technician, desk):
		frappe.set_user(login.name)
		for what in (others.name, None):
			for ask in (feeds.address, feeds.renew):
				with pytest.raises(frappe.PermissionError):
					ask(what)
	frappe.set_user("Administrator")
	assert feeds.address(others.name) and feeds.address()


def test_nobody_reads_a_key_from_a_record():
	ann = make.person()
	feed_address(ann.name)
	frappe.set_user(make.user("Runbook Front Desk").name)
	rows = frappe.get_list("Service Resource", {"name": ann.name}, ["*"])
	assert rows and not rows[0].get("feed_key")
	doc = frappe.get_doc("Service Resource", ann.name)
	doc.apply_fieldlevel_read_permissions()
	assert not doc.get("feed_key")
