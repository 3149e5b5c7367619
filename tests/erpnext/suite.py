"""Run ERPNext's own tests of a DocType in the folder of the sites: `python suite.py SITE DOCTYPE`, as `bench run-tests` does.

With three differences. ERPNext's tests make records of every DocType that is linked to; those of an app that a site need
not have (payments) are left out. The company of ERPNext's own set-up is made where it is missing. And one test leaves a
dimension behind that every posting after it would have to name; none is asked for when a test begins.
"""

import sys

import frappe
import frappe.test_runner

COMPANY = "Wind Power LLC"
"""What ERPNext's tests call the company of the setup wizard when they run it themselves."""


def main(site: str, doctype: str) -> int:
	"""0 when all pass."""
	linked = frappe.test_runner.get_dependencies

	def there(name: str) -> list[str]:
		return [one for one in linked(name) if one == "[Select]" or frappe.db.exists("DocType", one)]

	frappe.test_runner.get_dependencies = there
	frappe.init(site=site)
	frappe.connect()
	_make_company()
	_ask_for_no_dimension()
	done = frappe.test_runner.main(site=site, doctype=doctype)
	return int(bool(done.failures or done.errors))


def _make_company() -> None:
	if not frappe.db.exists("Company", COMPANY):
		values = {
			"company_name": COMPANY,
			"abbr": "WP",
			"default_currency": "USD",
			"country": "United States",
		}
		frappe.get_doc({"doctype": "Company", "chart_of_accounts": "Standard", **values}).insert()
		frappe.db.commit()


def _ask_for_no_dimension() -> None:
	result = frappe.test_runner.TimeLoggingTestResult
	start = result.startTest

	def start_afresh(self, test) -> None:
		asked = {"mandatory_for_bs": 0, "mandatory_for_pl": 0}
		frappe.db.set_value("Accounting Dimension Detail", {"parent": ("is", "set")}, asked)
		frappe.flags.accounting_dimensions_details = None
		start(self, test)

	result.startTest = start_afresh


if __name__ == "__main__":
	sys.exit(main(sys.argv[1], sys.argv[2]))
