"""The nightly look: bookings, runs, steps, effects and claims that don't belong together, and questions that nobody was asked."""

from datetime import datetime, timedelta

import frappe

from ..core.chains.spec import StepState
from ..core.reconciliation import Found, Lost
from ..core.timeline import to_minutes
from ..site_time import from_utc, to_site, to_utc
from .chain_versions import load_spec

MOST = 200
"""Findings of a kind in one night; what is more comes the night after these are mended."""
UNKNOWN_FOR = timedelta(days=1)
LOOK_BACK = timedelta(days=60)

WITHOUT_RUN = """select booking.name from `tabService Booking` booking
	join `tabBookable Service` service on service.name = booking.service
	where booking.status = 'Confirmed' and booking.starts_at_utc > %(now)s and booking.confirmed_at is not null
		and not exists (select 1 from `tabChain Run` run where run.booking = booking.name)
		and exists (select 1 from `tabTrigger Chain` chain where chain.trigger_event = 'booking_confirmed' and chain.enabled = 1
			and chain.current_version is not null and chain.modified < booking.confirmed_at
			and (chain.for_every_booking = 1 or chain.name = service.chain))
	order by booking.name limit %(most)s"""
LACKS_STEPS = """select run.name, run.version, run.booking, group_concat(distinct step.step_code) as codes
	from `tabChain Run` run join `tabTrigger Chain Version` version on version.name = run.version
	left join `tabChain Step Run` step on step.run = run.name
	where run.status in ('Running', 'Needs Attention')
	group by run.name having count(distinct step.step_code) < max(json_length(version.spec, '$.steps'))
	order by run.name limit %(most)s"""
IN_ENDED_RUN = """select step.name, step.title, run.booking from `tabChain Step Run` step
	join `tabChain Run` run on run.name = step.run
	where step.state in ('Waiting', 'Planned', 'Leased', 'Retry', 'Human') and run.status in ('Done', 'Cancelled')
	order by step.name limit %(most)s"""
UNKNOWN = """select effect.name, effect.summary, effect.recipient, effect.started_at, run.booking from `tabChain Effect` effect
	join `tabChain Run` run on run.name = effect.run
	join `tabChain Step Run` step on step.name = effect.step_run
	where effect.modified > %(back)s and effect.state in ('Unknown', 'Sending') and effect.started_at < %(since)s
		and step.state != 'Human'
	order by effect.name limit %(most)s"""
LOST_CLAIMS = """select claim.holder, min(claim.resource) as resource from
	(select holder, resource from `tabResource Claim` where end_minute > %(minute)s
		union select holder, resource from `tabSlot Bucket` where bucket > %(minute)s div 5) claim
	left join `tabService Booking` booking on booking.name = claim.holder
		and booking.status in ('Held', 'Confirmed', 'In Progress')
	left join `tabSlot Hold` hold on hold.name = claim.holder and hold.status = 'Held'
	left join `tabClass Session` session on session.name = claim.holder and session.status != 'Cancelled'
	where booking.name is null and hold.name is null and session.name is null
	group by claim.holder order by claim.holder limit %(most)s"""
UNASKED = """select step.name, step.title, step.reason, step.reason_code, run.booking, run.reference_doctype, run.reference_name
	from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run
	where step.state = 'Human' and not exists (select 1 from `tabFollow-up Task` task
		where task.step_run = step.name and task.status in ('Open', 'In Progress'))
	order by step.name limit %(most)s"""
MOOT = """select task.name from `tabFollow-up Task` task join `tabChain Step Run` step on step.name = task.step_run
	where task.status in ('Open', 'In Progress') and step.state in %(ended)s order by task.name limit %(most)s"""


def look(now: datetime) -> tuple[Found, ...]:
	"""Everything that does not belong together now."""
	values = {
		"now": to_utc(now),
		"most": MOST,
		"since": to_utc(now - UNKNOWN_FOR),
		"back": to_site(now - LOOK_BACK),
		"minute": to_minutes(now),
	}
	found = [
		Found(Lost.BOOKING_WITHOUT_RUN, "Service Booking", row.name, {}, row.name)
		for row in frappe.db.sql(WITHOUT_RUN, values, as_dict=True)
	]
	for row in frappe.db.sql(LACKS_STEPS, values, as_dict=True):
		missing = [
			step.title
			for step in load_spec(row.version).steps
			if step.code not in (row.codes or "").split(",")
		]
		about = {"missing": ", ".join(missing)}
		found.append(Found(Lost.RUN_LACKS_STEPS, "Chain Run", row.name, about, row.booking))
	for row in frappe.db.sql(IN_ENDED_RUN, values, as_dict=True):
		about = {"step": row.title}
		found.append(Found(Lost.STEP_IN_ENDED_RUN, "Chain Step Run", row.name, about, row.booking))
	for row in frappe.db.sql(UNKNOWN, values, as_dict=True):
		what = ", ".join(part for part in (row.summary, row.recipient) if part) or row.name
		about = {"what": what, "since": from_utc(row.started_at)}
		found.append(Found(Lost.EFFECT_UNKNOWN, "Chain Effect", row.name, about, row.booking))
	for row in frappe.db.sql(LOST_CLAIMS, values, as_dict=True):
		about = {"resource": row.resource, "holder": row.holder}
		found.append(Found(Lost.CLAIM, "Service Resource", f"{row.resource}/{row.holder}", about))
	return tuple(found)


def unasked_steps() -> list[frappe._dict]:
	"""The steps that wait for a person while no open task asks one."""
	return frappe.db.sql(UNASKED, {"most": MOST}, as_dict=True)


def moot_tasks() -> tuple[str, ...]:
	"""The open tasks whose step has ended."""
	ended = tuple(state.value for state in (StepState.DONE, StepState.SKIPPED, StepState.CANCELLED))
	return tuple(row[0] for row in frappe.db.sql(MOOT, {"ended": ended, "most": MOST}))
