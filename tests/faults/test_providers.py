"""Providers that answer 4xx and 5xx, slowly, never, or with nonsense: nobody gets a message twice, and each message has an end."""

from collections import Counter
from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.faults.calls import book_with_calls, odd_about, program
from tests.faults.processes import wait_until, workers
from tests.faults.trails import Salon, open_steps, take_account
from tests.support.tiers import tier

from runbook_ops.site_time import to_utc, utc_now
from runbook_ops.workflows.pump import pump

__all__ = ["program"]
pytestmark = pytest.mark.commits

BOOKINGS = tier(25, 3_000)


@pytest.fixture
def message(mail_server):
	"""A confirmed booking whose run is one message, and which nobody has worked yet."""
	make.user("Runbook Front Desk")
	make.user("Runbook Manager")
	visit = make.booking(service=make.bookable_service(chain=make.chain([make.message()]).name))
	frappe.db.commit()
	return visit


def step_of(booking) -> frappe._dict:
	frappe.db.rollback()
	run = frappe.db.get_value("Chain Run", {"booking": booking.name})
	return frappe.get_all("Chain Step Run", {"run": run}, ["name", "state", "reason_code", "attempts"])[0]


def hurry() -> None:
	"""What waits for its next try, or for a provider, is due now."""
	frappe.db.sql(
		"update `tabChain Step Run` set due_at = %s where state in ('Retry', 'Planned') and due_at > %s",
		(to_utc(utc_now() - timedelta(seconds=1)), to_utc(utc_now())),
	)
	frappe.db.commit()


@pytest.mark.parametrize("mode", ["busy", "later", "limit"])
def test_not_now_is_tried_again_and_sent_once(message, mail_server, mode):
	mail_server.behave(mode)
	pump()
	assert (step_of(message).state, step_of(message).attempts) == ("Retry", 1)
	hurry()
	pump()
	assert (step_of(message).state, step_of(message).attempts) == ("Retry", 2)
	mail_server.behave("accept")
	hurry()
	pump()
	assert step_of(message).state == "Done"
	assert len(mail_server.mails()) == 1


def test_never_is_a_persons(message, mail_server):
	mail_server.behave("refuse")
	pump()
	assert (step_of(message).state, step_of(message).reason_code) == ("Human", "address_refused")
	assert mail_server.mails() == []


@pytest.mark.parametrize(("mode", "kept"), [("drop", 1), ("lose", 0), ("garbage", 1), ("babble", 0)])
def test_no_answer_or_nonsense_is_a_persons_and_never_sent_again(message, mail_server, mode, kept):
	mail_server.behave(mode)
	pump()
	assert (step_of(message).state, step_of(message).reason_code) == ("Human", "outcome_unknown")
	mail_server.behave("accept")
	hurry()
	pump()
	assert len(mail_server.mails()) == kept


def test_a_slow_provider_is_waited_for(message, mail_server):
	mail_server.behave("slow")
	pump()
	assert step_of(message).state == "Done"
	assert len(mail_server.mails()) == 1


def work_to_the_end(folder) -> None:
	"""Workers work, and whenever nothing is due any more what waits is due now, until nothing waits."""
	tries = 0
	with workers(3, folder):
		while open_steps():
			tries += 1
			assert tries < 400, "steps are tried for ever"
			wait_until(lambda: not at_work(), "the workers to have nothing due", 120, pause=0.2)
			hurry()


def test_moods_of_a_mail_server_double_nothing(mail_server, tmp_path, figures):
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", 10)
	salon = Salon.opened(people=30)
	salon.book(BOOKINGS, salon.services[0])
	mail_server.behave("moody")
	work_to_the_end(tmp_path)
	account = take_account(mail_server)
	figures(f"{account}; {len(account.lost)} lost, {len(account.doubled)} doubled, {account.open} open")
	assert account.wrong == []
	assert account.messages["sent"] > account.open
	kinds = {"not sent: address_refused", "unknown and received", "unknown and not received"}
	assert kinds <= set(account.messages)


def test_moods_of_programs_that_are_called_double_nothing(program, tmp_path, figures):
	"""SMS whose answer is lost are looked up, so that each ends; a call of a stranger whose answer is lost is a person's."""
	book_with_calls(BOOKINGS)
	program.behave("moody")
	work_to_the_end(tmp_path)
	frappe.db.rollback()
	ended = Counter(
		frappe.get_all(
			"Chain Step Run", ["step_code", "state", "reason_code"], as_list=True, order_by="name asc"
		)
	)
	told = {" ".join(filter(None, kind)): count for kind, count in ended.items()}
	figures(f"{len(program.taken)} taken, {program.asked} asked after; {told}")
	assert {state for _, state, _ in ended} <= {"Done", "Human"}
	assert odd_about(program) == []
	assert ("sms", "Human", "outcome_unknown") not in ended
	assert ended["tell", "Human", "outcome_unknown"] > 0 and ended["sms", "Done", None] > BOOKINGS / 2
	assert program.asked > 0


def at_work() -> int:
	"""How many steps are due or in somebody's hands."""
	frappe.db.rollback()
	return frappe.db.sql(
		"select count(*) from `tabChain Step Run` where state = 'Leased' or (state in ('Planned', 'Retry') and due_at <= %s)",
		(to_utc(utc_now()),),
	)[0][0]
