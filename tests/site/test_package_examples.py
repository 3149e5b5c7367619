"""The worked examples of docs/packages.md, posted on a real ledger: what the tables say is what the books say."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from frappe.utils import getdate, nowdate
from tests import factories as make
from tests.support.packages import Studio

from runbook_ops.operations.expire_packages import expire_package
from runbook_ops.operations.redeem_session import Redemption, redeem_session
from runbook_ops.operations.refund_package import RefundWish, refund_package

TEXT = (Path(__file__).parents[2] / "docs" / "packages.md").read_text(encoding="utf-8")
EXPECTED = {"breakage": "Expected %", "expected_percent": 10}
PACKAGES = {
	"Breakage on expiry": {"sessions": 10, "price": 1000},
	"Breakage in proportion": {"sessions": 10, "price": 1000, **EXPECTED},
	"True-up": {"sessions": 10, "price": 1000, **EXPECTED},
	"Unequal sessions": {"sessions": 4, "price": 400},
	"Bonus session": {"sessions": 10, "price": 1000, "bonus_sessions": 1},
	"Refund after early breakage": {"sessions": 10, "price": 1000, **EXPECTED},
}


def examples() -> dict[str, list[tuple[str, dict[str, Decimal]]]]:
	"""Title -> its events, each with account -> debit less credit."""
	found = {}
	for part in TEXT.split("\n### ")[1:]:
		title, _newline, body = part.partition("\n")
		events: list[tuple[str, dict[str, Decimal]]] = []
		for line in re.findall(r"^\|(.*)\|$", body, re.MULTILINE)[2:]:
			event, account, debit, credit = (cell.strip() for cell in line.split("|"))
			if event:
				events.append((event, {}))
			events[-1][1][account] = Decimal(debit or 0) - Decimal(credit or 0)
		found[title] = events
	return found


@pytest.mark.parametrize("title", PACKAGES)
def test_the_books_say_what_the_example_says(title):
	studio, day = Studio(), getdate(nowdate()) - timedelta(days=20)
	services = {"facial": make.bookable_service(price=150), "massage": make.bookable_service(price=75)}
	rows = [{"service": one.name, "sessions": 2} for one in services.values()]
	values = PACKAGES[title] | ({"services": rows} if title == "Unequal sessions" else {})
	package = studio.sessions_package(**values, validity_days=10)
	sold = None
	for event, expected in examples()[title]:
		before = studio.balances()
		what, _space, which = event.partition(" ")
		if what == "sell":
			sold = studio.sell(package, on=day).package
		elif what == "redeem":
			for _ in range(int(which) if which.isdigit() else 1):
				service = services[which].name if which in services else None
				redeem_session(Redemption(sold, service=service, on=day))
		elif what == "refund":
			refund_package(RefundWish(sold, "Example", sessions=int(which), on=day))
		else:
			expire_package(sold)
		after = studio.balances()
		moved = {name: after.get(name, 0) - before.get(name, 0) for name in {**after, **before}}
		assert {name: amount for name, amount in moved.items() if amount} == expected, event
	assert studio.is_tied_out()


def test_each_example_is_posted():
	assert set(examples()) == set(PACKAGES)
