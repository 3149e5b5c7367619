"""Give a package, or some of its sessions, to another customer; what the business owes stays the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe

from ..core.package_holding import PackageState, UsageKind
from ..core.package_value import NOTHING
from ..core.packages import check_transfer, take, transfer_in
from ..errors import PackageRefused
from ..messages import refuse
from ..naming import new_code
from .record_usage import day_or_today, decided, locked, record, with_reason
from .sell_package import open_package


def transfer_package(
	package: str,
	to: str,
	reason: str,
	sessions: int | None = None,
	face: Decimal | None = None,
	on: date | None = None,
) -> str:
	"""The other customer's package; neither sessions nor money value given means all that is left."""
	reason, day = with_reason(reason), day_or_today(on)
	source = locked(package)
	refusal = check_transfer(source.holding, to, source.transferable)
	if refusal:
		refuse(refusal, PackageRefused)
	out = decided(take(source.holding, UsageKind.TRANSFER_OUT, sessions, amount=face))
	arrived = transfer_in(out)
	empty = replace(
		source.holding,
		customer=to,
		sold_on=day,
		shared_with=frozenset(),
		state=PackageState.ACTIVE,
		sessions=(),
		funding=(),
		face=NOTHING,
		paid=NOTHING,
		value=NOTHING,
		used=NOTHING,
	)
	target = open_package(
		empty,
		frappe.get_doc("Service Package", source.package),
		{
			"came_from": source.name,
			"sales_invoice": source.sales_invoice,
			"price_net": arrived.paid,
			"sessions_sold": arrived.count,
			"face_sold": arrived.face,
			"session_values": [[one.number, list(one.services), str(one.paid)] for one in arrived.sessions],
		},
	)
	given, received = new_code("PU"), new_code("PU")
	record(source, out, day, name=given, counterpart=received, reason=reason)
	record(target, arrived, day, name=received, counterpart=given, reason=reason)
	return target.name
