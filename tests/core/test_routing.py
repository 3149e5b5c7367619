"""Who owns a piece of work."""

from datetime import UTC, datetime

from runbook_ops.core.routing import Case, Person, Route, choose_owner, choose_route


def test_the_owner_is_the_preferred_then_the_least_loaded_then_the_fallback():
	people = [Person("b", open_tasks=1), Person("a", open_tasks=1), Person("c", open_tasks=4)]
	assert choose_owner(("x", "c"), people, "boss") == "c"
	assert choose_owner(("x",), people, "boss") == "a"
	assert choose_owner(("off",), [Person("off", enabled=False)], "boss") == "boss"
	assert choose_owner((), [], "boss") == "boss"


def test_in_turn_it_is_who_has_waited_longest():
	moment = datetime(2026, 6, 1, tzinfo=UTC)
	people = [
		Person("a", open_tasks=0, last_given=moment),
		Person("b", open_tasks=9, last_given=moment.replace(year=2025)),
		Person("c", enabled=False),
	]
	assert choose_owner((), people, "boss") == "a"
	assert choose_owner((), people, "boss", in_turn=True) == "b"
	assert choose_owner((), [*people, Person("new", open_tasks=3)], "boss", in_turn=True) == "new"


def test_the_first_route_that_fits_and_leads_somewhere_counts():
	case = Case("Exception", "customer_has_no_email", "Runbook Front Desk", ("Concord", "East Bay"))
	nowhere, other = Route(kind="Exception"), Route(kind="Enquiry", user="a")
	assert choose_route([nowhere, other], case) is None
	for fits in (
		Route(user="b"),
		Route(kind="Exception", to_role="Runbook Manager"),
		Route(reason_code="customer_has_no_email", user="b"),
		Route(role="Runbook Front Desk", user="b"),
		Route(territory="East Bay", user="b"),
	):
		assert choose_route([nowhere, other, fits, Route(user="late")], case) is fits
	for not_this in (
		Route(reason_code="step_late", user="b"),
		Route(role="Runbook Manager", user="b"),
		Route(territory="Oakland", user="b"),
	):
		assert choose_route([not_this], case) is None
