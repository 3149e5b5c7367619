"""Pictures of the work that customers may see."""

from dataclasses import dataclass

import frappe

MOST = 12
SHOWN = """select picture.name, coalesce(picture.caption, '') as caption, min(file.name) as file
	from `tabService Job Picture` picture
	join `tabService Job` job on job.name = picture.parent
	join `tabFile` file on file.attached_to_doctype = 'Service Job' and file.attached_to_name = job.name
		and file.file_url = picture.picture
	where job.booking = %s and picture.parenttype = 'Service Job' and picture.for_customer = 1
	group by picture.name order by job.starts_at, job.name, picture.idx limit %s"""


@dataclass(frozen=True)
class ShownPicture:
	"""A picture that was marked as for the customer; `file` is one that is attached to the job itself."""

	name: str
	caption: str
	file: str


def pictures_of_visit(booking: str | None) -> list[ShownPicture]:
	"""The pictures of a visit's jobs, in the order in which staff put them."""
	if not booking:
		return []
	return [ShownPicture(*row) for row in frappe.db.sql(SHOWN, (booking, MOST))]
