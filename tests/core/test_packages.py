"""Packages as values: what is moved, to the cent, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.package_holding import (
	Funding,
	Group,
	Holding,
	Movement,
	PackageKind,
	PackageState,
	Terms,
	UsageKind,
	apply,
	take_funding,
)
from runbook_ops.core.package_liability import Bucket, Flow, bucket_of, roll_forward
from runbook_ops.core.package_value import allocate, share_of
from runbook_ops.core.packages import (
	Wish,
	check_transfer,
	expire,
	extend,
	last_day,
	redeem,
	sell,
	take,
	top_up,
	transfer_in,
	undo,
)
from runbook_ops.core.refusal import Refusal

SOLD = date(2026, 3, 2)
CENTS = st.decimals(0, 5000, places=2)


def terms(*groups: tuple[int, int], expected: str = "0", days: int = 0, face: int = 0) -> Terms:
	"""Groups of (sessions, stand-alone price); the first group covers service A, the second B, and so on."""
	kind = PackageKind.VALUE if face else PackageKind.SESSIONS
	covered = [("ABCDEF"[at],) if len(groups) > 1 else () for at in range(len(groups))]
	made = tuple(Group(covered[at], count, Decimal(price)) for at, (count, price) in enumerate(groups))
	return Terms(kind, made, Decimal(face), days, Decimal(expected))


def holding(of: Terms, price="1000", **values) -> Holding:
	empty = Holding("Ada", "Studio", "USD", of, SOLD, last_day(of, SOLD), **values)
	funding = (Funding("INV-1", "row", Decimal(price)),)
	return apply(empty, sell(of, Decimal(price), funding))


def wish(**values) -> Wish:
	return Wish(
		**{"service": None, "customer": "Ada", "company": "Studio", "currency": "USD", "on": SOLD, **values}
	)


def used(held: Holding, times: int = 1, **values) -> tuple[Holding, list[Decimal]]:
	"""The holding after so many redemptions, and what each released."""
	released = []
	for _ in range(times):
		movement = redeem(held, wish(**values))
		assert isinstance(movement, Movement), movement
		released.append(-movement.value)
		held = apply(held, movement)
	return held, released


# -- the price over the sessions


@given(CENTS, st.lists(st.decimals(0, 300, places=2), min_size=1, max_size=40))
def test_the_shares_are_the_price_and_none_is_negative(price, weights):
	shares = allocate(price, weights)
	assert sum(shares) == price
	assert min(shares) >= 0
	assert all(share == share.quantize(Decimal("0.01")) for share in shares)


@given(CENTS, st.integers(1, 60))
def test_equal_sessions_differ_in_the_last_only(price, count):
	shares = allocate(price, [Decimal(1)] * count)
	assert len(set(shares[:-1])) <= 1


def test_hand_worked_shares():
	assert allocate(Decimal(1000), [Decimal(1)] * 11) == (*[Decimal("90.91")] * 10, Decimal("90.90"))
	assert allocate(Decimal(100), [Decimal(1)] * 3) == (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))
	assert allocate(Decimal(400), [Decimal(150), Decimal(75), Decimal(75)]) == (200, 100, 100)
	assert allocate(Decimal("0.05"), [Decimal(1)] * 10) == (*[Decimal(0)] * 9, Decimal("0.05"))
	assert allocate(Decimal(9), [Decimal(0)] * 3) == (3, 3, 3)
	assert allocate(Decimal(9), []) == ()
	assert share_of(Decimal(10), Decimal(1), Decimal(3)) == Decimal("3.33")


# -- redeeming


def test_each_session_releases_its_share_and_the_last_empties_it():
	held, released = used(holding(terms((3, 0)), "100"), 3)
	assert released == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
	assert (held.state, held.value, held.paid, held.used) == (PackageState.USED_UP, 0, 0, 100)


def test_expected_breakage_releases_more_and_the_ninth_empties_it():
	held, released = used(holding(terms((10, 0), expected="0.1")), 9)
	assert released == [Decimal("111.11")] * 8 + [Decimal("111.12")]
	assert (held.state, held.value, len(held.sessions)) == (PackageState.ACTIVE, 0, 1)
	last = redeem(held, wish())
	assert (last.value, last.earned) == (0, 100)
	assert apply(held, last).state is PackageState.USED_UP


def test_expected_breakage_is_trued_up_at_expiry():
	held, _released = used(holding(terms((10, 0), expected="0.1", days=30)), 5)
	lapse = expire(held, SOLD + timedelta(days=31))
	assert (lapse.value, lapse.count) == (Decimal("-444.45"), -5)
	assert apply(held, lapse).state is PackageState.EXPIRED


def test_unequal_sessions_release_what_they_are_worth():
	held = holding(terms((1, 150), (2, 75)), "400")
	held, (facial,) = used(held, service="A")
	assert facial == Decimal("200.00")
	assert redeem(held, wish(service="A")) == Refusal("package_not_covered", "service", {"service": "A"})
	_held, released = used(held, 2, service="B")
	assert released == [100, 100]


def test_a_session_of_the_service_goes_before_one_of_any():
	of = Terms(PackageKind.SESSIONS, (Group((), 1, Decimal(50)), Group(("A",), 1, Decimal(50))))
	assert redeem(holding(of), wish(service="A")).sessions[0].services == ("A",)


def test_money_value_is_spent_in_proportion():
	held, released = used(holding(terms(face=550), "500"), amount=Decimal(110))
	assert (released, held.face, held.value) == ([100], 440, 400)
	assert redeem(held, wish(amount=Decimal(441))).code == "package_amount_short"
	assert redeem(held, wish()).code == "package_amount_missing"
	held, released = used(held, amount=Decimal(440))
	assert (released, held.state) == ([400], PackageState.USED_UP)


@pytest.mark.parametrize(
	("values", "code"),
	[
		({"customer": "Ben"}, "package_other_holder"),
		({"company": "Else"}, "package_other_company"),
		({"currency": "EUR"}, "package_other_currency"),
		({"on": SOLD + timedelta(days=31)}, "package_expired"),
		({"on": SOLD - timedelta(days=1)}, "package_not_sold_yet"),
	],
)
def test_what_is_refused(values, code):
	held = holding(terms((10, 0), days=30))
	assert redeem(held, wish(**values)).code == code
	assert isinstance(redeem(held, wish(on=SOLD + timedelta(days=30))), Movement)


def test_who_shares_it_may_use_it_and_nothing_is_left_of_an_empty_one():
	held = holding(terms((1, 0)), shared_with=frozenset({"Ben"}))
	held, _released = used(held, customer="Ben")
	for refused in (redeem(held, wish()), take(held, UsageKind.REFUND), extend(held, SOLD)):
		assert refused.code == "package_none_left"


# -- giving back, moving on


def test_what_is_given_back_of_expected_breakage():
	held, _released = used(holding(terms((10, 0), expected="0.1")), 5)
	movement = take(held, UsageKind.REFUND, 3)
	assert (movement.paid, movement.value) == (-300, Decimal("-266.67"))
	held, released = used(apply(held, movement), 2)
	assert (released, held.value) == ([Decimal("111.11"), Decimal("66.67")], 0)


def test_the_last_sessions_are_given_back_first():
	movement = take(holding(terms((3, 0)), "100"), UsageKind.REFUND, 1)
	assert ([one.number for one in movement.sessions], movement.paid) == ([3], Decimal("-33.34"))


def test_a_transfer_takes_its_share_of_what_was_used_along():
	held, _released = used(holding(terms((10, 0), expected="0.1")), 5)
	out = take(held, UsageKind.TRANSFER_OUT)
	assert apply(held, out).state is PackageState.TRANSFERRED
	empty = replace(
		held, customer="Ben", sessions=(), paid=Decimal(0), value=Decimal(0), used=Decimal(0), funding=()
	)
	other = apply(empty, transfer_in(out))
	assert (other.value, other.used, len(other.sessions)) == (Decimal("444.45"), 500, 5)
	_other, released = used(other, 4, customer="Ben")
	assert released == [Decimal("111.11")] * 3 + [Decimal("111.12")]


def test_too_many_too_few_and_whom():
	held = holding(terms((10, 0)))
	for count in (0, -1, 11):
		assert take(held, UsageKind.REFUND, count).code == "package_too_few"
	value = holding(terms(face=550), "500")
	for face in (0, -1, 551):
		assert take(value, UsageKind.REFUND, amount=Decimal(face)).code == "package_amount_short"
	assert check_transfer(held, "Ben", False).code == "package_not_transferable"
	assert check_transfer(held, "Ada", True).code == "package_same_customer"
	assert check_transfer(held, "Ben", True) is None


def test_funding_is_taken_from_the_latest_invoice_first():
	parts = (Funding("NEW", "a", Decimal(600)), Funding("OLD", "b", Decimal(400)))
	assert take_funding(parts, Decimal(700)) == (parts[0], Funding("OLD", "b", Decimal(100)))
	assert sum(part.amount for part in take_funding(parts, Decimal(2000))) == 1000


def test_an_upgrade_brings_the_funding_along():
	held = holding(terms((10, 0)), "900")
	held = apply(held, replace(top_up(Decimal(400), (Funding("OLD", "b", Decimal(400)),))))
	assert (held.value, sum(part.amount for part in held.funding)) == (1300, 1300)


# -- the last day


def test_extending_and_expiring():
	held = holding(terms((10, 0), days=30))
	until = SOLD + timedelta(days=60)
	row = extend(held, until)
	longer = apply(held, row)
	assert longer.expires_on == until
	assert extend(held, SOLD + timedelta(days=30)).code == "package_extend_earlier"
	assert extend(holding(terms((10, 0))), until).code == "package_never_expires"
	assert expire(held, SOLD + timedelta(days=30)).code == "package_not_expired"
	assert apply(longer, undo(longer, row)) == held
	later = apply(longer, extend(longer, until + timedelta(days=1)))
	assert undo(later, row).code == "package_later_first"


def test_the_newest_row_can_be_reversed_after_a_transfer_took_earlier_use_along():
	held = holding(terms((10, 0)))
	rows = [redeem(held, wish())]
	held = apply(held, rows[0])
	rows.append(redeem(held, wish()))
	held = apply(held, rows[1])
	held = apply(held, take(held, UsageKind.TRANSFER_OUT, 5))
	rows.append(redeem(held, wish()))
	held = apply(held, rows[2])
	held = apply(held, undo(held, rows[0]))
	back = undo(held, rows[2])
	assert isinstance(back, Movement)
	held = apply(held, back)
	assert (held.value, held.paid) == (400, 400)
	_held, released = used(held, 4)
	assert sum(released) == 400


# -- random histories


ACTIONS = ("redeem", "refund", "transfer", "expire", "extend", "undo")


@given(
	price=CENTS,
	groups=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 300)), min_size=1, max_size=3),
	expected=st.sampled_from(["0", "0", "0.1", "0.25", "0.5"]),
	steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(1, 4)), max_size=25),
)
def test_a_history_adds_up_and_can_be_undone(price, groups, expected, steps):
	"""Value and paid never fall below zero, what was paid adds up, and undoing all rows backwards gives the start again."""
	of = terms(*groups, expected=expected, days=30)
	empty = Holding("Ada", "Studio", "USD", of, SOLD, last_day(of, SOLD), PackageState.CANCELLED)
	rows = [sell(of, price, (Funding("INV", "row", price),) if price else ())]
	states = [empty, apply(empty, rows[0])]
	for action, number in steps:
		row = _step(states[-1], action, number, rows)
		if row is None:
			continue
		if action == "undo":
			rows.pop()
			states.pop()
			continue
		rows.append(row)
		states.append(apply(states[-1], row))
		_check(states[-1], rows, expected == "0")
	held = states[-1]
	for row, before in zip(reversed(rows), reversed(states[:-1]), strict=True):
		back = undo(held, row)
		assert isinstance(back, Movement), back
		held = apply(held, back)
		assert replace(held, state=before.state) == before


def _step(held, action, number, rows):
	if action == "undo":
		return rows[-1] if len(rows) > 1 else None
	row = {
		"redeem": lambda: redeem(held, wish(service="ABC"[number % 3])),
		"refund": lambda: take(held, UsageKind.REFUND, number),
		"transfer": lambda: take(held, UsageKind.TRANSFER_OUT, number),
		"expire": lambda: expire(held, (held.expires_on or SOLD) + timedelta(days=1)),
		"extend": lambda: extend(held, (held.expires_on or SOLD) + timedelta(days=number)),
	}[action]()
	return row if isinstance(row, Movement) else None


def _check(held, rows, on_expiry):
	assert min(held.value, held.paid, held.used, held.face) >= 0
	assert held.paid == sum(session.paid for session in held.sessions)
	assert held.value == sum(row.value for row in rows)
	if on_expiry:
		assert held.value == held.paid
	if held.is_empty:
		assert held.value == 0
		assert held.state is not PackageState.ACTIVE


# -- the report's arithmetic


def test_the_roll_forward_adds_up():
	flows = [
		Flow("PK-1", UsageKind.SELL, Decimal(1000), Decimal(0)),
		Flow("PK-1", UsageKind.REDEEM, Decimal(-100), Decimal(-200)),
		Flow("PK-1", UsageKind.EXTEND, Decimal(0), Decimal(0)),
		Flow("PK-1", UsageKind.TRANSFER_OUT, Decimal(0), Decimal(-300)),
		Flow("PK-2", UsageKind.TRANSFER_IN, Decimal(0), Decimal(300)),
		Flow("PK-2", UsageKind.REFUND, Decimal(0), Decimal(-100)),
		Flow("PK-2", UsageKind.EXPIRE, Decimal(0), Decimal(-50)),
		Flow("PK-3", UsageKind.SELL, Decimal(0), Decimal(70)),
	]
	lines = roll_forward(flows)
	one = lines["PK-1"]
	assert (one.opening, one.redeemed, one.moved, one.closing) == (900, -200, -300, 400)
	assert (lines["PK-2"].closing, lines["PK-3"].sold) == (150, 70)


def test_buckets():
	days = {-1: Bucket.OVER, 0: Bucket.MONTH, 30: Bucket.MONTH, 31: Bucket.QUARTER, 90: Bucket.QUARTER}
	days |= {91: Bucket.HALF_YEAR, 180: Bucket.HALF_YEAR, 181: Bucket.LATER}
	assert {ahead: bucket_of(SOLD + timedelta(days=ahead), SOLD) for ahead in days} == days
	assert bucket_of(None, SOLD) is Bucket.NEVER
