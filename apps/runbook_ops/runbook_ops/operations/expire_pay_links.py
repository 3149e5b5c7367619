"""End the pay links whose last day is over; a payment that comes all the same is booked all the same."""

from collections.abc import Sequence

from ..core.pay_links import PAYABLE, PayStatus
from ..store.pay_links import lock_link
from .make_pay_link import save_link


def expire_pay_links(names: Sequence[str]) -> int:
	"""How many were ended; one that was paid meanwhile stays as it is."""
	ended = 0
	for name in names:
		link = lock_link(name)
		if link is None or link.status not in PAYABLE:
			continue
		link.status = PayStatus.EXPIRED
		save_link(link)
		ended += 1
	return ended
