"""Compare what a provider took with what is booked, day by day: what was missed is booked, what differs is somebody's task, once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from ..core.pay_links import Booked, Difference, Report, Standing, differences
from ..core.refusal import Refusal
from ..providers.payment import (
	PaymentProvider,
	PaymentUnknown,
	ProviderRefused,
	ProviderUnavailable,
	TooManyPayments,
)
from ..providers.registry import PROVIDERS
from ..site_time import to_site, utc_now
from ..store.pay_links import booked_of, booked_since, known_links, pay_settings, stripe_account
from .settle_payment import ask_person, settle_payment

LOOK_BACK = timedelta(days=30)
MOST_LOOKED_UP = 50


def reconcile_payments() -> tuple[Difference, ...]:
	"""What the providers and the books disagree about; each has a task, which is opened once."""
	if stripe_account() is None:
		return ()
	found: list[Difference] = []
	for name, provider in PROVIDERS.items():
		if provider.online and pay_settings().modes.get(name):
			found += _reconcile(name, provider)
	for one in found:
		ask_person(one.reason, one.session)
	return tuple(found)


def _reconcile(name: str, provider: PaymentProvider) -> list[Difference]:
	since = utc_now() - LOOK_BACK
	reports: list[Report] = []
	try:
		reports.extend(provider.payments_since(since))
	except TooManyPayments:
		ask_person(Refusal("pay_too_many", None, {"provider": name, "read": len(reports)}), _today())
	except (ProviderRefused, ProviderUnavailable) as trouble:
		values = {"provider": name, "error": str(trouble)[:200]}
		ask_person(Refusal("pay_not_compared", None, values), _today())
		return []
	ours = known_links([report.link for report in reports])
	own = [report for report in reports if report.link in ours]
	late = [report.session for report in own if settle_payment(report).entry]
	if late:
		ask_person(Refusal("pay_found_late", None, {"provider": name, "count": len(late)}), _today())
	strange = [one for one in reports if one.link not in ours and one.standing is Standing.PAID]
	booked = {
		**booked_since(since, provider.prefix),
		**booked_of([report.session for report in own]),
	}
	older, unread = _looked_up(provider, booked, own)
	seen = {session: entry for session, entry in booked.items() if session not in unread}
	return [*differences([*own, *older], seen), *map(_strange, strange)]


def _looked_up(
	provider: PaymentProvider, booked: Mapping[str, Booked], known: Sequence[Report]
) -> tuple[list[Report], set[str]]:
	"""The payments that were begun before the time that is compared, and booked within it; and those that could not be read.

	What the provider does not know at all is in neither: that is a difference.
	"""
	sessions = sorted(booked.keys() - {report.session for report in known})
	found, unread = [], set(sessions[MOST_LOOKED_UP:])
	for session in sessions[:MOST_LOOKED_UP]:
		try:
			found.append(replace(provider.look_up(session), session=session))
		except PaymentUnknown:
			continue
		except (ProviderRefused, ProviderUnavailable):
			unread.add(session)
	return found, unread


def _strange(report: Report) -> Difference:
	values = {"session": report.session, "amount": report.amount, "currency": report.currency}
	return Difference(report.session, Refusal("pay_without_link", None, values))


def _today() -> str:
	return to_site(utc_now()).date().isoformat()
