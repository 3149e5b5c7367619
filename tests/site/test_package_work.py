"""What packages do by themselves and at the desk: lapsing, the nightly comparison, the report, the accounts, who may do what."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from frappe.www.printview import get_html_and_style
from tests import factories as make
from tests.support.packages import BREAKAGE, LIABILITY, Studio

from runbook_ops.api import packages as api
from runbook_ops.errors import InputRefused, PackageRefused
from runbook_ops.jobs import packages as nightly
from runbook_ops.operations.redeem_session import Redemption, redeem_session
from runbook_ops.operations.refund_package import RefundWish, refund_package
from runbook_ops.operations.set_up_accounts import set_up_accounts
from runbook_ops.operations.transfer_package import transfer_package
from runbook_ops.report.package_liability.package_liability import execute


@pytest.fixture
def studio():
	return Studio()


def ago(days: int):
	return getdate(add_days(nowdate(), -days))


def tasks(**values):
	fields = ["name", "subject", "reason", "allocated_to", "status"]
	return frappe.get_all("Follow-up Task", values, fields, order_by="creation asc")


# -- accounts


def test_accounts_are_made_once_and_what_is_there_stays(studio):
	own = studio.account("Sales")
	settings = frappe.get_doc("Runbook Settings")
	settings.company_accounts[0].service_income = own
	settings.save()
	before = frappe.db.count("Account")
	made = set_up_accounts()[studio.company]
	assert frappe.db.count("Account") == before
	assert made == {**studio.accounts, "service_income": own}
	liability = frappe.get_doc("Account", made["package_liability"])
	assert (liability.root_type, liability.account_type or "", liability.account_currency) == (
		"Liability",
		"",
		"USD",
	)
	deposits = frappe.get_doc("Account", made["customer_deposits"])
	assert (deposits.root_type, deposits.account_type) == ("Liability", "Receivable")
	assert frappe.get_value("Account", made["package_breakage_income"], "root_type") == "Income"
	company = frappe.get_doc("Company", studio.company)
	assert company.default_advance_received_account == made["customer_deposits"]
	assert company.default_advance_paid_account
	assert frappe.db.get_value("UOM", "Session", "must_be_whole_number")


def test_without_accounts_a_package_is_not_sold(studio):
	package = studio.sessions_package(2, price=200)
	doc = studio.invoice(package)
	settings = frappe.get_doc("Runbook Settings")
	settings.company_accounts = []
	settings.save()
	with pytest.raises(PackageRefused, match="Set up accounts"):
		doc.insert()


def test_a_second_company_in_its_own_currency(studio):
	other = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": make.unique("Studio Two"),
			"abbr": frappe.generate_hash(length=4).upper(),
			"default_currency": "EUR",
			"country": "Germany",
			"chart_of_accounts": "Standard",
		}
	).insert()
	made = set_up_accounts(other.name)[other.name]
	assert frappe.get_value("Account", made["package_liability"], ["company", "account_currency"]) == (
		other.name,
		"EUR",
	)


# -- lapsing


def lapsed(studio, **values):
	values = {"validity_days": 5, **values}
	return studio.sell(studio.sessions_package(4, price=400, **values), on=ago(20)).package


def test_the_night_lets_packages_lapse_on_their_last_day(studio, jobs):
	one, other = lapsed(studio), lapsed(studio)
	fresh = studio.sell(studio.sessions_package(4, price=400, validity_days=5)).package
	redeem_session(Redemption(one, on=ago(18)))
	nightly.expire_lapsed()
	frappe.db.commit()
	jobs.drain()
	assert studio.left(one) == studio.left(other) == ("Expired", 0, 0)
	assert studio.left(fresh) == ("Active", 4, 400)
	row = frappe.get_doc("Package Usage", {"customer_package": one, "kind": "Expire"})
	assert row.posting_date == ago(15)
	assert studio.ledger(row.voucher_no) == {LIABILITY: 300, BREAKAGE: -300}
	nightly.expire_some([one, other])
	assert [kind for kind, *_rest in studio.rows(one)] == ["Sell", "Redeem", "Expire"]
	assert studio.is_tied_out()


def test_a_lapse_in_a_closed_period_asks_a_person_once_and_keeps_its_date(studio):
	blocked, free = lapsed(studio), lapsed(studio, validity_days=15)
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", ago(10))
	nightly.expire_some([blocked, free])
	nightly.expire_some([blocked])
	assert studio.left(blocked) == ("Active", 4, 400)
	assert studio.left(free)[0] == "Expired"
	(task,) = tasks(reference_name=blocked)
	assert task.allocated_to
	assert "Open the period" in task.reason
	api.expire(blocked, "The books are closed", on=nowdate())
	assert studio.left(blocked) == ("Expired", 0, 0)
	assert frappe.db.get_value("Follow-up Task", task.name, "status") == "Done"
	assert studio.is_tied_out()


def test_expected_breakage_without_a_value_lapses_without_an_entry(studio):
	package = studio.sessions_package(
		10, price=1000, validity_days=5, breakage="Expected %", expected_percent=10
	)
	sold = studio.sell(package, on=ago(20)).package
	for _ in range(9):
		redeem_session(Redemption(sold, on=ago(18)))
	nightly.expire_some([sold])
	assert studio.left(sold) == ("Expired", 0, 0)
	assert not frappe.db.get_value(
		"Package Usage", {"customer_package": sold, "kind": "Expire"}, "voucher_no"
	)


# -- the comparison


def test_a_foreign_entry_on_the_liability_is_one_task(studio):
	studio.sell(studio.sessions_package(4, price=400))
	nightly.tie_out()
	assert tasks(reason_code="package_tie_out") == []
	make.insert(
		"Journal Entry",
		company=studio.company,
		posting_date=nowdate(),
		accounts=[
			{"account": studio.account("Cash"), "debit_in_account_currency": 7},
			{"account": studio.accounts["package_liability"], "credit_in_account_currency": 7},
		],
	).submit()
	nightly.tie_out()
	nightly.tie_out()
	(task,) = tasks(reason_code="package_tie_out")
	assert "7" in task.reason
	assert task.allocated_to
	assert tasks(reason_code="deposit_tie_out") == []


# -- the report


def test_the_roll_forward_ties_to_the_ledger(studio):
	package = studio.sessions_package(10, price=1000, transferable=1, validity_days=60)
	one = studio.sell(package, on=ago(40)).package
	redeem_session(Redemption(one, on=ago(35)))
	redeem_session(Redemption(one, on=ago(10)))
	refund_package(RefundWish(one, "x", sessions=2, on=ago(5)))
	other = transfer_package(one, make.customer().name, "A gift", sessions=3)
	_columns, rows, message, chart, summary = execute(
		{"company": studio.company, "from_date": ago(30), "to_date": nowdate()}
	)
	found = {row["customer_package"]: row for row in rows}
	moves = ("opening", "sold", "redeemed", "refunded", "expired", "moved", "closing")
	assert [found[one][move] for move in moves] == [900, 0, -100, -200, 0, -300, 300]
	assert [found[other][move] for move in moves] == [0, 0, 0, 0, 0, 300, 300]
	assert found[one]["bucket"] == "Within 30 days"
	assert "tie out" in message
	assert sum(chart["data"]["datasets"][0]["values"]) == 600
	assert {row["label"]: row["value"] for row in summary}["Difference"] == 0
	first = execute({"company": studio.company, "from_date": ago(45), "to_date": ago(30)})
	assert {row["label"]: row["value"] for row in first[4]}["Closing"] == 900


# -- who may do what


def test_front_desk_redeems_and_extends_with_a_reason_and_gives_no_money_back(studio):
	sold = studio.sell(studio.sessions_package(4, price=400, validity_days=30)).package
	desk = make.user("Runbook Front Desk")
	frappe.set_user(desk.name)
	told = api.redeem(sold, key="k1")
	assert (told["sessions_left"], told["state"]) == (3, "Active")
	with pytest.raises(PackageRefused, match="say why"):
		api.extend(sold, add_days(nowdate(), 60), " ")
	api.extend(sold, add_days(nowdate(), 60), "Unwell")
	assert api.history(sold)[0]["user"] == desk.name
	api.reverse(told["usage"], "Wrong customer")
	with pytest.raises(frappe.PermissionError):
		api.refund(sold, "x")
	with pytest.raises(frappe.PermissionError):
		api.expire(sold)


@pytest.mark.parametrize(
	"call",
	[
		lambda package: api.redeem(package),
		lambda package: api.extend(package, "2030-01-01", "x"),
		lambda package: api.transfer(package, "x", "x"),
		lambda package: api.upgrade(package, "x", "x"),
		lambda package: api.refund(package, "x"),
		lambda package: api.expire(package),
		lambda package: api.history(package),
		lambda package: api.reverse(frappe.db.get_value("Package Usage", {"customer_package": package}), "x"),
		lambda package: api.sell("x", "x"),
		lambda package: api.set_up(),
	],
)
def test_technicians_may_do_none_of_it(studio, call):
	sold = studio.sell(studio.sessions_package(4, price=400)).package
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		call(sold)


def test_selling_by_the_api_makes_a_draft(studio):
	package = studio.sessions_package(4, price=400, transferable=1)
	draft = api.sell(make.customer().name, package.name, studio.company)
	assert draft["total"] == 400
	assert frappe.db.get_value("Sales Invoice", draft["sales_invoice"], "docstatus") == 0
	agreed = api.sell(make.customer().name, package.name, studio.company, price="360")
	doc = frappe.get_doc("Sales Invoice", agreed["sales_invoice"])
	doc.submit()
	(sold,) = studio.sale(doc.name).packages
	assert studio.left(sold)[2] == 360
	new = api.transfer(sold, make.customer().name, "A gift", 1)["new_package"]
	assert studio.left(new)[1] == 1
	assert Decimal(api.refund(sold, "Unwell", amount="260")["amount"]) == 260
	for call in (lambda: api.redeem(sold, amount="x"), lambda: api.extend(sold, "soon", "x")):
		with pytest.raises(InputRefused, match="is not a"):
			call()


# -- definitions


@pytest.mark.parametrize(
	("values", "text"),
	[
		({"kind": "Sessions", "sessions": 0}, "more than zero"),
		({"kind": "Money value"}, "more than zero"),
		({"kind": "Sessions", "sessions": 3, "breakage": "Expected %"}, "less than 100"),
	],
)
def test_definitions_that_do_not_add_up(studio, values, text):
	with pytest.raises((PackageRefused, frappe.MandatoryError), match=text):
		studio.package(100, **values)


def test_services_that_do_not_add_up_or_have_no_price(studio):
	one, other = make.bookable_service(price=None), make.bookable_service(price=75)
	rows = [{"service": one.name, "sessions": 2}, {"service": other.name, "sessions": 2}]
	with pytest.raises(PackageRefused, match="ask for 4"):
		studio.sessions_package(5, price=500, services=rows)
	package = studio.sessions_package(4, price=400, services=rows)
	with pytest.raises(PackageRefused, match=one.name):
		studio.sell(package)
	with pytest.raises(PackageRefused, match="kept in stock"):
		studio.package(100, item=make.material().name, kind="Sessions", sessions=2)


def test_the_card_is_printed(studio):
	sold = studio.sell(studio.sessions_package(4, price=400, validity_days=30)).package
	redeem_session(Redemption(sold))
	card = get_html_and_style("Customer Package", sold, print_format="Package Card")["html"]
	assert "3 of 4 sessions left" in card
