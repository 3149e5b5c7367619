"""Calendar feeds for programs that fetch them, and their addresses for those who may hand them out."""

import hashlib
import re
from datetime import UTC, datetime

import frappe
from werkzeug.wrappers import Response

from ..errors import GuestRefused
from ..messages import tell
from ..operations.change_by_customer import read_visit
from ..operations.invite_customer import visit_file
from ..operations.read_calendar import feed_address, read_calendar, renew_feed
from ..site_time import utc_now

PATH = re.compile(r"feed/(?P<key>[0-9a-f]{48})\.ics")
VISIT = re.compile(r"feed/visit/(?P<token>[\w.-]{1,120})\.ics", re.ASCII)
SEEN = "runbook_feed_seen"


class FeedPage:
	"""Answers /feed/<key>.ics, with 304 for a program that has the feed as it stands, and /feed/visit/<token>.ics."""

	def __init__(self, path: str | None = None, http_status_code: int | None = None):
		self.path = (path or "").strip("/ ")

	def can_render(self) -> bool:
		return self.path.startswith("feed/")

	def render(self) -> Response:
		visit = VISIT.fullmatch(self.path)
		if visit:
			return _visit(visit["token"])
		found = PATH.fullmatch(self.path)
		text = read_calendar(found["key"]) if found else None
		if found is None or text is None:
			return Response(
				"There is no such feed. Ask for its present address.\n", 404, mimetype="text/plain"
			)
		digest = hashlib.sha256(text.encode()).hexdigest()[:40]
		answer = Response(text, mimetype="text/calendar")
		answer.headers["Cache-Control"] = "private, no-cache"
		answer.headers["X-Robots-Tag"] = "noindex"
		answer.set_etag(digest)
		answer.last_modified = _since(found["key"], digest)
		return answer.make_conditional(frappe.request)


def _visit(token: str) -> Response:
	"""One's own visit to add to a calendar, by the token of its page."""
	try:
		text = visit_file(read_visit(token).booking.name)
	except GuestRefused as error:
		return Response(tell(error.refusal.code, dict(error.refusal.values)), 404, mimetype="text/plain")
	answer = Response(text, mimetype="text/calendar")
	answer.headers["Cache-Control"] = "private, no-store"
	answer.headers["X-Robots-Tag"] = "noindex"
	answer.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
	return answer


@frappe.whitelist(methods=["POST"])
def address(resource: str | None = None) -> str:
	"""The address of a resource's calendar feed, of everybody's without a resource; one's own, or any for a manager."""
	_may_hand_out(resource)
	return feed_address(resource)


@frappe.whitelist(methods=["POST"])
def renew(resource: str | None = None) -> str:
	"""Give the feed another address; whoever knows the old one sees nothing more."""
	_may_hand_out(resource)
	return renew_feed(resource)


def _may_hand_out(resource: str | None) -> None:
	if resource and frappe.db.get_value("Service Resource", resource, "user") == frappe.session.user:
		return
	doctype = "Service Resource" if resource else "Runbook Settings"
	frappe.has_permission(doctype, "write", resource, throw=True)


def _since(key: str, digest: str) -> datetime:
	"""Since when the feed has been as it is, as far as has been seen: a visit that was taken away leaves no date behind."""
	known = frappe.cache.hget(SEEN, key)
	if not known or known[0] != digest:
		known = (digest, utc_now().replace(microsecond=0).isoformat())
		frappe.cache.hset(SEEN, key, known)
	return datetime.fromisoformat(known[1]).astimezone(UTC)
