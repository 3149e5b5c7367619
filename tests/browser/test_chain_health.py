"""Chain Health in the desk: a quiet day, and a day on which the mail server is out of order; the health address for a manager."""

import urllib.error
import urllib.request

import frappe
import pytest
from tests import factories as make
from tests.support.trail import visit, work

from runbook_ops.jobs.pump import sweep
from runbook_ops.site_time import to_utc, utc_now


def figures(desk) -> dict[str, str]:
	"""The page's figures, by their labels."""
	rows = desk.page.eval_on_selector_all(
		".rb-figure",
		"found => found.map(one => [one.querySelector('.rb-label').innerText, one.querySelector('.rb-value').innerText])",
	)
	return dict(rows)


def shown(desk) -> None:
	desk.go("chain-health")
	desk.page.wait_for_selector(".rb-figure")
	desk.page.wait_for_selector(".rb-hours svg.frappe-chart")


@pytest.mark.parametrize("width", [1400, 760])
def test_a_quiet_day(desk_of, db, width):
	visit(make.message(), {"code": "job", "action": "create_job"})
	work()
	sweep()
	frappe.db.commit()
	manager = desk_of("Runbook Manager", width=width)
	shown(manager)
	told = figures(manager)
	assert (told["Lost steps"], told["Late steps"], told["Open questions"], told["Found at night"]) == (
		"0",
		"0",
		"0",
		"0",
	)
	manager.wait_for("Steps are worked, and every one that ended did so with a reason")
	manager.wait_for("Nothing needs a look.")


def test_a_day_on_which_the_mail_server_is_out_of_order(desk_of, mail_server, tmp_path):
	frappe.get_doc("Runbook Settings").update({"breaker_failures": 3}).save()
	visits = [visit(make.message()) for _ in range(5)]
	work()
	mail_server.behave("busy")
	visits += [visit(make.message()) for _ in range(6)]
	visit(make.message("invite", title="Invite the customer"), customer=make.customer(email=None))
	work()
	work()
	sweep()
	frappe.db.set_value("Chain Worker", {"steps_worked": (">", -1)}, "steps_worked", 1284)
	frappe.db.commit()
	manager = desk_of("Runbook Manager")
	shown(manager)
	manager.wait_for("out of order since")
	assert int(figures(manager)["Open questions"]) == 2
	assert int(figures(manager)["Lost steps"]) == 0
	assert manager.page.locator(".rb-look tbody tr").count() >= 1
	manager.page.screenshot(path=tmp_path / "chain-health.png", full_page=True)
	manager.page.click(".rb-look a:visible >> nth=0")
	manager.page.wait_for_function("() => frappe.get_route()[1] === 'Chain Run'")


def test_a_manager_gets_the_health_address_and_a_monitor_its_answer(manager, db):
	sweep()
	frappe.db.commit()
	manager.go("Form", "Runbook Settings")
	manager.press_in_menu("Health address", "Copy address")
	address = manager.page.inner_text(".modal.show .rb-feed-address")
	path = address.partition("/api/")[2]
	asked = urllib.request.Request(f"{manager.page.url.partition('/app')[0]}/api/{path}")
	with urllib.request.urlopen(asked, timeout=20) as answer:
		assert answer.status == 200 and b'"alive":true' in answer.read().replace(b" ", b"")
	manager.close_dialogs()
	frappe.db.sql("update `tabChain Worker` set heartbeat_at = %s", to_utc(utc_now()).replace(year=2020))
	frappe.db.commit()
	with pytest.raises(urllib.error.HTTPError, match="503"):
		urllib.request.urlopen(asked, timeout=20)
	asked.full_url = asked.full_url[:-4]
	with pytest.raises(urllib.error.HTTPError, match="403"):
		urllib.request.urlopen(asked, timeout=20)
