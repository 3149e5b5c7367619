"""How pages of a rehearsal are made: self-contained HTML from templates of this folder, times in the business's zone."""

from datetime import datetime, tzinfo
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from ..core.slots import Slot
from .telling import amount_text, moment_text, slot_text, span_text


def render_html(name: str, zone: tzinfo, **values: object) -> str:
	"""The HTML of a template of this folder. Everything from the input is escaped."""
	environment = Environment(
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
		loader=FunctionLoader(_read),
	)

	def moment(value: datetime) -> str:
		return moment_text(value, zone)

	def slot(value: Slot) -> str:
		return slot_text(value, zone)

	environment.filters.update(moment=moment, slot=slot, span=span_text, amount=amount_text)
	return environment.get_template(name).render(**values)


def _read(name: str) -> str:
	return files(__package__).joinpath(name).read_text(encoding="utf-8")
