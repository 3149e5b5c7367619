"""Put somebody without a login on the waitlist: who they are is checked as for a booking, and nothing is told of whom we know."""

from ..core.guest_input import WaitWish
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..site_time import utc_now
from ..store.limits import Limit, count_up
from .book_online import default_company, refuse_robots
from .join_waitlist import WaitlistWish, join_waitlist
from .know_customer import normal_details, who
from .offer_slots import contact_for_help, services_of

A_DAY = Limit(times=8, seconds=24 * 60 * 60)
"""Wishes with the same e-mail address or phone number."""


def wait_online(wish: WaitWish) -> None:
	"""One entry for the first service and the person asked for; the same wish sent again adds none.

	Raises GuestRefused with the field to mend.
	"""
	refuse_robots(wish.trap, wish.seconds)
	service = services_of(wish.wish)[0]
	details = normal_details(wish.details, default_company())
	if count_up("waiting", who(details), A_DAY, utc_now()):
		raise GuestRefused(Refusal("too_many_bookings", "email", {"contact": contact_for_help()}))
	person = wish.wish.services[0].resource
	join_waitlist(
		WaitlistWish(
			service=service.name,
			name=details.name,
			first_day=wish.first,
			last_day=wish.last,
			email=details.email,
			mobile=details.phone,
			people=(person,) if person else (),
			notes=details.notes,
		)
	)
