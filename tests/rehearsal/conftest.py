"""The examples, rehearsed, and a small business to tell stories with."""

from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from runbook_ops.rehearsal.bookings import parse_bookings, read_bookings
from runbook_ops.rehearsal.business import parse_business, read_business
from runbook_ops.rehearsal.engine import rehearse

EXAMPLES = Path(str(files("runbook_ops.rehearsal"))) / "examples"

SHOP = """
company: Corner Shop
phone: "123"
zone: Europe/Berlin
review_link: https://shop.example.com/review
team:
  - {name: Fay, roles: [Runbook Front Desk]}
  - {name: Max, roles: [Runbook Manager]}
services:
  - {name: Cut, duration_minutes: 60, requirements: [{kind: Person, skill: cut}], rebook_after_days: 30}
  - {name: Visit, duration_minutes: 60, needs_address: true, materials: [{item: GLUE, qty: 2}]}
resources:
  - {name: Ana, email: ana@shop.example.com, skills: [cut], hours: {Monday-Friday: 09:00-17:00}}
  - {name: Ben, email: ben@shop.example.com, hours: {Monday-Friday: 09:00-17:00}}
stock:
  - {item: GLUE, qty: 3, lead_days: 1}
"""


def _rehearse_example(name, seed=None):
	business = read_business(EXAMPLES / name / "business.yaml")
	return rehearse(business, read_bookings(EXAMPLES / name / "bookings.csv", business), seed)


example_once = cache(_rehearse_example)


@pytest.fixture
def rehearse_example():
	return _rehearse_example


@pytest.fixture
def example():
	"""An example's world, rehearsed once for all tests: read it, don't change it."""
	return example_once


@pytest.fixture
def shop_data():
	return yaml.safe_load(SHOP)


@pytest.fixture
def tell(shop_data):
	"""Rehearse lines `at | event | ref | name=value ...` with the shop."""

	def run(*lines, **changes):
		business = parse_business({**shop_data, **changes})
		names = [
			"at",
			"event",
			"ref",
			"customer",
			"email",
			"service",
			"start",
			"address",
			"resources",
			"source",
			"notes",
		]
		table = [names]
		for line in lines:
			at, event, ref, *rest = (cell.strip() for cell in line.split("|"))
			cells = {"at": at, "event": event, "ref": ref, **dict(cell.split("=", 1) for cell in rest)}
			if event == "book":
				cells = {"customer": ref, "email": f"{ref}@example.com", "service": "Cut", **cells}
			table.append([cells.get(name, "") for name in names])
		text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in table)
		return rehearse(business, parse_bookings(text, business))

	return run


@pytest.fixture
def hour():
	return timedelta(hours=1)
