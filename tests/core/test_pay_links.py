"""What may be asked by a pay link, and what a provider's reports mean, in whatever order and however often they come."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runbook_ops.core.currencies import coin_of, from_minor, to_minor
from runbook_ops.core.pay_links import (
	PAYABLE,
	TRANSITIONS,
	Booked,
	Link,
	PayStatus,
	Report,
	Standing,
	Verdict,
	check_amount,
	check_payable,
	check_transition,
	differences,
	judge,
)
from runbook_ops.core.refusal import Refusal
from runbook_ops.core.stripe_events import Name, Ring, check_signature, read_event, sign

TODAY = date(2026, 3, 1)
EIGHTY = Decimal(80)
LINK = Link("PY-1", PayStatus.OPEN, EIGHTY, "USD", TODAY, "cs_1", EIGHTY)
PAID = Report("cs_1", "PY-1", Standing.PAID, EIGHTY, "USD", payment="pi_1")

statuses = some.sampled_from(PayStatus)
standings = some.sampled_from(Standing)
amounts = some.decimals("0", "200", places=2)
reports = some.builds(
	Report,
	session=some.sampled_from(["cs_1", "cs_2"]),
	link=some.just("PY-1"),
	standing=standings,
	amount=some.sampled_from([EIGHTY, Decimal("79.99"), Decimal("80.01"), Decimal(0)]),
	currency=some.sampled_from(["USD", "EUR"]),
	refunded=some.sampled_from([Decimal(0), Decimal(10), EIGHTY]),
	disputed=some.booleans(),
)


class Books:
	"""A link and its books, moved on by verdicts as the site does it."""

	def __init__(self):
		self.link, self.entries, self.tasks = LINK, [], set()

	@property
	def room(self) -> Decimal:
		return EIGHTY - sum((amount for _, amount in self.entries), Decimal(0))

	def hear(self, report: Report) -> Verdict:
		booked = report.session in [session for session, _ in self.entries]
		verdict = judge(self.link, report, booked, self.room)
		if verdict.status:
			assert check_transition(self.link.status, verdict.status) is None
			self.link = replace(self.link, status=verdict.status)
		if verdict.book:
			self.entries.append((report.session, report.amount))
		if verdict.over:
			self.link = replace(self.link, session=None, asked=Decimal(0))
		if report.standing is Standing.PAID and (verdict.book or booked):
			self.link = replace(self.link, refunded=report.refunded)
		if verdict.ask:
			self.tasks.add((report.session, verdict.ask.code, report.refunded))
		return verdict


# -- what a report means


def test_money_that_fits_is_booked():
	assert judge(LINK, PAID, False, EIGHTY) == Verdict(book=True, status=PayStatus.PAID)


def test_the_same_report_again_changes_nothing():
	paid = replace(LINK, status=PayStatus.PAID)
	assert judge(paid, PAID, True, Decimal(0)) == Verdict()


@pytest.mark.parametrize(
	("change", "code"),
	[
		({"amount": Decimal("0.80")}, "pay_wrong_amount"),
		({"amount": Decimal("80.01")}, "pay_wrong_amount"),
		({"currency": "EUR"}, "pay_wrong_currency"),
		({"session": "cs_2"}, "pay_other_session"),
	],
)
def test_money_that_does_not_fit_is_a_persons(change, code):
	verdict = judge(LINK, replace(PAID, **change), False, EIGHTY)
	assert not verdict.book and verdict.ask and verdict.ask.code == code


@pytest.mark.parametrize("room", ["79.99", "0"])
def test_money_for_what_was_paid_otherwise_is_a_persons(room):
	verdict = judge(LINK, PAID, False, Decimal(room))
	assert not verdict.book and verdict.ask and verdict.ask.code == "pay_no_room"


@pytest.mark.parametrize(
	"status", [PayStatus.EXPIRED, PayStatus.CANCELLED, PayStatus.FAILED, PayStatus.WAITING]
)
def test_money_that_comes_late_is_booked_all_the_same(status):
	assert judge(replace(LINK, status=status), PAID, False, EIGHTY).book


def test_a_payment_on_its_way_then_failed_then_tried_again():
	books = Books()
	assert books.hear(replace(PAID, standing=Standing.WAITING)).status is PayStatus.WAITING
	assert check_payable(books.link, EIGHTY, TODAY) == Refusal("pay_link_waiting")
	failed = books.hear(replace(PAID, standing=Standing.FAILED))
	assert failed.status is PayStatus.FAILED and failed.over and failed.ask.code == "pay_failed"
	assert check_payable(books.link, EIGHTY, TODAY) == EIGHTY
	books.link = replace(books.link, session="cs_2", asked=EIGHTY, status=PayStatus.OPEN)
	assert books.hear(replace(PAID, session="cs_2")).book
	assert books.hear(replace(PAID, standing=Standing.FAILED)) == Verdict()
	assert books.link.status is PayStatus.PAID


def test_a_refund_before_it_was_booked_books_nothing():
	verdict = judge(LINK, replace(PAID, refunded=EIGHTY), False, EIGHTY)
	assert verdict == Verdict(status=PayStatus.REFUNDED)


def test_refunds_and_disputes_are_told_once():
	books = Books()
	books.hear(PAID)
	assert books.hear(replace(PAID, refunded=Decimal(10))).ask.code == "pay_refunded"
	assert books.link.status is PayStatus.PAID
	assert books.hear(replace(PAID, refunded=Decimal(10))).ask is None
	assert books.hear(replace(PAID, refunded=EIGHTY)).status is PayStatus.REFUNDED
	other = Books()
	other.hear(PAID)
	disputed = other.hear(replace(PAID, disputed=True))
	assert disputed.status is PayStatus.DISPUTED and disputed.ask.code == "pay_disputed"
	assert other.hear(replace(PAID, disputed=True)) == Verdict()


@given(some.lists(reports, max_size=12))
def test_whatever_comes_nothing_is_booked_twice_or_beyond_what_is_owed(heard):
	books = Books()
	for report in heard:
		books.hear(report)
	assert len(books.entries) <= 1 and books.room >= 0
	assert all(entry == ("cs_1", EIGHTY) for entry in books.entries)
	if books.entries:
		assert books.link.status not in PAYABLE


@given(some.lists(some.sampled_from(Standing), max_size=6), some.randoms())
def test_the_order_of_reports_does_not_matter_for_the_books(standings, chance):
	"""A provider's list of events, shuffled and doubled, always with the session read again: the last truth is what counts."""
	truth = [replace(PAID, standing=standing) for standing in (*standings, Standing.PAID)]
	chance.shuffle(truth)
	books = Books()
	for report in truth:
		books.hear(report)
		if report.standing in (Standing.FAILED, Standing.EXPIRED):
			return  # the payment is over: Stripe never says otherwise of it afterwards
	assert books.entries == [("cs_1", EIGHTY)] and books.link.status is PayStatus.PAID


@given(reports, statuses, amounts, some.booleans())
def test_each_misfit_reaches_a_person_and_each_move_is_allowed(report, status, room, booked):
	link = replace(LINK, status=status)
	verdict = judge(link, report, booked, room)
	if verdict.status:
		assert verdict.status in TRANSITIONS[status]
	if report.standing is Standing.PAID and not booked and report.refunded < report.amount:
		assert verdict.book != (
			verdict.ask is not None and verdict.ask.code not in ("pay_refunded", "pay_disputed")
		)
	if verdict.book:
		assert report.standing is Standing.PAID and report.amount <= room and report.currency == "USD"


# -- what may be asked


@pytest.mark.parametrize(
	("wanted", "room", "found"),
	[
		(None, "80", EIGHTY),
		("30", "80", Decimal(30)),
		("80.01", "80", "pay_link_too_much"),
		("0", "80", "pay_link_amount"),
		("-5", "80", "pay_link_amount"),
		("1.005", "80", "pay_link_amount"),
		("NaN", "80", "pay_link_amount"),
		(None, "0", "pay_link_nothing_owed"),
	],
)
def test_amounts(wanted, room, found):
	told = check_amount(wanted and Decimal(wanted), Decimal(room), Decimal("0.01"))
	assert (told.code if isinstance(told, Refusal) else told) == found


def test_what_can_be_paid_shrinks_with_what_is_owed_and_ends_with_the_last_day():
	assert check_payable(LINK, Decimal(30), TODAY) == Decimal(30)
	assert check_payable(LINK, Decimal(0), TODAY) == Refusal("pay_link_nothing_owed")
	assert check_payable(LINK, EIGHTY, date(2026, 3, 2)) == Refusal("pay_link_over", None, {"contact": ""})
	assert check_payable(replace(LINK, status=PayStatus.PAID), EIGHTY, TODAY) == Refusal("pay_link_paid")


def test_states():
	assert check_transition(None, "Paid").code == "pay_link_born_as"
	assert check_transition("Paid", "Open").code == "pay_link_transition"
	assert check_transition("Open", "Gone").code == "unknown_status"
	assert check_transition("Open", "Paid") is None and check_transition("Paid", "Paid") is None


# -- amounts as providers count them


@pytest.mark.parametrize(
	("amount", "currency", "units"),
	[("80", "USD", 8000), ("0.01", "EUR", 1), ("500", "JPY", 500), ("1.230", "KWD", 1230)],
)
def test_minor_units(amount, currency, units):
	assert to_minor(Decimal(amount), currency) == units
	assert from_minor(units, currency) == Decimal(amount)
	assert Decimal(amount) % coin_of(currency) == 0


def test_half_a_yen_is_none():
	with pytest.raises(ValueError):
		to_minor(Decimal("0.5"), "JPY")


# -- events

SECRET, BODY, AT = "whsec_test", b'{"id":"evt_test","object":"event"}', 1700000000
KNOWN = "c25fec335f20601dcb662f0e7c4944646158a9324bb6ed8b7f6ab126449f507a"


def test_the_known_answer():
	assert sign(SECRET, AT, BODY) == KNOWN
	assert check_signature(SECRET, f"t={AT},v1={KNOWN}", BODY, AT) is None
	assert check_signature(SECRET, f"t={AT},v0=x,v1={'0' * 64},v1={KNOWN}", BODY, AT + 300) is None


@pytest.mark.parametrize(
	("secret", "header", "body", "now"),
	[
		(SECRET, f"t={AT},v1={KNOWN}", BODY + b" ", AT),
		(SECRET, f"t={AT},v1={KNOWN}", BODY, AT + 301),
		(SECRET, f"t={AT},v1={KNOWN}", BODY, AT - 301),
		(SECRET, f"t={AT + 1},v1={KNOWN}", BODY, AT),
		(SECRET, f"t={AT},t={AT},v1={KNOWN}", BODY, AT),
		(SECRET, f"t={AT},v0={KNOWN}", BODY, AT),
		(SECRET, f"v1={KNOWN}", BODY, AT),
		(SECRET, f"t=soon,v1={KNOWN}", BODY, AT),
		(SECRET, f"t={AT},v1=é", BODY, AT),
		(SECRET, "", BODY, AT),
		("", f"t={AT},v1={sign('', AT, BODY)}", BODY, AT),
		("other", f"t={AT},v1={KNOWN}", BODY, AT),
	],
)
def test_what_is_not_signed_or_too_old(secret, header, body, now):
	assert check_signature(secret, header, body, now) == Refusal("pay_event_unsigned")


@given(some.binary(max_size=200), some.text(max_size=80))
def test_no_header_and_no_body_breaks_it(body, header):
	assert check_signature(SECRET, header, body, AT) == Refusal("pay_event_unsigned")
	read_event(body)


@pytest.mark.parametrize(
	("event", "ring"),
	[
		(
			b'{"type":"checkout.session.completed","data":{"object":{"id":"cs_a1"}}}',
			Ring(Name.SESSION, "cs_a1"),
		),
		(
			b'{"type":"charge.refunded","data":{"object":{"payment_intent":"pi_1"}}}',
			Ring(Name.PAYMENT, "pi_1"),
		),
		(
			b'{"type":"charge.dispute.created","data":{"object":{"payment_intent":"pi_1"}}}',
			Ring(Name.PAYMENT, "pi_1"),
		),
		(b'{"type":"charge.refunded","data":{"object":{"payment_intent":null}}}', None),
		(b'{"type":"customer.created","data":{"object":{"id":"cus_1"}}}', None),
		(b'{"type":"checkout.session.expired","data":{"object":{"id":"cs_1/../../x"}}}', None),
		(b'{"type":["x"],"data":{"object":{}}}', None),
		(b"[]", None),
		(b"\xff", None),
	],
)
def test_what_an_event_is_about(event, ring):
	assert read_event(event) == ring


# -- the daily comparison


def test_differences():
	entry = Booked("PE-1", EIGHTY, "USD")
	other = replace(PAID, session="cs_2")
	told = {
		one.session: one.reason.code
		for one in differences(
			[
				PAID,
				other,
				replace(PAID, session="cs_3"),
				replace(PAID, session="cs_4", refunded=EIGHTY),
				replace(PAID, session="cs_5", standing=Standing.OPEN),
				replace(PAID, session="cs_6"),
				replace(PAID, session="cs_7", refunded=EIGHTY),
			],
			{
				"cs_1": entry,
				"cs_3": replace(entry, amount=Decimal(8)),
				"cs_5": entry,
				"cs_6": replace(entry, standing=False),
				"cs_7": replace(entry, standing=False),
				"cs_8": entry,
			},
		)
	}
	assert told == {
		"cs_2": "pay_not_booked",
		"cs_3": "pay_amounts_differ",
		"cs_5": "pay_not_at_provider",
		"cs_6": "pay_entry_cancelled",
		"cs_8": "pay_not_at_provider",
	}
