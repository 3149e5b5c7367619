"""A picture of a booking and a builder of one-step chains, for the tests of the chain's rules."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from runbook_ops.core.chains.facts import BookingPicture, Material, build_facts

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
PICTURE = BookingPicture(
	booking="SB-1",
	status="Confirmed",
	customer="CUST-1",
	customer_name="Ada Byron",
	service="CUT",
	service_name="Cut",
	start=datetime(2026, 6, 3, 12, 30, tzinfo=UTC),
	end=datetime(2026, 6, 3, 13, 15, tzinfo=UTC),
	customer_email="ada@example.com",
	resource="Ana",
	technician_name="Ana",
	technician_email="ana@example.com",
	job="JOB-1",
	materials=(
		Material("DYE", "Dye", Decimal(3), Decimal(1)),
		Material("CAP", "Cap", Decimal(1), Decimal(9)),
	),
	checklist=("Gown", "Mirror"),
)


@pytest.fixture
def now():
	return NOW


@pytest.fixture
def make_facts():
	"""The facts of the picture with some things changed, told in Berlin."""

	def make(**changes):
		return build_facts(replace(PICTURE, **changes), NOW, ZoneInfo("Europe/Berlin"))

	return make
