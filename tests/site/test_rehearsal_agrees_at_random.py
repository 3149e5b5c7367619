"""Random bookings, rehearsed and lived: the same steps, times and texts; the rehearsal without a network and without a row.

40 bookings here, 200 at night. Both tell one story with all of them, over the days on which the clocks change.
"""

import random
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta

import frappe
import pytest
import yaml
from freezegun import freeze_time
from tests import factories as make
from tests.site.test_rehearsal_agrees import moment, same_link
from tests.site.test_rehearse_chain import writes
from tests.support.tiers import tier

from runbook_ops.errors import BookingRefused
from runbook_ops.operations import change_booking
from runbook_ops.rehearsal.bookings import Happening, Row
from runbook_ops.rehearsal.business import parse_business
from runbook_ops.rehearsal.engine import rehearse
from runbook_ops.site_time import from_utc, site_zone, to_utc
from runbook_ops.workflows.pump import pump

BOOKINGS = tier(40, 200)
SEEDS = tier((1,), (1, 2, 3))
FIRST = datetime(2026, 10, 19, 14, tzinfo=UTC)
PEOPLE = 8


@pytest.fixture
def business():
	"""One business twice: as the rehearsal reads it and as the site's records; three services that differ."""
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"company_phone": "+1 559 555 0134", "review_link": "https://studio.example/review"})
	settings.save()
	frappe.flags.mute_emails = True
	mark = make.unique("")
	services = [
		{
			"name": f"Opening{mark}",
			"duration_minutes": 90,
			"job_type": "Opening",
			"rebook_after_days": 180,
			"prep_instructions": "Please unlock the gate",
			"checklist": ["Load the test kit", "Check the pump"],
		},
		{"name": f"Repair{mark}", "duration_minutes": 60, "scope": "Mend what leaks", "needs_address": True},
		{"name": f"Talk{mark}", "duration_minutes": 30},
	]
	people = [f"Ana {number}{mark}" for number in range(PEOPLE)]
	for row in services:
		about = {key: value for key, value in row.items() if key not in ("name", "duration_minutes")}
		make.bookable_service(minutes=row["duration_minutes"], price=None, service_name=row["name"], **about)
	for name in people:
		make.person(
			resource_name=name,
			email=f"{name.split()[1][0]}@staff.example",
			hours=make.weekly_hours("06:00", "20:00"),
		)
	team = [{"name": "Administrator", "roles": ["Runbook Front Desk", "Runbook Manager"]}]
	data = {
		"company": make.company(),
		"phone": "+1 559 555 0134",
		"zone": str(site_zone()),
		"currency": "USD",
		"review_link": "https://studio.example/review",
		"team": team,
		"services": services,
		"resources": [
			{
				"name": name,
				"kind": "Person",
				"email": f"{name.split()[1][0]}@staff.example",
				"hours": {"Monday-Sunday": "06:00-20:00"},
			}
			for name in people
		],
	}
	return parse_business(yaml.safe_load(yaml.safe_dump(data))), [row["name"] for row in services], people


def story(seed, services, people):
	"""Rows in the order of their moments: every booking is made, some are moved, cancelled, missed or done by hand."""
	chance = random.Random(seed)
	zone, rows = site_zone(), []
	for number in range(BOOKINGS):
		ref, at = f"b{number}", FIRST + timedelta(minutes=chance.randrange(0, 14 * 24 * 60, 5))
		start = wall(at, chance, zone)
		email = chance.choice((f"{ref}@customer.example", f"{ref}@customer.example", ""))
		about = {
			"customer": make.unique(f"Dana {number}"),
			"email": email,
			"mobile": chance.choice(("", "+1 559 555 0101")),
		}
		about |= {
			"access_notes": chance.choice(("", "Gate code 12")),
			"notes": chance.choice(("", "Blue door")),
			"source": "phone",
			"service": chance.choice(services),
		}
		person = people[number % len(people)]
		rows.append(Row(number, at, Happening.BOOK, ref, start=start, resources=(person,), **about))
		for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
			at += timedelta(minutes=chance.randrange(5, 3 * 24 * 60, 5))
			person = chance.choice((person, person, chance.choice(people)))
			rows.append(
				Row(number, at, Happening.RESCHEDULE, ref, start=wall(at, chance, zone), resources=(person,))
			)
		if chance.random() < 0.25:
			at += timedelta(minutes=chance.randrange(5, 2 * 24 * 60, 5))
			rows.append(Row(number, at, Happening.CANCEL, ref, notes="ill"))
	return sorted(rows, key=lambda row: row.at)


def wall(at, chance, zone):
	"""A start of a visit, some hours to nine days ahead, on the clock of the site."""
	day = at.astimezone(zone).date() + timedelta(days=chance.randrange(0, 10))
	return datetime(
		day.year, day.month, day.day, chance.randrange(6, 18), chance.choice((0, 30)), tzinfo=zone
	).astimezone(UTC)


def rehearsed_offline(business, rows, monkeypatch):
	"""The rehearsal, with every way out of the process shut and no row of the site touched."""

	def shut(*_, **__):
		raise AssertionError("a rehearsal reaches out")

	before = rows_of_all_tables(), writes()
	really = frappe.local.db.sql
	with monkeypatch.context() as patch:
		patch.setattr(socket, "socket", shut)
		patch.setattr(socket, "create_connection", shut)
		patch.setattr(socket, "getaddrinfo", shut)
		patch.setattr(frappe.local.db, "sql", shut)
		world = rehearse(business, rows)
	assert frappe.local.db.sql == really
	assert (rows_of_all_tables(), writes()) == before
	return world


def rows_of_all_tables():
	names = (
		"Chain Run",
		"Chain Step Run",
		"Chain Effect",
		"Service Booking",
		"Communication",
		"Email Queue",
		"Follow-up Task",
	)
	return {name: frappe.db.count(name) for name in names}


def lived(rows, refused):
	"""The story on the site, the clock moved from one due time to the next; gives the bookings by ref."""
	visits: dict[str, str] = {}
	with freeze_time(rows[0].at) as clock:
		for row in rows:
			if (row.line, row.at, row.event) in refused:
				continue
			work_until(row.at, clock, visits)
			tell(row, visits)
			frappe.db.commit()
		work_until(datetime(2027, 12, 1, tzinfo=UTC), clock, visits)
	return visits


def tell(row, visits):
	if row.event is Happening.BOOK:
		customer = make.customer(customer_name=row.customer, email=row.email or None)
		about = {name: getattr(row, name) for name in ("mobile", "access_notes", "source", "notes")}
		visit = make.booking(
			customer=customer,
			service=row.service,
			starts_at=row.start.astimezone(site_zone()).replace(tzinfo=None),
			resources=list(row.resources),
			email=row.email or None,
			**about,
		)
		visits[row.ref] = visit.name
	elif row.event is Happening.RESCHEDULE:
		change_booking.reschedule_booking(visits[row.ref], row.start, list(row.resources))
	else:
		change_booking.cancel_booking(visits[row.ref], row.notes)


def work_until(end, clock, visits):
	"""Work whatever comes up before then. Of what comes up at one moment the story is first, then the technicians, who finish
	on time, then the steps: as in the rehearsal."""
	while True:
		due = frappe.db.sql(
			"select min(due_at) from `tabChain Step Run` where state = 'Planned' and due_at < %s", to_utc(end)
		)[0][0]
		over = frappe.db.sql(
			"""select ends_at_utc, name from `tabService Booking` where status = 'Confirmed' and ends_at_utc < %s
			and name in %s and job is not null order by ends_at_utc, name""",
			(to_utc(end), tuple(visits.values()) or ("",)),
		)
		moments = [from_utc(each) for each in (due, *(ends for ends, _ in over[:1])) if each]
		if not moments:
			break
		now = max(min(moments), datetime.now(UTC))
		clock.move_to(now)
		for ends, name in over:
			if from_utc(ends) <= now:
				change_booking.complete_booking(name)
		frappe.db.commit()
		pump()
	clock.move_to(end)


def on_site(name):
	steps = frappe.db.sql(
		"""select run.chain, step.revision, step.step_code, step.state, step.reason_code, step.due_at
		from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run where run.booking = %s""",
		name,
	)
	payloads = frappe.db.sql(
		"""select effect.recipient, effect.payload from `tabChain Effect` effect join `tabChain Run` run on run.name = effect.run
		where run.booking = %s and effect.action = 'send_message' and effect.state = 'Sent'""",
		name,
	)
	texts = [(to, *(frappe.parse_json(kept)[part] for part in ("subject", "body"))) for to, kept in payloads]
	return (
		Counter((*row[:4], row[4] or "", moment(from_utc(row[5]))) for row in steps),
		Counter((to, subject, same_link(body)) for to, subject, body in texts),
	)


def in_rehearsal(world, ref):
	booking = world.bookings[ref]
	steps = Counter(
		(
			run.spec.code,
			step.revision,
			step.code,
			step.state.value,
			step.reason_code or "",
			moment(step.due_at),
		)
		for run in booking.runs
		for step in run.steps
	)
	texts = Counter(
		(message.recipient, message.subject, same_link(message.body))
		for message in world.outbox
		if message.booking is booking
	)
	return steps, texts


@pytest.mark.parametrize("seed", SEEDS)
def test_random_bookings_have_the_same_steps_times_and_texts(business, monkeypatch, seed):
	known, services, people = business
	rows = story(seed, services, people)
	world = rehearsed_offline(known, rows, monkeypatch)
	refused = {(one.row.line, one.row.at, one.row.event) for one in world.refused}
	visits = lived(rows, refused)
	assert set(visits) == set(world.bookings)
	assert len(visits) > BOOKINGS * 0.6
	told, messages, differ = 0, 0, []
	for ref, name in visits.items():
		(steps, texts), (live_steps, live_texts) = in_rehearsal(world, ref), on_site(name)
		told, messages = told + steps.total(), messages + texts.total()
		differ += [f"{ref} rehearsed only: {one}" for one in [*(steps - live_steps), *(texts - live_texts)]]
		differ += [f"{ref} lived only: {one}" for one in [*(live_steps - steps), *(live_texts - texts)]]
	assert not differ, "\n".join(differ)
	assert told > 14 * len(visits) and messages > 3 * len(visits)


def test_a_rehearsal_that_reached_out_would_be_seen(business, monkeypatch):
	"""The guard bites: the same rehearsal with a step that asks the site."""
	known, services, people = business
	from runbook_ops.rehearsal import effects

	monkeypatch.setitem(effects.EFFECTS, "create_job", lambda *_: frappe.db.sql("select 1"))
	with pytest.raises(AssertionError, match="reaches out"):
		rehearsed_offline(known, story(1, services, people), monkeypatch)


def test_the_site_refuses_what_the_rehearsal_refuses(business):
	"""A taken time, of those that the stories leave out."""
	_, services, people = business
	with freeze_time(FIRST):
		start = make.day(3)
		make.booking(service=services[0], resources=[people[0]], starts_at=start)
		with pytest.raises(BookingRefused):
			make.booking(service=services[0], resources=[people[0]], starts_at=start)
