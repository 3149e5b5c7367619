"""The rehearsal and the site plan the same steps at the same times and compose the same texts."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import frappe
import pytest
import yaml
from freezegun import freeze_time
from tests import factories as make

from runbook_ops.operations import change_booking
from runbook_ops.rehearsal.bookings import parse_bookings
from runbook_ops.rehearsal.business import parse_business
from runbook_ops.rehearsal.engine import rehearse
from runbook_ops.site_time import from_utc, site_zone
from runbook_ops.workflows.pump import pump

HEADING = "at,event,ref,customer,email,mobile,service,start,resources,access_notes,source,notes\n"
VISIT = (
	"Dana Frost,{email},+1 559 555 0101,{service},2026-06-16 10:00,{person},Gate code 12,phone,Blue door\n"
)

STORIES = {
	"kept": "2026-06-08 09:00,book,one," + VISIT,
	"inside 48 hours": "2026-06-15 18:00,book,one," + VISIT,
	"moved": "2026-06-08 09:00,book,one,"
	+ VISIT
	+ "2026-06-12 11:00,reschedule,one,,,,,2026-06-18 14:30,,,,\n",
	"cancelled": "2026-06-08 09:00,book,one," + VISIT + "2026-06-12 11:00,cancel,one,,,,,,,,,ill\n",
	"over the clock change": ("2026-10-26 09:00,book,one," + VISIT).replace("06-16 10:00", "11-02 10:00"),
}


@pytest.fixture
def business():
	"""The same business twice: as the rehearsal reads it, and as the site's records."""
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"company_phone": "+1 559 555 0134", "review_link": "https://studio.example/review"})
	settings.save()
	frappe.flags.mute_emails = True
	names = {"person": make.unique("Ana Ruiz"), "service": make.unique("Pool opening")}
	make.person(resource_name=names["person"], email="ana@staff.example")
	make.bookable_service(
		minutes=90,
		price=None,
		service_name=names["service"],
		job_type="Opening",
		rebook_after_days=180,
		scope="Uncover, clean, balance the water",
		prep_instructions="Please unlock the gate",
		checklist=["Load the test kit", "Check the cover pump"],
	)
	data = {
		"company": make.company(),
		"phone": "+1 559 555 0134",
		"zone": str(site_zone()),
		"currency": "USD",
		"review_link": "https://studio.example/review",
		"team": [{"name": "Administrator", "roles": ["Runbook Front Desk", "Runbook Manager"]}],
		"services": [
			{
				"name": names["service"],
				"job_type": "Opening",
				"duration_minutes": 90,
				"rebook_after_days": 180,
				"scope": "Uncover, clean, balance the water",
				"prep_instructions": "Please unlock the gate",
				"checklist": ["Load the test kit", "Check the cover pump"],
			}
		],
		"resources": [
			{
				"name": names["person"],
				"kind": "Person",
				"email": "ana@staff.example",
				"hours": {"Monday-Sunday": "08:00-18:00"},
			}
		],
	}
	return data, names


def live(rows, zone: ZoneInfo):
	"""The story on the site, the clock moved from one due time to the next."""
	first = rows[0]
	with freeze_time(first.at.astimezone(UTC)) as clock:
		customer = make.customer(customer_name=first.customer, email=first.email or None)
		visit = make.booking(
			customer=customer,
			service=first.service,
			starts_at=first.start.astimezone(zone).replace(tzinfo=None),
			resources=[first.resources[0]],
			email=first.email or None,
			mobile=first.mobile,
			access_notes=first.access_notes,
			source=first.source,
			notes=first.notes,
		)
		frappe.db.commit()
		pump()
		for row in rows[1:]:
			work_until(row.at, clock)
			if row.event == "reschedule":
				change_booking.reschedule_booking(visit.name, row.start)
			else:
				change_booking.cancel_booking(visit.name, row.notes)
			frappe.db.commit()
			pump()
		visit.reload()
		if visit.status == "Confirmed":
			end = from_utc(visit.ends_at_utc)
			work_until(end, clock)
			change_booking.complete_booking(visit.name)
			frappe.db.commit()
			pump()
		work_until(datetime(2027, 12, 1, tzinfo=UTC), clock)
	return visit


def work_until(end: datetime, clock) -> None:
	while True:
		(due,) = frappe.db.sql(
			"select min(due_at) from `tabChain Step Run` where state = 'Planned' and due_at <= %s", end
		)
		if not due[0]:
			break
		clock.move_to(max(from_utc(due[0]), datetime.now(UTC)))
		pump()
	clock.move_to(end)


def on_site(visit):
	steps = frappe.db.sql(
		"""select run.chain, step.revision, step.step_code, step.state, step.reason_code, step.due_at
		from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run where run.booking = %s""",
		visit.name,
	)
	messages = frappe.db.sql(
		"""select effect.payload from `tabChain Effect` effect join `tabChain Run` run on run.name = effect.run
		where run.booking = %s and effect.action = 'send_message' and effect.state = 'Sent'""",
		visit.name,
	)
	payloads = [json.loads(row[0]) for row in messages]
	return (
		sorted((*row[:4], row[4] or "", moment(from_utc(row[5]))) for row in steps),
		sorted((each["recipient"], each["subject"], same_link(each["body"])) for each in payloads),
	)


def rehearsed(world):
	steps = [
		(
			run.spec.code,
			step.revision,
			step.code,
			step.state.value,
			step.reason_code or "",
			moment(step.due_at),
		)
		for run in world.runs()
		for step in run.steps
	]
	return sorted(steps), sorted(
		(each.recipient, each.subject, same_link(each.body)) for each in world.outbox
	)


def same_link(body):
	"""The text with one address for each visit's own page: a rehearsal has no key to sign with."""
	return re.sub(r"https?://\S+/visit/\S+", "VISIT-LINK", body)


def moment(due):
	return due.astimezone(UTC).replace(microsecond=0).isoformat() if due else ""


@pytest.mark.parametrize("email", ["dana@customer.example", ""])
@pytest.mark.parametrize("story", STORIES)
def test_same_steps_times_and_texts(business, story, email):
	data, names = business
	parsed = parse_business(yaml.safe_load(yaml.safe_dump(data)))
	rows = parse_bookings(HEADING + STORIES[story].format(email=email, **names), parsed)
	world = rehearse(parsed, rows)
	visit = live(rows, site_zone())
	steps, texts = on_site(visit)
	expected_steps, expected_texts = rehearsed(world)
	assert steps == expected_steps
	assert texts == expected_texts
	assert len(steps) >= 14
	assert bool(texts) or not email


@pytest.mark.parametrize("story", ["kept", "moved", "over the clock change"])
def test_the_same_with_quiet_hours(business, story):
	data, names = business
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"quiet_from": "09:30:00", "quiet_to": "13:45:00"})
	settings.save()
	parsed = parse_business(yaml.safe_load(yaml.safe_dump({**data, "quiet_hours": "09:30-13:45"})))
	rows = parse_bookings(HEADING + STORIES[story].format(email="dana@customer.example", **names), parsed)
	expected_steps, expected_texts = rehearsed(rehearse(parsed, rows))
	steps, texts = on_site(live(rows, site_zone()))
	assert steps == expected_steps
	assert texts == expected_texts
	held_back = [
		step
		for step in steps
		if datetime.fromisoformat(step[5] or "2026-01-01T00:00Z").astimezone(site_zone()).strftime("%H:%M")
		== "13:45"
	]
	assert held_back
