"""Jobs with pictures, for tests: photos as cameras make them, private and attached to the job."""

from io import BytesIO
from pathlib import Path

import frappe
from PIL import Image
from tests import factories as make

PLACE = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0e\x00\x02\x00\x00\x00\x0fMill Lane 12\x00\x00\x00\x00\x00\x00"
"""What a camera may write into a photo: here where it was taken."""


def photo(width: int = 2000, height: int = 1500, colour: str = "#7a9e7e", kind: str = "JPEG") -> bytes:
	"""The bytes of a photo."""
	written = BytesIO()
	Image.new("RGB", (width, height), colour).save(
		written, kind, **({"exif": PLACE} if kind == "JPEG" else {})
	)
	return written.getvalue()


def shaded(dark: str, light: str) -> bytes:
	"""A picture from one colour to another, to be looked at."""
	written, size = BytesIO(), (1200, 900)
	mask = Image.linear_gradient("L").resize(size)
	Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), mask).save(written, "JPEG")
	return written.getvalue()


def job_of(booking: str):
	"""The job of a booking."""
	name = frappe.db.get_value("Service Job", {"booking": booking})
	return frappe.get_doc("Service Job", name) if name else make.insert("Service Job", booking=booking)


def add_picture(job, content: bytes, for_customer: bool = True, caption: str = "", name: str = "photo.jpg"):
	"""Attach a private file to a job and list it among its pictures; gives the row."""
	file = attach(job, content, name)
	row = {"picture": file.file_url, "for_customer": int(for_customer), "caption": caption}
	job.append("pictures", row)
	job.save()
	return job.pictures[-1]


def attach(to, content: bytes, name: str):
	"""A private file of a record."""
	file = make.insert(
		"File",
		file_name=f"{frappe.generate_hash(length=6)}-{name}",
		attached_to_doctype=to.doctype,
		attached_to_name=to.name,
		is_private=1,
		content=content,
	)
	Path(file.get_full_path()).write_bytes(content)  # as sites keep it that don't strip at upload
	return file
