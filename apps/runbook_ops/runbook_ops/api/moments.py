"""Times as programs and pages write them."""

from datetime import datetime

from frappe.utils import get_datetime

from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import from_site


def moment(text: str, field: str) -> datetime:
	"""A moment from text: site time, or with an offset of its own; refuses what is no time, by the field's name."""
	try:
		return from_site(get_datetime(text) or "")
	except (ValueError, TypeError, OverflowError):
		refuse(Refusal("not_a_time", field, {"field": field, "value": text}), BookingRefused)
