"""Pumps and people at the same moment: a batch of messages on its way, conflicts at the claim, one shortage and two checks."""

import time

import frappe
import pytest
from tests import factories as make
from tests.faults.processes import wait_until, workers
from tests.faults.trails import open_steps
from tests.support.tables import connect_as_root

from runbook_ops.operations import change_booking
from runbook_ops.workflows.pump import pump

pytestmark = pytest.mark.commits


def message_visits(count: int) -> list:
	"""Confirmed bookings whose run is one message that is due."""
	chain = make.chain([make.message()]).name
	service = make.bookable_service(chain=chain)
	visits = [make.booking(service=service, starts_at=make.day(3 + number)) for number in range(count)]
	frappe.db.commit()
	return visits


def is_sending() -> bool:
	frappe.db.rollback()
	return bool(frappe.db.exists("Chain Effect", {"state": "Sending"}))


def test_who_changes_a_booking_while_its_batch_is_sent_is_heeded(mail_server, tmp_path):
	mail_server.behave("slow")
	visits = message_visits(6)
	cancelled, moved_in = visits[3], visits[4]
	with workers(1, tmp_path):
		wait_until(is_sending, "the worker to send the first")
		change_booking.cancel_booking(cancelled.name, "ill")
		moved_in.reload().update({"email": "new@customer.example"}).save()
		frappe.db.commit()
		wait_until(lambda: open_steps() == 0, "every message to be sent")
	sent_to = {
		effect.run: effect.recipient
		for effect in frappe.get_all("Chain Effect", {"action": "send_message"}, ["run", "recipient"])
	}
	runs = {
		run.booking: run.name
		for run in frappe.get_all("Chain Run", {"chain": ("!=", "booking_cancelled")}, ["booking", "name"])
	}
	assert runs[cancelled.name] not in sent_to
	assert sent_to[runs[moved_in.name]] == "new@customer.example"
	assert len({mail.message_id for mail in mail_server.mails()}) == len(mail_server.mails())
	assert "new@customer.example" in {mail.to for mail in mail_server.mails()}


@pytest.fixture
def conflicts():
	"""The server answers the next leases with a deadlock, as often as the session's @conflicts says."""
	frappe.db.commit()
	frappe.db.sql_ddl(
		"""create or replace trigger runbook_conflict before update on `tabChain Step Run` for each row begin
		if new.state = 'Leased' and @conflicts > 0 then
			set @conflicts = @conflicts - 1;
			signal sqlstate '40001' set mysql_errno = 1213, message_text = 'Deadlock found';
		end if; end"""
	)
	yield
	frappe.db.rollback()
	frappe.db.sql_ddl("drop trigger runbook_conflict")


def test_a_conflict_at_the_claim_is_tried_again(mail_server, conflicts):
	message_visits(2)
	frappe.db.sql("set @conflicts = 3")
	assert pump() == 2
	assert len(mail_server.mails()) == 2 and frappe.db.sql("select @conflicts")[0][0] == 0


def test_two_checks_at_once_order_a_shortage_once(mail_server, tmp_path):
	item = make.material().name
	chain = make.chain([{"code": "stock", "action": "check_materials"}]).name
	services = [make.bookable_service(chain=chain, uses={item: 1}) for _ in range(2)]
	make.booking(service=make.bookable_service(chain=chain, uses={make.material().name: 1}))
	frappe.db.commit()
	pump()  # the series of material requests exists
	held_up = connect_as_root()
	with held_up.cursor() as cursor, workers(2, tmp_path):
		cursor.execute(f"use `{frappe.conf.db_name}`")
		cursor.execute("begin")
		assert cursor.execute("select name from `tabSeries` where name like 'MAT-MR-%' for update")
		for service in services:
			make.booking(service=service)
			frappe.db.commit()
			time.sleep(1.5)  # a worker takes it and comes as far as it can
		held_up.rollback()
		wait_until(lambda: open_steps() == 0, "both checks to end")
	held_up.close()
	ordered = frappe.get_all("Material Request Item", {"item_code": item, "docstatus": 1}, pluck="qty")
	assert sum(ordered) == 2
