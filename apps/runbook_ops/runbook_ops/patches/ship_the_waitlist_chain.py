"""The waitlist's offers go out by a chain of their own, which ships once."""

from ..chain_library import read_library_data
from ..operations.offer_library import ship_chain


def execute() -> None:
	"""Add the chain where it is missing."""
	for data in read_library_data():
		if data["code"] == "waitlist_offer":
			ship_chain(data)
