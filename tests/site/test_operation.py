"""How the engine is watched: questions that go up, routes, nightly look, old runs put away, alarm, and the health address."""

from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.support.trail import asked, effect_of, run_of, step_of, steps_of, task_of, visit, work

from runbook_ops.api import health as health_api
from runbook_ops.jobs.chains import put_away, reconcile
from runbook_ops.jobs.pump import sweep, work_due_steps
from runbook_ops.jobs.tasks import escalate_unanswered
from runbook_ops.operations.open_task import TaskWish, open_task
from runbook_ops.operations.read_health import health_address, read_health
from runbook_ops.site_time import to_site, to_utc, utc_now
from runbook_ops.store.stories import story_of_run
from runbook_ops.workflows.resolve import resolve_task


def settings(**values):
	frappe.get_doc("Runbook Settings").update(values).save()


def ago(**span):
	return to_site(utc_now() - timedelta(**span))


def tasks(**filters):
	return frappe.get_all("Follow-up Task", filters, ["*"], order_by="creation asc")


# -- questions that nobody answers


def test_an_unanswered_question_goes_up_each_level_once_and_its_log_says_so(mail_server):
	boss, manager = make.user("Runbook Front Desk"), make.user("Runbook Manager")
	settings(default_owner=boss.name, escalation_minutes=30)
	_booking, step = asked()
	task = task_of(step)
	assert task.allocated_to == boss.name
	escalate_unanswered()
	assert not task_of(step).escalation_level, "it is not due yet"
	for level, owner in ((1, manager.name), (2, boss.name)):
		frappe.db.set_value(
			"Follow-up Task",
			task.name,
			{"due_at": ago(minutes=5), "escalated_at": (level > 1 and ago(minutes=31)) or None},
		)
		for _ in range(3):
			escalate_unanswered()
		task.reload()
		assert (task.escalation_level, task.allocated_to) == (level, owner)
		said = frappe.get_all(
			"Comment", {"reference_name": task.name, "comment_type": "Info"}, pluck="content"
		)
		assert len(said) == level
		assert frappe.db.count("Notification Log", {"for_user": owner, "document_name": task.name}) == 1
	resolve_task(task.name, "Done by hand")
	assert task.reload().status == "Done"


def test_an_answered_question_stays_where_it_is(mail_server):
	make.user("Runbook Manager")
	_booking, step = asked()
	task = task_of(step)
	resolve_task(task.name, "Done by hand")
	frappe.db.set_value("Follow-up Task", task.name, "due_at", ago(days=1))
	escalate_unanswered()
	assert not task.reload().escalation_level


# -- routes


def test_routes_say_who_owns_what(mail_server):
	anna, bert, cleo = (make.user("Runbook Front Desk") for _ in range(3))
	manager = make.user("Runbook Manager")
	settings(
		task_routes=[
			{"reason_code": "customer_has_no_email", "user": anna.name},
			{"kind": "Exception", "role": "Runbook Front Desk", "to_role": "Runbook Manager"},
			{"kind": "Follow-up", "to_role": "Runbook Front Desk", "in_turn": 1},
		]
	)
	_booking, step = asked()
	assert task_of(step).allocated_to == anna.name
	about = {"subject": "x", "due_at": utc_now(), "role": "Runbook Front Desk"}
	assert owner_of(open_task(TaskWish(**about, key="a", kind="Exception"))) == manager.name
	frappe.db.set_value("Follow-up Task", {"status": "Open"}, "creation", ago(days=1), update_modified=False)
	given = []
	for number in range(4):
		name = open_task(TaskWish(**about, key=f"turn {number}"))
		frappe.db.set_value(
			"Follow-up Task", name, "creation", ago(minutes=10 - number), update_modified=False
		)
		given.append(owner_of(name))
	assert len(set(given[:3])) == 3 and {anna.name, bert.name, cleo.name} >= set(given)


def owner_of(task):
	return frappe.db.get_value("Follow-up Task", task, "allocated_to")


def test_a_route_of_a_territory_holds_for_all_below_it():
	front, west = make.user("Runbook Front Desk"), make.user("Runbook Manager")
	around = make.insert("Territory", territory_name=make.unique("West"), is_group=1)
	place = make.insert("Territory", territory_name=make.unique("Concord"), parent_territory=around.name)
	settings(task_routes=[{"territory": around.name, "user": west.name}])
	inside, outside = make.booking(territory=place.name), make.booking()
	for booking, owner in ((inside, west), (outside, front)):
		wish = {"subject": "x", "due_at": utc_now(), "role": "Runbook Front Desk"}
		task = open_task(TaskWish(**wish, key=booking.name, values={"booking": booking.name}))
		assert owner_of(task) == owner.name


# -- the nightly look


def test_a_night_finds_what_is_wrong_once_and_lets_go_of_what_is_right_again(mail_server):
	booking = visit(make.message(), {"code": "job", "action": "create_job"})
	run = run_of(booking).name
	frappe.db.delete("Chain Step Run", {"run": run, "step_code": "job"})
	for _ in range(2):
		reconcile()
		(task,) = tasks(reason_code="lost_run_lacks_steps")
		assert (task.status, task.reference_name, task.booking) == ("Open", run, booking.name)
		assert "Job" in task.reason and task.allocated_to
	frappe.db.set_value("Chain Run", run, "status", "Cancelled")
	frappe.db.set_value("Chain Step Run", {"run": run}, "state", "Cancelled")
	reconcile()
	(task,) = tasks(reason_code="lost_run_lacks_steps")
	assert (task.status, task.outcome) == ("Done", "A later look found nothing wrong any more.")


def test_a_confirmed_booking_without_a_run_is_found():
	booking = visit(make.message())
	chain = frappe.db.get_value("Chain Run", {"booking": booking.name}, "chain")
	frappe.db.set_value("Trigger Chain", chain, "modified", ago(days=1), update_modified=False)
	frappe.db.delete("Chain Run", {"booking": booking.name})
	reconcile()
	assert [task.booking for task in tasks(reason_code="lost_booking_without_run")] == [booking.name]


def test_a_booking_confirmed_before_the_chain_was_switched_on_is_none():
	booking = visit(make.message())
	frappe.db.set_value("Service Booking", booking.name, "confirmed_at", ago(days=1))
	frappe.db.delete("Chain Run", {"booking": booking.name})
	reconcile()
	assert tasks(reason_code="lost_booking_without_run") == []


def test_an_open_step_in_an_ended_run_is_found():
	booking = visit(make.message())
	frappe.db.set_value("Chain Run", run_of(booking).name, "status", "Done")
	reconcile()
	assert [task.reference_name for task in tasks(reason_code="lost_step_in_ended_run")] == [
		step_of(booking).name
	]


def test_an_effect_of_which_nobody_knows_is_found_when_nobody_is_asked_about_it(mail_server):
	booking = visit(make.message())
	work()
	step = step_of(booking)
	effect = effect_of(step).name
	values = {"state": "Unknown", "started_at": to_utc(utc_now() - timedelta(days=2))}
	frappe.db.set_value("Chain Effect", effect, values)
	frappe.db.set_value("Chain Step Run", step.name, "state", "Human")
	reconcile()
	assert tasks(reason_code="lost_effect_unknown") == []
	frappe.db.set_value("Chain Step Run", step.name, "state", "Cancelled")
	reconcile()
	assert [task.reference_name for task in tasks(reason_code="lost_effect_unknown")] == [effect]


def test_time_that_nobody_needs_is_found():
	booking = make.booking()
	frappe.db.set_value("Service Booking", booking.name, "status", "Cancelled")
	reconcile()
	(task,) = tasks(reason_code="lost_claim")
	assert booking.name in task.reason and booking.resources[0].resource in task.reason


def test_a_sound_business_has_nothing_to_find(mail_server):
	booking = visit(make.message(), {"code": "job", "action": "create_job"})
	make.booking(status="Requested")
	work()
	reconcile()
	assert [task.reason_code for task in tasks() if task.dedupe_key.startswith("lost|")] == []
	assert step_of(booking).state == "Done"


def test_a_question_that_nobody_was_asked_is_asked_and_its_answer_goes_on_with_the_run(mail_server):
	booking, step = asked()
	frappe.db.delete("Follow-up Task", {"step_run": step.name})
	reconcile()
	task = task_of(step)
	assert task.allocated_to and task.choices
	reconcile()
	assert task_of(step).name == task.name
	resolve_task(task.name, "Done by hand")
	assert step_of(booking).state == "Done"


def test_a_question_whose_step_has_ended_is_dropped(mail_server):
	_booking, step = asked()
	task = task_of(step)
	frappe.db.set_value("Chain Step Run", step.name, "state", "Done")
	reconcile()
	assert (task.reload().status, task.outcome) == ("Dismissed", "Its step has ended meanwhile.")


# -- old runs


def test_old_runs_are_put_away_and_their_story_stays(mail_server):
	mail_server.behave("busy")
	old, young = visit(make.message(), {"code": "job", "action": "create_job"}), visit(make.message())
	work()
	mail_server.behave("accept")
	work()
	run = run_of(old).name
	before = story_of_run(run)
	frappe.db.set_value("Chain Run", run, "ended_at", ago(days=401))
	put_away()
	assert (
		frappe.db.count("Chain Step Run", {"run": run}) == frappe.db.count("Chain Effect", {"run": run}) == 0
	)
	assert not frappe.db.exists("Chain Effect Attempt", {"step_run": before[0].step_run})
	assert set(steps_of(young)) == {"message"}
	after = story_of_run(run)
	shown = (
		"step_code",
		"title",
		"state",
		"due_at",
		"ended_at",
		"reason",
		"summary",
		"recipient",
		"effect_state",
	)
	for then, now in zip(before, after, strict=True):
		assert {name: now[name] for name in shown} == {name: then[name] for name in shown}
		assert [each["text"] for each in now.events] == [each["text"] for each in then.events]
	assert any(row.events for row in after), "the try that failed is told"
	put_away()
	assert len(story_of_run(run)) == len(after)


@pytest.mark.parametrize("days", [0, 500])
def test_what_is_not_old_enough_stays(mail_server, days):
	settings(archive_after_days=days)
	booking = visit(make.message())
	work()
	frappe.db.set_value("Chain Run", run_of(booking).name, "ended_at", ago(days=401))
	put_away()
	assert step_of(booking).state == "Done" and not run_of(booking).archived


# -- the pulse


def test_a_scheduler_that_stands_still_is_told_once_and_ends_by_itself(mail_server):
	sweep()
	frappe.db.commit()
	host = frappe.get_all("Chain Worker", pluck="name", order_by="heartbeat_at desc")[0]
	work_due_steps()
	assert tasks(reason_code="sweep_silent") == []
	frappe.db.sql("update `tabChain Worker` set heartbeat_at = %s", to_utc(utc_now() - timedelta(minutes=11)))
	frappe.db.commit()
	for _ in range(2):
		work_due_steps()
		frappe.db.commit()
	(task,) = tasks(reason_code="sweep_silent")
	assert task.status == "Open" and not read_health()["alive"]
	sweep()
	assert tasks(reason_code="sweep_silent")[0].status == "Done"
	assert read_health()["alive"] and frappe.db.exists("Chain Worker", host)


def test_the_health_address_needs_its_key_and_rings_when_something_is_due(mail_server, jobs):
	sweep()
	key = health_address().partition("key=")[2]
	assert health_address().endswith(key) and len(key) == 48
	frappe.set_user("Guest")
	assert health_api.pulse("not the key")["error"]["code"] == "link_forged"
	assert frappe.local.response.http_status_code == 403
	frappe.local.response.http_status_code = 200
	jobs.calls.clear()
	assert health_api.pulse(key)["alive"] is True and frappe.local.response.http_status_code == 200
	assert jobs.methods == []
	frappe.set_user("Administrator")
	booking = visit(make.message())
	frappe.db.set_value(
		"Chain Step Run", step_of(booking).name, "due_at", to_utc(utc_now() - timedelta(minutes=16))
	)
	frappe.db.commit()
	jobs.calls.clear()
	told = health_api.pulse(key)
	assert told["alive"] is False and told["oldest_due"] > 900 and told["late"] == 1
	assert frappe.local.response.http_status_code == 503
	assert jobs.methods == ["runbook_ops.jobs.pump.work_due_steps"]
	assert health_address(renew=True).partition("key=")[2] != key


def test_only_who_may_change_the_settings_gets_the_health_address():
	frappe.set_user(make.user("Runbook Front Desk").name)
	with pytest.raises(frappe.PermissionError):
		health_api.address()
	assert "late" in health_api.overview()
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		health_api.overview()


def test_the_page_tells_what_stands(mail_server):
	booking, _step = asked()
	done = visit(make.message())
	work()
	told = read_health()
	assert (told["asking"], told["lost"], told["late"]) == (1, 0, 0)
	assert sum(hour["count"] for hour in told["hours"]) >= 1 and len(told["hours"]) == 24
	assert [row["booking"] for row in told["findings"]] == [booking.name]
	assert step_of(done).state == "Done"
