"""A fee for a no-show in Chromium: the manager waives it on the booking with a reason, and the deposit is given back."""

import frappe
from tests.browser.conftest import MANAGER
from tests.support.fees import salon

from runbook_ops.operations.charge_fee import charge_fee

__all__ = ["salon"]


def test_a_fee_is_waived_and_the_deposit_given_back_on_the_booking(desk_of, salon):
	desk = desk_of(*MANAGER)
	visit = salon.missed(deposit=30)
	fee = charge_fee(visit.name)
	frappe.db.commit()
	desk.form("Service Booking", visit.name)
	desk.press("Waive the fee")
	desk.wait_for("100 % of")
	desk.answer("Waive", reason="Was in hospital")
	desk.page.wait_for_selector("button:text-is('Waive the fee')", state="detached")
	frappe.db.rollback()
	row = frappe.db.get_value("Booking Fee", fee.name, ["status", "waive_reason"])
	assert row == ("Waived", "Was in hospital")
	desk.press("Give deposit back")
	desk.pick("mode_of_payment", "Cash")
	desk.answer("Give back", reason="Waived")
	desk.page.wait_for_selector("button:text-is('Give deposit back')", state="detached")
	frappe.db.rollback()
	assert salon.open_deposits() == 0
