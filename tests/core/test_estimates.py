"""Estimates: choices that can be, states, the last day, pictures of signatures, and a hash that any signed field changes."""

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.pictures import chunk, png

from runbook_ops.core.estimates import (
	NEXT,
	OPEN_STATES,
	Content,
	EstimateState,
	Line,
	Tax,
	canonical,
	check_deposit_percent,
	check_lines,
	check_open,
	check_picture,
	check_transition,
	choose,
	deposit_of,
	document_hash,
	is_expired,
	missing_visits,
	needs_signature,
	with_defaults,
)
from runbook_ops.core.guest_input import Approval, read_approval, read_choice, read_decline
from runbook_ops.core.reasons import REASONS
from runbook_ops.core.refusal import Refusal

TODAY = date(2026, 11, 22)
S = EstimateState
amounts = st.decimals(-(10**9), 10**9, places=2)
texts = st.text(max_size=12)
lines = st.builds(
	Line,
	row=texts,
	item=texts,
	name=texts,
	qty=amounts,
	uom=texts,
	rate=amounts,
	amount=amounts,
	about=texts,
	chosen=st.just(True),
)
taxes = st.builds(Tax, name=texts, rate=amounts, amount=amounts)
contents = st.builds(
	Content,
	number=texts,
	company=texts,
	customer=texts,
	currency=texts,
	lines=st.lists(lines, min_size=1, max_size=4).map(tuple),
	taxes=st.lists(taxes, min_size=1, max_size=2).map(tuple),
	net=amounts,
	discount=amounts,
	total=amounts,
	terms=texts,
	policies=st.lists(texts, min_size=1, max_size=2).map(tuple),
	deposit=st.decimals(0, 10**9, places=2),
)
SIGNED_LINE = ("item", "name", "about", "qty", "uom", "rate", "amount")


def line(row, **values):
	one = Decimal(1)
	return Line(row=row, item=row, name=row, qty=one, uom="Nos", rate=one, amount=one, **values)


def other(value):
	"""A value of the same kind that is not this one."""
	return value + Decimal("0.01") if isinstance(value, Decimal) else f"{value}x"


# -- what is signed


@given(contents, st.data())
def test_any_change_of_what_is_signed_changes_the_hash(content, data):
	field = data.draw(
		st.sampled_from(
			["number", "company", "customer", "currency", "net", "discount", "total", "terms", "deposit"]
		)
	)
	assert document_hash(replace(content, **{field: other(getattr(content, field))})) != document_hash(
		content
	)
	place = data.draw(st.integers(0, len(content.lines) - 1))
	changed = list(content.lines)
	key = data.draw(st.sampled_from(SIGNED_LINE))
	changed[place] = replace(changed[place], **{key: other(getattr(changed[place], key))})
	assert document_hash(replace(content, lines=tuple(changed))) != document_hash(content)
	tax = content.taxes[0]
	key = data.draw(st.sampled_from(["name", "rate", "amount"]))
	changed = (replace(tax, **{key: other(getattr(tax, key))}), *content.taxes[1:])
	assert document_hash(replace(content, taxes=changed)) != document_hash(content)


@given(contents)
def test_more_lines_taxes_or_policies_change_the_hash_and_their_order_too(content):
	before = document_hash(content)
	assert document_hash(replace(content, lines=(*content.lines, line("new")))) != before
	assert document_hash(replace(content, lines=content.lines[:-1])) != before
	assert document_hash(replace(content, taxes=content.taxes[:-1])) != before
	assert document_hash(replace(content, policies=(*content.policies, "v2"))) != before
	turned = content.lines[::-1]
	signed = [[getattr(one, key) for key in SIGNED_LINE] for one in content.lines]
	assert (document_hash(replace(content, lines=turned)) == before) == (signed == signed[::-1])


@given(contents)
def test_what_is_not_signed_leaves_the_hash(content):
	before = document_hash(content)
	unchosen = line("not taken", group="Paint", chosen=False)
	assert document_hash(replace(content, lines=(*content.lines, unchosen))) == before
	rowless = tuple(replace(one, row="other", group="G", add_on=True) for one in content.lines)
	assert document_hash(replace(content, lines=rowless)) == before
	longer = tuple(replace(one, qty=one.qty.quantize(Decimal("0.000001"))) for one in content.lines)
	assert document_hash(replace(content, lines=longer)) == before, "1 and 1.00 are the same quantity"


@given(contents)
def test_the_text_can_be_read_and_two_texts_do_not_run_into_each_other(content):
	told = json.loads(canonical(content))
	assert [row["name"] for row in told["lines"]] == [one.name for one in content.lines]
	assert Decimal(told["total"]) == content.total
	moved = replace(content, company=content.company + "a", customer="b")
	assert document_hash(moved) != document_hash(replace(content, company=content.company, customer="ab"))


def test_a_signature_stands_for_one_text():
	content = Content("Q-1", "We", "Ada", "USD", (line("a"),), (), Decimal(1), Decimal(0), Decimal(1))
	signed = document_hash(content)
	assert not needs_signature(signed, content)
	assert needs_signature(None, content)
	assert needs_signature(signed, replace(content, total=Decimal("1.01")))


# -- choosing

PAINT = (
	line("walls"),
	line("basic", group="Paint"),
	line("fine", group="Paint", chosen=False),
	line("clean", add_on=True, chosen=False),
)


@pytest.mark.parametrize(
	("rows", "chosen"),
	[
		(["basic"], "walls basic"),
		(["fine"], "walls fine"),
		(["fine", "clean"], "walls fine clean"),
	],
)
def test_one_of_a_group_and_add_ons_at_will(rows, chosen):
	found = choose(PAINT, rows)
	assert [one.row for one in found if one.chosen] == chosen.split()


@pytest.mark.parametrize(
	("rows", "code"),
	[
		([], "estimate_none_of_group"),
		(["clean"], "estimate_none_of_group"),
		(["basic", "fine"], "estimate_two_of_group"),
		(["walls", "fine"], "estimate_unknown_option"),
		(["fine", "gold"], "estimate_unknown_option"),
	],
)
def test_a_choice_that_can_not_be(rows, code):
	assert choose(PAINT, rows).code == code


choosable = st.lists(
	st.tuples(st.sampled_from(["", "A", "B"]), st.booleans(), st.booleans()), min_size=1, max_size=8
).map(
	lambda rows: tuple(
		line(str(place), group=group, add_on=add_on and not group, chosen=chosen)
		for place, (group, add_on, chosen) in enumerate(rows)
	)
)


@given(choosable)
def test_what_is_proposed_can_be_chosen(offered):
	proposed = with_defaults(offered)
	assert with_defaults(proposed) == proposed
	rows = [one.row for one in proposed if one.chosen and one.can_be_chosen]
	assert choose(offered, rows) == proposed
	assert all(one.chosen for one in proposed if not one.can_be_chosen)


def test_options_need_company_and_are_no_add_ons():
	assert check_lines(PAINT) is None
	assert check_lines(PAINT[:2]).code == "estimate_lone_option"
	assert check_lines((line("a", group="A", add_on=True),)).code == "estimate_option_and_add_on"


# -- states and days


def test_states_follow_each_other():
	allowed = {
		(before.value, after.value) for before in S for after in S if check_transition(before, after) is None
	}
	again = {(state.value, state.value) for state in S}
	assert allowed - again == {
		(before.value, after.value) for before, afters in NEXT.items() for after in afters
	}
	assert ("Approved", "Draft") in allowed and ("Approved", "Declined") not in allowed
	assert ("Declined", "Sent") not in allowed and ("Expired", "Sent") in allowed
	assert check_transition(S.SUPERSEDED, S.SENT).code == "estimate_transition"


def test_the_last_day_counts():
	assert not is_expired(TODAY, TODAY)
	assert is_expired(date(2026, 11, 21), TODAY)
	assert not is_expired(None, TODAY)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("last", [None, TODAY, date(2026, 11, 21)])
def test_only_what_is_open_and_in_time_can_be_answered(state, last):
	found = check_open(state, last, TODAY, "the office")
	if state in OPEN_STATES and last != date(2026, 11, 21):
		assert found is None
	else:
		assert found.code in REASONS and found.values["contact"] == "the office"


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_each_line_gets_one_visit_in_all(wanted, booked):
	missing = missing_visits(wanted, booked)
	for service in "abc":
		added = sum(wanted[place] == service for place in missing)
		assert added == max(0, wanted.count(service) - booked.count(service))


# -- what comes from outside


def test_a_whole_png_is_taken():
	assert check_picture(png()) is None


@pytest.mark.parametrize(
	"text",
	[
		"",
		"data:image/png;base64,",
		png()[:-4],
		png() + "AAAA",
		png(width=0),
		png(width=5000),
		png(height=1001),
		"data:image/jpeg;base64," + png().partition(",")[2],
		"data:image/png;base64," + base64.b64encode(b"GIF89a" + bytes(40)).decode(),
		"data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"")).decode(),
		"data:image/png;base64,%%%%",
		"data:image/png;base64,éé",
		"javascript:alert(1)",
	],
)
def test_what_is_no_whole_png_is_refused(text):
	assert check_picture(text).code == "signature_not_png"


def test_a_picture_with_a_changed_sign_is_refused():
	data = bytearray(base64.b64decode(png().partition(",")[2]))
	data[len(data) // 2] ^= 1
	assert check_picture("data:image/png;base64," + base64.b64encode(data).decode()) is not None


def test_a_large_picture_is_refused_before_it_is_read():
	assert check_picture("x" * 1_000_000).code == "signature_too_large"


def test_an_approval_is_read_and_hidden_signs_taken_out():
	data = {"token": "T", "choice": ["a", "a"], "seen": "0" * 64, "name": " Ada \u202e Vance "}
	assert read_approval(data) == Approval("T", ("a",), "0" * 64, "Ada Vance")
	assert read_choice({"token": "T"}) == ("T", ())
	assert read_decline({"token": "T", "reason": "No"}) == ("T", "No")


@given(
	st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)
	| st.dictionaries(st.text(), st.text())
)
def test_whatever_is_sent_is_read_or_refused(data):
	for read in (read_approval, read_choice, read_decline):
		found = read(data)
		assert not isinstance(found, Refusal) or found.code in REASONS


# -- the deposit


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 100, places=2), st.sampled_from(["0.01", "1"]))
def test_a_deposit_is_whole_coins_and_never_more_than_the_total(total, percent, coin):
	coin = Decimal(coin)
	deposit = deposit_of(total, percent, coin)
	assert 0 <= deposit <= total
	assert deposit % coin == 0
	assert abs(deposit - total * percent / 100) <= coin


@pytest.mark.parametrize(
	("percent", "currency", "code"),
	[
		("30", "USD", None),
		("100", "USD", None),
		("100.01", "USD", "estimate_deposit_percent"),
		("-1", "USD", "estimate_deposit_percent"),
		("30", "EUR", "estimate_deposit_currency"),
		("0", "EUR", None),
	],
)
def test_a_deposit_is_a_share_in_the_companys_currency(percent, currency, code):
	refusal = check_deposit_percent(Decimal(percent), currency, "USD")
	assert (refusal and refusal.code) == code
