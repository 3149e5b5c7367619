"""What does redeeming a session add to the Journal Entry that it posts?

Timed are whole operations with a real commit: `operations.redeem_session.redeem_session` (lock, decision, row of the ledger, what is left,
entry), over the insert and submit of a bare Journal Entry with the same two accounts, amount and cost centre.
"""

import frappe
from frappe.utils import nowdate
from tests.support.packages import Studio

from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row
from runbook_ops.operations.redeem_session import Redemption, redeem_session

GOAL = 2.0
TURNS = 11


def measure(quick: bool) -> list[Row]:
	"""The row."""
	turns, size = (2, 1) if quick else (TURNS, 10)
	till = Till((turns + 1) * size)
	ratio = interleaved("redeem", lambda: till.redeemed(size), lambda: till.posted(size), turns)
	return [Row("redeem", ratio.value, GOAL, detail=ratio.told(size))]


class Till:
	"""Somebody who redeems session after session of one package."""

	def __init__(self, sessions: int):
		studio = Studio()
		self.accounts, self.company = studio.accounts, studio.company
		self.cost_center = frappe.get_cached_value("Company", self.company, "cost_center")
		self.package = studio.sell(studio.sessions_package(sessions, price=sessions * 100)).package
		frappe.db.commit()

	def redeemed(self, size: int) -> float:
		"""So many redemptions, one by one."""
		return sum(seconds(self._redeem) for _ in range(size))

	def posted(self, size: int) -> float:
		"""So many bare entries, one by one."""
		return sum(seconds(self._post) for _ in range(size))

	def _redeem(self) -> None:
		redeem_session(Redemption(self.package))
		frappe.db.commit()

	def _post(self) -> None:
		entry = frappe.new_doc("Journal Entry")
		entry.update({"voucher_type": "Journal Entry", "company": self.company, "posting_date": nowdate()})
		for field, side in (("package_liability", "debit"), ("service_income", "credit")):
			line = {"account": self.accounts[field], f"{side}_in_account_currency": 100}
			entry.append("accounts", {**line, "cost_center": self.cost_center})
		entry.insert()
		entry.submit()
		frappe.db.commit()
