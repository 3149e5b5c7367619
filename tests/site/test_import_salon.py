"""The salon on a real site: counts and sums are the files' own, a second run and a refused one change nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import frappe
import pytest
from tests.support.salon import own_sums, real_salon, row_count, small_salon, with_row

from runbook_ops.core.timeline import to_minutes
from runbook_ops.operations.import_salon import import_salon
from runbook_ops.site_time import from_site, utc_now

TABLES = (
	"Bookable Service",
	"Customer",
	"Item",
	"Item Group",
	"Item Price",
	"Past Sale",
	"Resource Claim",
	"Service Booking",
	"Service Booking Resource",
	"Service Resource",
	"Service Resource Hours",
	"Service Skill",
	"Slot Bucket",
	"__global_search",
)


def stored() -> dict[str, tuple]:
	"""The rows of each table the import writes to, as a checksum."""
	names = {table: table if table.startswith("__") else f"tab{table}" for table in TABLES}
	return {table: frappe.db.sql(f"checksum table `{name}`")[0][1] for table, name in names.items()}


def folder_of(files: dict[str, bytes], path) -> str:
	for name, data in files.items():
		(path / name).write_bytes(data)
	return str(path)


@pytest.fixture
def small(tmp_path) -> str:
	return folder_of(small_salon(), tmp_path)


def count(doctype: str, **filters) -> int:
	return frappe.db.count(doctype, filters)


def test_real_salon_has_the_files_own_counts_and_sums():
	folder = real_salon()
	result = import_salon(folder)
	frappe.db.commit()
	assert not result.refused
	assert count("Service Booking", external_id=("like", "salon:%")) == 1906 + 243
	assert count("Service Booking", status="Cancelled") == row_count(folder, "client_cancellations")
	assert count("Service Booking", status="No-show") == row_count(folder, "no_show_report")
	assert count("Service Booking", status="Completed") == row_count(folder, "future_bookings") - 60
	assert count("Customer", runbook_external_id=("like", "salon:client:%")) == 822
	assert count("Past Sale") == row_count(folder, "receipt_transactions")
	sums = frappe.db.sql(
		"""select cast(sum(qty) as char), cast(sum(net_amount) as char), cast(sum(gst_amount) as char),
			cast(sum(pst_amount) as char) from `tabPast Sale`"""
	)[0]
	assert [Decimal(amount) for amount in sums] == list(own_sums(folder).values())
	assert all(figure.in_files == figure.on_site for figure in result.figures)
	history = frappe.db.sql("select sum(runbook_visits), sum(runbook_no_shows) from tabCustomer")[0]
	assert [int(total) for total in history] == [1846, 60]
	before = stored()
	again = import_salon(folder)
	assert again.new == 0
	assert all(figure.in_files == figure.on_site for figure in again.figures)
	assert stored() == before


def test_nothing_is_started_for_the_past(small, jobs):
	import_salon(small)
	frappe.db.commit()
	assert count("Chain Run") == count("Service Job") == count("Slot Bucket") == count("Email Queue") == 0
	assert not frappe.db.exists("Stock Ledger Entry", {"item_code": "SHAMPOO"})


def test_a_dry_run_changes_nothing_and_tells_what_would_be_new(small):
	before = stored()
	result = import_salon(small, dry_run=True)
	frappe.db.commit()
	assert stored() == before
	assert {step.what: step.new for step in result.steps}["bookings"] == 5
	assert all(figure.in_files == figure.on_site for figure in result.figures)
	assert not frappe.db.exists("Customer", "ANN01")


def test_a_second_run_changes_nothing(small):
	import_salon(small)
	before = stored()
	result = import_salon(small)
	assert (result.refused, result.new) == (False, 0)
	assert stored() == before


@pytest.mark.parametrize(
	("name", "row", "text"),
	[
		("future_bookings", "ANN01,KIM", "ANN01,KIM,NAILS,03/15/2018,15:50,950"),
		("receipt_transactions", "2,", "2,03/15/2018,Cut,ANN01,KIM,1,twenty,1,1.6"),
	],
)
def test_one_bad_row_imports_nothing(tmp_path, name, row, text):
	before = stored()
	result = import_salon(folder_of(with_row(name, row, text), tmp_path))
	frappe.db.commit()
	assert result.refused
	assert [problem.row for problem in result.problems if problem.severity == "row"] == [4]
	assert stored() == before


def test_bad_rows_can_be_left_out_and_brought_in_later(tmp_path):
	bad = with_row("receipt_transactions", "1,03/14/2018,W", "1,03/14/2018,Cut,ANN01,JO,one,80,4,6.4")
	assert not import_salon(folder_of(bad, tmp_path), skip_bad_rows=True).refused
	assert count("Past Sale") == 2
	mended = import_salon(folder_of(small_salon(), tmp_path))
	assert mended.new == 1
	assert count("Past Sale") == 3


def test_a_record_that_erpnext_refuses_undoes_everything(tmp_path, monkeypatch):
	monkeypatch.setattr("runbook_ops.operations.import_catalogue._stock_uom", lambda: "No such unit")
	before = stored()
	result = import_salon(folder_of(small_salon(), tmp_path))
	frappe.db.commit()
	assert result.refused
	problem = result.problems[-1]
	assert (problem.code, problem.file, problem.row) == ("import_not_saved", "service_listing.csv", 2)
	assert stored() == before


def test_states_that_people_changed_since_are_kept(small):
	import_salon(small)
	name = frappe.db.get_value("Service Booking", {"status": "No-show"})
	frappe.db.set_value("Service Booking", name, "status", "Completed")
	result = import_salon(small)
	assert "import_state_differs" in {problem.code for problem in result.problems}
	assert frappe.db.get_value("Service Booking", name, "status") == "Completed"


def test_an_item_of_the_same_code_is_taken_as_it_is(small):
	item = {"doctype": "Item", "item_code": "CUT", "item_name": "Our cut", "item_group": "Services"}
	frappe.get_doc({**item, "stock_uom": "Nos", "is_stock_item": 0}).insert()
	import_salon(small)
	assert frappe.db.get_value("Item", "CUT", "item_name") == "Our cut"
	assert frappe.db.exists("Bookable Service", {"item": "CUT"})


def coming_bookings(clash: bool = False) -> tuple[dict[str, bytes], datetime]:
	"""The small salon with Ann's colour a week ahead, and with the same person booked twice when they clash."""
	start = (utc_now() + timedelta(days=7)).replace(hour=15, minute=0, second=0, microsecond=0)
	row = f"ANN01,KIM,DYE,{start:%m/%d/%Y},10:00:00 AM,600"
	other = row.replace("ANN01", "BEA01")
	return with_row("future_bookings", "ANN01,KIM", f"{row}\n{other}" if clash else row), start


def test_a_booking_still_to_come_claims_its_time(tmp_path):
	files, _start = coming_bookings()
	import_salon(folder_of(files, tmp_path))
	booking = frappe.get_doc("Service Booking", {"status": "Confirmed"})
	claim = frappe.get_doc("Resource Claim", {"holder": booking.name})
	assert claim.resource == "KIM"
	assert claim.start_minute == to_minutes(from_site(booking.starts_at))
	booking.status = "Cancelled"
	booking.save()
	assert not frappe.db.exists("Resource Claim", {"holder": booking.name})


def test_two_bookings_still_to_come_at_one_time_are_refused(tmp_path):
	before = stored()
	files, _start = coming_bookings(clash=True)
	result = import_salon(folder_of(files, tmp_path))
	assert result.refused
	assert (result.problems[-1].code, result.problems[-1].row) == ("import_slot_taken", 5)
	assert stored() == before
	assert not import_salon(folder_of(files, tmp_path), skip_bad_rows=True).refused
	assert count("Service Booking", status="Confirmed") == 1


def test_the_day_of_the_export_decides_what_took_place(small):
	import_salon(small, as_of=datetime(2018, 3, 15, 12, tzinfo=UTC))
	assert count("Service Booking", status="Confirmed") == 2
	assert count("Slot Bucket") == 0


def test_people_and_services_can_be_booked_afterwards(small):
	import_salon(small)
	service = frappe.get_doc("Bookable Service", {"item": "CUT"})
	assert service.requirements[0].skill == "Style"
	assert [row.skill for row in frappe.get_doc("Service Resource", "JO").skills] == ["Style"]
	assert frappe.db.get_value("Item Price", {"item_code": "CUT"}, "price_list_rate") == 80


def make_user(*roles: str) -> str:
	user = {
		"doctype": "User",
		"email": "someone@runbook.example",
		"first_name": "Some",
		"send_welcome_email": 0,
	}
	document = frappe.get_doc({**user, "roles": [{"role": role} for role in roles]}).insert()
	return document.name


@pytest.mark.parametrize("role", ["Runbook Front Desk", "Runbook Technician", "Sales Manager"])
def test_others_may_not_import(small, role):
	before = stored()
	frappe.set_user(make_user(role))
	with pytest.raises(frappe.PermissionError):
		import_salon(small)
	frappe.set_user("Administrator")
	assert stored()["Service Booking"] == before["Service Booking"]


@pytest.mark.parametrize("role", ["Runbook Manager", "System Manager"])
def test_managers_may_import(small, role):
	frappe.set_user(make_user(role))
	assert not import_salon(small).refused


def run_command(site: str, *arguments: str) -> subprocess.CompletedProcess:
	"""The bench's own command in a process of its own; it sees none of this test's rows."""
	command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, "import-salon"]
	return subprocess.run(
		[*command, *arguments],
		cwd=os.environ["RUNBOOK_SITES_PATH"],
		capture_output=True,
		text=True,
		timeout=120,
		check=False,
	)


def test_the_command_tells_figures_of_a_dry_run(site, small):
	told = run_command(site, small, "--dry-run")
	assert told.returncode == 0, told.stderr
	assert "Dry run: nothing was written." in told.stdout
	assert [line.split() for line in told.stdout.splitlines() if line.startswith("amount")] == [
		["amount", "114.99", "114.99", "equal"]
	]


def test_the_command_lists_errors_and_fails(site, tmp_path):
	files = with_row("no_show_report", "03/14", "03/32/2018,BEA01,CUT,JO")
	told = run_command(site, folder_of(files, tmp_path))
	assert told.returncode == 1
	assert "no_show_report.csv, row 2, Date: 03/32/2018 is not a date. Write it as" in told.stdout
	assert "Refused: nothing was imported." in told.stdout


def test_the_command_refuses_users_without_the_role(site, small):
	told = run_command(site, small, "--user", "Guest")
	assert told.returncode == 1
	assert "Runbook Manager" in told.stderr
