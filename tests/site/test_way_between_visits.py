"""A visit at a customer's place claims where it is, and the next one leaves time for the way."""

import pytest
from tests import factories as make

from runbook_ops.errors import SlotTaken


@pytest.fixture
def at_home():
	return make.bookable_service(minutes=60, needs_address=1)


def test_the_next_visit_far_away_is_refused_and_one_next_door_is_not(at_home):
	worker, customer = make.person(), make.customer()
	here = make.address(customer, runbook_latitude=52.52, runbook_longitude=13.40)
	far = make.address(customer, runbook_latitude=52.52, runbook_longitude=14.40)
	at = {"service": at_home, "customer": customer}
	make.booking(address=here.name, starts_at=make.day(4, "10:00"), resources=[worker], **at)
	later = {**at, "starts_at": make.day(4, "11:15"), "resources": []}
	with pytest.raises(SlotTaken):
		make.booking(address=far.name, **later)
	assert make.booking(address=here.name, **later).resources[0].resource == worker.name
