"""Two rehearsals of one story, side by side."""

from dataclasses import replace

import pytest
from tests.rehearsal.conftest import EXAMPLES

from runbook_ops.core.chains.compare import compare_chains
from runbook_ops.rehearsal.bookings import read_bookings
from runbook_ops.rehearsal.business import read_business
from runbook_ops.rehearsal.compare import compare_worlds, render_comparison
from runbook_ops.rehearsal.engine import rehearse


@pytest.fixture
def pool():
	return read_business(EXAMPLES / "pool_renovation" / "business.yaml")


@pytest.fixture
def pool_story(pool):
	return read_bookings(EXAMPLES / "pool_renovation" / "bookings.csv", pool)


def without(business, code):
	chains = tuple(
		replace(spec, steps=tuple(step for step in spec.steps if step.code != code))
		for spec in business.chains
	)
	return replace(business, chains=chains)


def retitled(business, code, subject):
	chains = tuple(
		replace(
			spec,
			steps=tuple(
				replace(step, settings={**step.settings, "subject": subject}) if step.code == code else step
				for step in spec.steps
			),
		)
		for spec in business.chains
	)
	return replace(business, chains=chains)


def visit_chain(business):
	return next(spec for spec in business.chains if spec.code == "service_visit")


def test_the_same_chain_does_the_same(pool, pool_story):
	assert compare_worlds(rehearse(pool, pool_story), rehearse(pool, pool_story)) == ()


def test_a_step_that_is_gone_shows_for_each_booking_that_had_it(pool, pool_story):
	found = compare_worlds(rehearse(pool, pool_story), rehearse(without(pool, "review_request"), pool_story))
	titles = {difference.title for each in found for difference in each.differences}
	assert titles == {"Ask for a review"}
	assert all(difference.after is None for each in found for difference in each.differences)


def test_another_text_shows_as_a_message(pool, pool_story):
	changed = retitled(pool, "thank_you", "Many thanks")
	found = compare_worlds(rehearse(pool, pool_story), rehearse(changed, pool_story))
	ways = {difference.what for each in found for difference in each.differences}
	assert found and all("message" in way for way in ways)
	after = found[0].differences[0].after
	assert after is not None and after.message.startswith("Many thanks")


def test_the_page_tells_both_and_escapes(pool, pool_story):
	changed = retitled(pool, "thank_you", "<b>Many thanks</b>")
	before, after = rehearse(pool, pool_story), rehearse(changed, pool_story)
	changes = compare_chains(visit_chain(pool), visit_chain(changed))
	page = render_comparison("Service visit", changes, compare_worlds(before, after), after)
	assert "&lt;b&gt;Many thanks&lt;/b&gt;" in page and "<b>Many thanks" not in page
	assert "would go differently" in page
