"""Several services in one visit: placed one after the other, each with the right people, claimed, moved and priced whole."""

from decimal import Decimal

import frappe
import pytest
from tests import factories as make

from runbook_ops.errors import BookingRefused, SlotTaken
from runbook_ops.operations import change_booking
from runbook_ops.operations.check_out_booking import check_out_booking
from runbook_ops.site_time import from_site, to_site


def claims_of(booking):
	"""Resource -> its claimed stretches, as minutes from midnight of the visit's day."""
	midnight = int(from_site(make.day(3, "00:00")).timestamp()) // 60
	rows = frappe.get_all(
		"Resource Claim",
		{"holder": booking},
		["resource", "start_minute", "end_minute"],
		order_by="start_minute asc",
	)
	found = {}
	for row in rows:
		found.setdefault(row.resource, []).append((row.start_minute - midnight, row.end_minute - midnight))
	return found


def minutes(at):
	hours, rest = at.split(":")
	return int(hours) * 60 + int(rest)


def span(first, last):
	return minutes(first), minutes(last)


def placed(visit):
	return [(row.service, f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}") for row in visit.services]


def people(visit):
	return [(row.part, row.resource) for row in visit.resources]


@pytest.fixture
def salon(db):
	"""A cut that only Anna does and a colour that only Ben does, in the one room."""
	cutting, colouring = make.skill(), make.skill()
	anna, ben, room = make.person(skills=[cutting]), make.person(skills=[colouring]), make.room()
	return frappe._dict(
		anna=anna.name,
		ben=ben.name,
		room=room.name,
		cut=make.bookable_service(
			minutes=45,
			price=50,
			needs=[{"kind": "Person", "skill": cutting.name}],
			buffer_after_minutes=15,
			service_name=make.unique("Cut"),
		),
		colour=make.bookable_service(
			minutes=60,
			price=70,
			needs=[
				{"kind": "Person", "skill": colouring.name},
				{"kind": "Room", "resource": room.name},
			],
			service_name=make.unique("Colour"),
		),
	)


def test_each_service_has_its_time_its_people_and_its_own_claims(salon):
	visit = make.visit(salon.cut, salon.colour)
	assert placed(visit) == [(salon.cut.name, "10:00", "10:45"), (salon.colour.name, "10:45", "11:45")]
	assert people(visit) == [(1, salon.anna), (2, salon.ben), (2, salon.room)]
	assert visit.ends_at == make.day(3, "11:45")
	assert claims_of(visit.name) == {
		salon.anna: [span("10:00", "11:00")],
		salon.ben: [span("10:45", "11:45")],
		salon.room: [span("10:45", "11:45")],
	}


def test_who_does_both_parts_is_claimed_once(salon):
	wash = make.bookable_service(minutes=15, needs=[{"kind": "Person", "resource": salon.anna}])
	visit = make.visit(salon.cut, wash)
	assert claims_of(visit.name) == {salon.anna: [span("10:00", "11:00")]}
	assert people(visit) == [(1, salon.anna), (2, salon.anna)]


def test_the_person_asked_for_does_the_part_that_asks(salon):
	other = make.person()
	plain = make.bookable_service(minutes=30)
	for _ in range(3):
		make.person()
	visit = make.visit({"service": plain, "resource": other}, salon.cut)
	assert people(visit) == [(1, other.name), (2, salon.anna)]


def test_durations_by_person_by_variant_and_by_hand(salon):
	slow, quick = make.person(), make.person()
	template = make.item(has_variants=1, attributes=_length())
	usual = make.item(variant_of=template.name, attributes=_length("Usual"))
	short = make.item(variant_of=template.name, attributes=_length("Short"))
	service = make.bookable_service(
		minutes=60,
		item=usual.name,
		durations=[
			{"resource": slow.name, "duration_minutes": 90},
			{"variant": short.name, "duration_minutes": 30},
			{"resource": slow.name, "variant": short.name, "duration_minutes": 45},
		],
	)
	visit = make.visit(
		{"service": service, "resource": slow},
		{"service": service, "resource": quick},
		{"service": service, "resource": slow, "variant": short},
		{"service": service, "resource": quick, "variant": short},
		{"service": service, "resource": slow, "duration_minutes": 20},
	)
	starts = [f"{row.starts_at:%H:%M}" for row in visit.services]
	assert starts == ["10:00", "11:30", "12:30", "13:15", "13:45"]
	assert visit.ends_at == make.day(3, "14:05")


def _length(value=None):
	if not frappe.db.exists("Item Attribute", "Runbook Length"):
		values = [{"attribute_value": name, "abbr": name[0]} for name in ("Short", "Usual", "Long")]
		make.insert("Item Attribute", attribute_name="Runbook Length", item_attribute_values=values)
	return [{"attribute": "Runbook Length", "attribute_value": value}]


def test_one_service_without_rows_takes_as_long_as_who_does_it(salon):
	slow, quick = make.person(), make.person()
	service = make.bookable_service(minutes=60, durations=[{"resource": slow.name, "duration_minutes": 90}])
	visit = make.booking(service=service, resources=[slow])
	assert visit.ends_at == make.day(3, "11:30")
	visit.set("resources", [{"resource": quick.name}])
	visit.save()
	assert visit.ends_at == make.day(3, "11:00")
	agreed = make.booking(
		service=service, resources=[slow], starts_at=make.day(3, "14:00"), ends_at=make.day(3, "14:20")
	)
	assert agreed.ends_at == make.day(3, "14:20")


def test_a_taken_part_refuses_the_whole_visit_and_offers_the_same_visit(salon):
	make.booking(service=salon.colour, resources=[salon.ben, salon.room], starts_at=make.day(3, "11:00"))
	with pytest.raises(SlotTaken) as refused:
		make.visit(
			{"service": salon.cut, "resource": salon.anna},
			{"service": salon.colour, "resource": salon.ben},
		)
	offer = refused.value.next_open[0]
	assert to_site(offer.starts_at) == make.day(3, "11:15")
	assert [part.service for part in offer.parts] == [salon.cut.name, salon.colour.name]
	assert frappe.db.count("Resource Claim", {"resource": salon.anna}) == 0
	assert frappe.local.response["next_open"][0]["parts"][1]["resources"] == (salon.ben, salon.room)


def test_a_visit_moves_whole_or_not_at_all(salon):
	visit = make.visit(salon.cut, salon.colour)
	make.booking(service=salon.colour, resources=[salon.ben, salon.room], starts_at=make.day(3, "15:00"))
	before = claims_of(visit.name)
	frappe.db.commit()
	with pytest.raises(SlotTaken):
		change_booking.reschedule_booking(visit.name, from_site(make.day(3, "14:00")))
	frappe.db.rollback()
	assert claims_of(visit.name) == before
	change_booking.reschedule_booking(visit.name, from_site(make.day(3, "12:00")))
	assert claims_of(visit.name) == {
		salon.anna: [span("12:00", "13:00")],
		salon.ben: [span("12:45", "13:45")],
		salon.room: [span("12:45", "13:45")],
	}
	visit.reload()
	assert (visit.revision, visit.moves, visit.requested_starts_at) == (1, 1, make.day(3))


def test_an_add_on_joins_a_confirmed_visit(salon):
	visit = make.booking(service=salon.cut, resources=[salon.anna])
	visit.append("services", {"service": salon.colour.name})
	visit.save()
	assert placed(visit) == [(salon.cut.name, "10:00", "10:45"), (salon.colour.name, "10:45", "11:45")]
	assert people(visit) == [(1, salon.anna), (2, salon.ben), (2, salon.room)]
	assert visit.price == 120
	assert visit.moves == 0


def test_what_is_taken_out_frees_its_people_and_the_rest_keeps_its_own(salon):
	visit = make.visit(salon.cut, salon.colour)
	visit.remove(visit.services[0])
	visit.save()
	assert visit.service == salon.colour.name
	assert people(visit) == [(1, salon.ben), (1, salon.room)]
	assert claims_of(visit.name) == {
		salon.ben: [span("10:00", "11:00")],
		salon.room: [span("10:00", "11:00")],
	}
	assert visit.price == 70


def test_a_part_is_given_to_somebody_else_by_asking_for_them(salon):
	colleague = make.person()
	plain = make.bookable_service(minutes=30)
	visit = make.visit({"service": plain, "resource": salon.anna}, salon.colour)
	visit.services[0].resource = colleague.name
	visit.save()
	assert people(visit) == [(1, colleague.name), (2, salon.ben), (2, salon.room)]
	assert salon.anna not in claims_of(visit.name)


def test_who_lacks_the_skill_of_a_part_is_refused(salon):
	with pytest.raises(BookingRefused, match=r"Colour.*lacks the skill"):
		frappe.get_doc(
			{
				"doctype": "Service Booking",
				"status": "Confirmed",
				"customer": make.customer().name,
				"service": salon.cut.name,
				"services": [{"service": salon.cut.name}, {"service": salon.colour.name}],
				"starts_at": make.day(4),
				"resources": [
					{"resource": salon.anna, "part": 1},
					{"resource": salon.anna, "part": 2},
					{"resource": salon.room, "part": 2},
				],
			}
		).insert()


def test_what_rows_can_not_say(salon):
	with pytest.raises(BookingRefused, match="service 3 of the visit, which has 2"):
		visit = make.visit(salon.cut, salon.colour)
		visit.append("resources", {"resource": salon.anna, "part": 3})
		visit.save()
	with pytest.raises(BookingRefused, match="Book at most 20"):
		make.visit(*[salon.cut] * 25)
	with pytest.raises(frappe.LinkValidationError, match="No such thing"):
		make.visit(salon.cut, {"service": "No such thing"})


def test_a_service_sold_in_variants_is_booked_as_one_of_them(salon):
	template = make.item(has_variants=1, attributes=_length())
	long = make.item(price=95, variant_of=template.name, attributes=_length("Long"))
	service = make.bookable_service(item=template.name)
	with pytest.raises(BookingRefused, match="comes in variants"):
		make.booking(service=service)
	with pytest.raises(BookingRefused, match="is no variant of"):
		make.visit({"service": service, "variant": salon.cut.item})
	assert make.visit({"service": service, "variant": long.name}).price == 95


# -- money


def completed(visit):
	change_booking.complete_booking(visit.name)
	return visit.reload()


@pytest.fixture
def _no_default_taxes(db):
	frappe.db.set_value("Sales Taxes and Charges Template", {"is_default": 1}, "is_default", 0)


def lines(receipt):
	return [
		(row.item_code, row.qty, row.rate) for row in frappe.get_doc("Sales Invoice", receipt.invoice).items
	]


@pytest.mark.usefixtures("_no_default_taxes")
def test_each_service_is_priced_and_invoiced(salon):
	visit = make.visit(salon.cut, salon.colour)
	assert [row.price for row in visit.services] == [50, 70]
	assert visit.price == 120
	receipt = check_out_booking(completed(visit).name)
	assert lines(receipt) == [(salon.cut.item, 1, 50), (salon.colour.item, 1, 70)]
	assert receipt.total == Decimal(120)


@pytest.mark.usefixtures("_no_default_taxes")
def test_a_total_that_was_agreed_on_is_what_is_invoiced(salon):
	visit = make.visit(salon.cut, salon.colour, price=100)
	assert [row.price for row in visit.services] == [41.67, 58.33]
	assert check_out_booking(completed(visit).name).total == Decimal(100)


def test_the_price_is_the_customers_own_where_there_is_one(salon):
	regular = make.customer()
	make.insert(
		"Item Price",
		item_code=salon.cut.item,
		price_list="Standard Selling",
		price_list_rate=44,
		customer=regular.name,
	)
	assert make.booking(service=salon.cut, resources=[salon.anna], customer=regular).price == 44
	assert make.booking(service=salon.cut, resources=[salon.anna], starts_at=make.day(3, "12:00")).price == 50


def test_prices_come_from_the_list_in_the_settings_and_are_valid_on_the_day(salon):
	prices = make.insert("Price List", price_list_name=make.unique("Studio"), selling=1, currency="USD").name
	frappe.db.set_single_value("Runbook Settings", "price_list", prices)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")
	frappe.db.value_cache.clear()
	common = {"item_code": salon.cut.item, "price_list": prices}
	make.insert("Item Price", price_list_rate=60, valid_upto=make.day(3).date(), **common)
	make.insert("Item Price", price_list_rate=65, valid_from=make.day(4).date(), **common)
	assert make.booking(service=salon.cut, resources=[salon.anna]).price == 60
	assert make.booking(service=salon.cut, resources=[salon.anna], starts_at=make.day(5)).price == 65


def test_a_price_follows_the_service_and_an_agreed_one_stays(salon):
	visit = make.booking(service=salon.cut, status="Requested", resources=[])
	assert visit.price == 50
	visit.service = salon.colour.name
	visit.save()
	assert visit.price == 70
	visit.price = 40
	visit.save()
	visit.starts_at = make.day(4)
	visit.save()
	assert visit.price == 40


# -- real times


def test_real_times_come_from_the_job(salon):
	visit = make.booking()
	job = make.insert("Service Job", booking=visit.name, resource=visit.resources[0].resource)
	visit.db_set("job", job.name)
	for status in ("En Route", "Arrived"):
		job.status = status
		job.save()
	began = frappe.db.get_value("Service Booking", visit.name, "actual_starts_at")
	assert began == job.phases[-1].at
	for status in ("In Progress", "Completed"):
		job.status = status
		job.save()
	told = frappe.db.get_value(
		"Service Booking", visit.name, ["actual_starts_at", "actual_ends_at", "starts_at"]
	)
	assert told == (began, job.phases[-1].at, make.day(3))
