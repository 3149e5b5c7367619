"""A template of a step, checked against the names that its chain may use, with its problem named."""

from collections.abc import Container

from ..refusal import Refusal
from .names import Names
from .template import TemplateProblem, check_template

ANY_NAME = Names(record=None)
"""Every fact, and any field of the record: whether it has that field is checked for the chain as a whole."""


def template_problem(
	step: str, setting: str, source: object, names: Container[str] = ANY_NAME
) -> Refusal | None:
	"""What is wrong with the template that a step has for a setting; None when it can be used."""
	try:
		check_template(str(source), names)
	except TemplateProblem as problem:
		values = {"step": step, "setting": setting, "name": problem.name, "line": problem.line}
		return Refusal(problem.code, f"{step}.settings.{setting}", values)
	return None
