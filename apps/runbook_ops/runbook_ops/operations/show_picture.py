"""A picture of the work for the customer's page: read from the private file, made small, without what cameras write into it."""

from io import BytesIO
from pathlib import Path

import frappe
from PIL import Image, ImageOps

from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..store.job_pictures import pictures_of_visit
from .offer_slots import contact_for_help

LARGEST_FILE = 25_000_000
MOST_PIXELS = 60_000_000
EDGE = 1280
QUALITY = 82
KINDS = ("JPEG", "PNG", "WEBP")


def show_picture(link: str, number: str) -> bytes:
	"""The JPEG of one of the pictures that this link's page shows; raises GuestRefused for any other."""
	booking = frappe.db.get_value("Pay Link", link, "booking")
	found = {picture.name: picture.file for picture in pictures_of_visit(booking)}
	small = _small(found[number]) if number in found else None
	if small is None:
		raise GuestRefused(Refusal("picture_gone", "number", {"contact": contact_for_help()}))
	return small


def _small(name: str) -> bytes | None:
	"""None for what is too large, or no picture at all."""
	path = Path(frappe.get_doc("File", name).get_full_path())
	if not path.is_file() or path.stat().st_size > LARGEST_FILE:
		return None
	try:
		with Image.open(path, formats=KINDS) as picture:
			if picture.width * picture.height > MOST_PIXELS:
				return None
			picture.draft("RGB", (EDGE, EDGE))
			upright = ImageOps.exif_transpose(picture).convert("RGB")
	except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
		return None
	upright.thumbnail((EDGE, EDGE))
	plain = Image.new("RGB", upright.size)
	plain.paste(upright)
	written = BytesIO()
	plain.save(written, "JPEG", quality=QUALITY)
	return written.getvalue()
