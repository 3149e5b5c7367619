"""The facts are exactly the documented ones, told in the business's time."""

from decimal import Decimal

from runbook_ops.core.chains.facts import FACTS, Material


def test_every_documented_fact_is_there_and_no_other(make_facts):
	assert list(make_facts()) == list(FACTS)


def test_times_are_told_as_people_read_them(make_facts):
	facts = make_facts()
	assert facts["visit_date"] == "Wednesday 3 June 2026"
	assert (facts["visit_time"], facts["visit_end_time"]) == ("2:30 PM", "3:15 PM")
	assert facts["visit_weekday"] == "Wednesday"
	assert facts["hours_to_visit"] == 51.5
	assert facts["duration_minutes"] == 45


def test_what_is_made_from_other_things(make_facts, now):
	facts = make_facts()
	assert facts["customer_first_name"] == "Ada"
	assert (facts["returning_customer"], facts["rescheduled"], facts["job_completed"]) == (
		False,
		False,
		False,
	)
	assert [material.item for material in facts["materials_short"]] == ["DYE"]
	assert facts["price"] is None
	later = make_facts(
		customer_visits=1, moves=2, job_completed_at=now, price=Decimal("1250"), currency="EUR"
	)
	assert (later["returning_customer"], later["rescheduled"], later["job_completed"]) == (True, True, True)
	assert later["price"] == "EUR 1,250.00"


def test_all_services_of_a_visit_are_named(make_facts):
	one = make_facts()
	assert one["service_names"] == one["service_name"]
	assert make_facts(services=("Cut", "Wash"))["service_names"] == "Cut and Wash"
	assert make_facts(services=("Cut", "Colour", "Wash"))["service_names"] == "Cut, Colour and Wash"


def test_a_shortage_is_never_negative():
	assert Material("A", "A", Decimal(1), Decimal(5)).shortage == 0
	assert Material("A", "A", Decimal(5), Decimal("1.5")).shortage == Decimal("3.5")
