"""The message template language: Jinja's sandbox cut down to flat facts, `if`, `for` over a list and a few filters."""

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 20_000
FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
_ALLOWED = (
	nodes.Template,
	nodes.Output,
	nodes.TemplateData,
	nodes.Name,
	nodes.Const,
	nodes.If,
	nodes.For,
	nodes.Compare,
	nodes.Operand,
	nodes.And,
	nodes.Or,
	nodes.Not,
	nodes.Filter,
)


class TemplateProblem(Exception):
	"""A template that can't be used; `name` is the unknown fact, filter or construct when there is one."""

	def __init__(self, code: str, name: str = "", line: int = 0):
		super().__init__(code, name, line)
		self.code, self.name, self.line = code, name, line


class MissingFact(Exception):
	"""A template prints a fact that is not known for this booking."""

	def __init__(self, name: str):
		super().__init__(name)
		self.name = name


class _Unknown(Undefined):
	"""A fact without a value: false in an `if`, replaced by `default`, an error when printed."""

	def __str__(self) -> str:
		raise UndefinedError(self._undefined_name)


_environment = ImmutableSandboxedEnvironment(
	undefined=_Unknown, autoescape=False, keep_trailing_newline=False
)
_environment.globals.clear()
_environment.filters = {name: _environment.filters[name] for name in FILTERS}


def check_template(source: str, names: frozenset[str]) -> None:
	"""Refuse what the language does not have and facts that do not exist.

	Raises TemplateProblem with the code `template_syntax`, `template_too_long`, `template_construct`, `template_filter` or
	`template_fact`, and the line.
	"""
	if len(source) > LONGEST:
		raise TemplateProblem("template_too_long", str(LONGEST))
	try:
		tree = _environment.parse(source)
	except TemplateSyntaxError as problem:
		unknown_filter = re.match(r"No filter named '(\w+)'", problem.message or "")
		if unknown_filter:
			raise TemplateProblem("template_filter", unknown_filter[1], problem.lineno) from problem
		raise TemplateProblem("template_syntax", problem.message or "", problem.lineno) from problem
	loop_names = {
		node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)
	}
	for node in tree.find_all(nodes.Node):
		if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and not _plain_loop(node)):
			raise TemplateProblem("template_construct", type(node).__name__.lower(), node.lineno)
		if isinstance(node, nodes.Filter) and node.name not in FILTERS:
			raise TemplateProblem("template_filter", node.name, node.lineno)
		if isinstance(node, nodes.Name) and node.name not in names and node.name not in loop_names:
			raise TemplateProblem("template_fact", node.name, node.lineno)


def render(source: str, facts: Mapping[str, object]) -> str:
	"""The text of a checked template. Facts are data: a template inside a customer's name stays text.

	Raises MissingFact when it prints a fact that is None or empty.
	"""
	known = {name: value for name, value in facts.items() if value not in (None, "")}
	try:
		return str(_compiled(source).render(known))
	except UndefinedError as problem:
		raise MissingFact(str(problem)) from problem


def _plain_loop(node: nodes.For) -> bool:
	"""Over a fact, one name at a time, and not inside another: a text stays about as long as its facts."""
	named = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name)
	return named and not node.recursive and node.find(nodes.For) is None


@lru_cache(maxsize=512)
def _compiled(source: str):  # type: ignore[no-untyped-def]
	return _environment.from_string(source)
