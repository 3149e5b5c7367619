"""Pictures of the work on the page on which a customer pays: only those that staff marked, only by the link, small and without what a camera wrote."""

from io import BytesIO

import frappe
import pytest
from PIL import Image
from tests.support.guests import as_guest
from tests.support.job_pictures import PLACE, add_picture, attach, job_of, photo
from tests.support.pay import see, shop, stripe

from runbook_ops.api import pay_links as api
from runbook_ops.operations import show_picture
from runbook_ops.store.job_pictures import MOST
from runbook_ops.store.pay_links import pay_token

__all__ = ["shop", "stripe"]


@pytest.fixture
def job(shop):
	return job_of(shop.visit().name)


@pytest.fixture
def link(shop, job):
	return shop.link_of(shop.invoice(runbook_booking=job.booking))


def fetch(link, number: str, token: str | None = None) -> tuple[int, bytes | str]:
	"""What the picture's address answers a customer: status, and the JPEG or the reason."""
	answer, status = as_guest(lambda: api.picture(token or pay_token(link), number))
	return status, answer["error"]["code"] if answer else frappe.local.response.filecontent


def test_what_staff_marked_is_shown_in_order_and_small(shop, job, link):
	before = add_picture(job, photo(), caption="Before")
	hidden = add_picture(job, photo(colour="#333333"), for_customer=False)
	after = add_picture(job, photo(600, 800, kind="PNG"), caption="After", name="after.png")
	told = see(link)["pictures"]
	assert told == [
		{"number": before.name, "caption": "Before"},
		{"number": after.name, "caption": "After"},
	]
	status, content = fetch(link, before.name)
	assert status == 200 and frappe.local.response.content_type == "image/jpeg"
	assert Image.open(BytesIO(content)).size == (1280, 960)
	assert PLACE[14:26] not in content and b"Exif" not in content
	assert Image.open(BytesIO(fetch(link, after.name)[1])).size == (600, 800)
	assert fetch(link, hidden.name) == (404, "picture_gone")


def test_nothing_else_is_served(shop, job, link):
	"""Another job's picture, a file that is listed here and attached elsewhere, no token, and the file's own address."""
	own = add_picture(job, photo())
	other = job_of(shop.visit().name)
	theirs = add_picture(other, photo())
	secret = attach(frappe.get_doc("Customer", link.customer), photo(colour="#112233"), "passport.jpg")
	job.append("pictures", {"picture": secret.file_url, "for_customer": 1})
	job.save()
	assert [row["number"] for row in see(link)["pictures"]] == [own.name]
	for number in (theirs.name, job.pictures[-1].name, secret.name, "", "' or 1=1 --"):
		assert fetch(link, number) == (404, "picture_gone")
	assert fetch(link, own.name, "forged")[0] == 403
	frappe.set_user("Guest")
	assert not frappe.has_permission(
		"File", "read", frappe.db.get_value("File", {"attached_to_name": job.name})
	)


def test_what_is_too_large_or_no_picture_is_left_out(shop, job, link, monkeypatch):
	page = add_picture(job, b"<svg onload=alert(1)>", name="page.svg")
	large = add_picture(job, photo(3000, 3000))
	assert fetch(link, page.name) == (404, "picture_gone")
	for bound, value in (("MOST_PIXELS", 3000 * 3000 - 1), ("LARGEST_FILE", 1000)):
		with monkeypatch.context() as tight:
			tight.setattr(show_picture, bound, value)
			assert fetch(link, large.name) == (404, "picture_gone")
	assert fetch(link, large.name)[0] == 200


def test_twelve_at_the_most(shop, job, link):
	for _ in range(MOST + 1):
		row = add_picture(job, photo(40, 30))
	assert len(see(link)["pictures"]) == MOST
	assert fetch(link, row.name) == (404, "picture_gone")
