"""What differs between two versions of a chain."""

from runbook_ops.core.chains.compare import compare_chains
from runbook_ops.core.chains.parse import parse_chain


def chain(*steps):
	return parse_chain(
		{"code": "visit", "title": "Visit", "trigger": "booking_confirmed", "steps": list(steps)}
	)


def message(code, **more):
	settings = {"subject": "Hello", "body": "Body", **more.pop("settings", {})}
	return {"code": code, "title": code.title(), "action": "send_message", "settings": settings, **more}


def test_the_same_steps_are_no_change():
	assert compare_chains(chain(message("one")), chain(message("one"))) == ()


def test_added_and_removed_steps_are_named():
	found = compare_chains(chain(message("one"), message("two")), chain(message("two"), message("three")))
	assert [(change.code, change.kind) for change in found] == [("one", "removed"), ("three", "added")]


def test_a_changed_step_tells_before_and_after():
	before = chain(message("one", offset_minutes=10))
	(change,) = compare_chains(before, chain(message("one", settings={"subject": "Hi"})))
	assert change.kind == "changed"
	assert change.fields == {"offset_minutes": (10, 0), "subject": ("Hello", "Hi")}


def test_another_order_is_a_move():
	found = compare_chains(chain(message("one"), message("two")), chain(message("two"), message("one")))
	assert {change.kind for change in found} == {"moved"}
