"""The gate for people without a login: limits by address, one shape of answer, no traceback, nothing half done."""

import ipaddress
import json
import time
from collections.abc import Callable
from functools import wraps

import frappe

from .. import links
from ..core.refusal import Refusal
from ..errors import GuestRefused, RunbookError
from ..messages import tell
from ..operations.hold_slot import SlotGone
from ..operations.offer_slots import Offer, contact_for_help
from ..site_time import utc_now
from ..store.limits import Limit, count_up
from .retry import retried

LARGEST_BODY = 32_000
LIMITS = {
	"look": Limit(times=240, seconds=60),
	"hold": Limit(times=30, seconds=60),
	"book": Limit(times=20, seconds=600),
	"change": Limit(times=30, seconds=600),
}
"""Requests of one address. Reading is cheap, what writes is dear."""

STATUS = {
	"link_forged": 403,
	"link_expired": 410,
	"visit_link_expired": 410,
	"visit_gone": 410,
	"hold_expired": 410,
	"not_online": 404,
	"slot_gone": 409,
	"slot_held_often": 429,
	"too_many_holds": 429,
	"too_many_bookings": 429,
	"too_many_requests": 429,
	"day_is_busy": 429,
	"policy_changed": 409,
	"visit_not_open": 409,
	"visit_has_begun": 409,
	"policy_no_moves": 409,
	"policy_moves_used": 409,
	"policy_move_late": 409,
	"policy_cancel_late": 409,
	"pay_link_waiting": 409,
	"pay_link_paid": 409,
	"pay_link_over": 410,
	"pay_link_gone": 410,
	"picture_gone": 404,
	"pay_link_moved": 409,
	"pay_link_nothing_owed": 409,
	"pay_provider_silent": 409,
	"pay_provider_refused": 409,
	"pay_event_later": 503,
	"fee_not_told": 409,
	"input_too_large": 413,
	"signature_too_large": 413,
	"estimate_gone": 410,
	"estimate_link_expired": 410,
	"estimate_expired": 410,
	"estimate_approved": 409,
	"estimate_declined": 409,
	"estimate_superseded": 409,
	"estimate_not_sent": 409,
	"estimate_changed": 409,
}
"""Reason -> HTTP status; what is not named here is 400: a field to mend."""


def answered(function: Callable) -> Callable:
	"""Answer a guest's request: conflicts are tried again, refusals and troubles become an `error` that names what to mend."""
	attempt = retried(function)

	@wraps(function)
	def run(*args, **kwargs):
		frappe.flags.disable_traceback = True
		try:
			return attempt(*args, **kwargs)
		except GuestRefused as error:
			return _refused(error.refusal, _further(error))
		except (RunbookError, frappe.ValidationError, frappe.PermissionError) as error:
			return _undone(getattr(error, "http_status_code", 400) or 400, "refused", None, _plain(error), {})
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title=f"Public request: {function.__name__}")
			frappe.db.commit()
			return _refused(Refusal("unexpected_trouble", None, {"contact": contact_for_help()}), {}, 500)

	return run


def let_in(kind: str, largest: int = LARGEST_BODY) -> None:
	"""Count the request against its address before anything else; the count stays, whatever becomes of the request."""
	if ((frappe.request and frappe.request.content_length) or 0) > largest:
		raise GuestRefused(Refusal("input_too_large", "data"))
	wait = count_up(kind, client(), LIMITS[kind], utc_now())
	frappe.db.commit()
	if wait:
		raise GuestRefused(Refusal("too_many_requests", None, {"seconds": wait}))


def start_anew() -> None:
	"""Forget what was read so far, before anything is written: what comes now locks first and reads what is newest then."""
	frappe.db.rollback()


def object_of(data: object) -> object:
	"""What was sent: an object as it is, or the JSON text of one."""
	if not isinstance(data, str):
		return data
	try:
		return json.loads(data, parse_constant=lambda word: None)
	except (ValueError, RecursionError):
		raise GuestRefused(Refusal("input_not_json", "data")) from None


def good(found: object):
	"""What was read, when it is no refusal."""
	if isinstance(found, Refusal):
		raise GuestRefused(found)
	return found


def client() -> str:
	"""A digest of the address that asks; of IPv6 its network, since one customer has all of it.

	Behind a proxy it is the last address in X-Forwarded-For, which that proxy wrote; `runbook_proxies` in the site's
	configuration says how many proxies stand in a row. Who connects from the internet directly can't say otherwise.
	"""
	address = _asking()
	if address is None:
		return links.digest("client", "unknown")
	if address.version == 6 and not address.ipv4_mapped:
		address = ipaddress.ip_network((address, 64), strict=False).network_address
	return links.digest("client", str(address))


def client_address() -> str:
	"""The address that asks, as it is, to be kept with a signature; empty when it is not known."""
	return str(_asking() or "")


def steady(started: float, seconds: float) -> None:
	"""Answer after this time and not sooner, once all is committed: how long it took tells nobody whether a person is known."""

	def wait() -> None:
		time.sleep(max(0.0, min(seconds, started + seconds - time.monotonic())))

	frappe.db.after_commit.add(wait)


def slot_data(offer: Offer, names: dict[str, str]) -> dict:
	"""An open time as the page takes it: moments with their offset, who would do it."""
	return {
		"starts_at": offer.starts_at.isoformat(),
		"ends_at": offer.ends_at.isoformat(),
		"with": [names[name] for name in offer.resources if name in names],
		"session": offer.session,
		"free": offer.free,
	}


def _asking() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
	address = _address(frappe.request.remote_addr if frappe.request else None)
	if address is None or address.is_private or address.is_loopback:
		return _forwarded() or address
	return address


def _forwarded() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
	header = frappe.get_request_header("X-Forwarded-For") if frappe.request else None
	named = [part.strip() for part in (header or "").split(",") if part.strip()]
	proxies = max(1, frappe.utils.cint(frappe.conf.get("runbook_proxies")) or 1)
	return _address(named[-min(proxies, len(named))]) if named else None


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
	try:
		return ipaddress.ip_address(text or "")
	except ValueError:
		return None


def _refused(refusal: Refusal, further: dict, status: int | None = None) -> dict:
	values = {"field": refusal.field, **refusal.values}
	status = status or STATUS.get(refusal.code, 400)
	return _undone(status, refusal.code, refusal.field, tell(refusal.code, values), further)


def _undone(status: int, code: str, field: str | None, text: str, further: dict) -> dict:
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.local.response.pop("next_open", None)
	frappe.local.response.http_status_code = status
	return {"error": {"code": code, "field": field, "text": text, **further}}


def _further(error: GuestRefused) -> dict:
	return (
		{"next_open": [slot_data(offer, {}) for offer in error.next_open]}
		if isinstance(error, SlotGone)
		else {}
	)


def _plain(error: Exception) -> str:
	return frappe.utils.strip_html(str(error))[:500] or tell(
		"unexpected_trouble", {"contact": contact_for_help()}
	)
