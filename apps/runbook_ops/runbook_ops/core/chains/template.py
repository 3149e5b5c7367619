"""The message template language: Jinja's sandbox cut down to flat facts, `if`, `for` over a list and a few filters."""

import re
from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import lru_cache

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from .facts import date_text, time_text

LONGEST = 20_000
RECORD, FLAT = "doc", "doc__"
"""How a field of the record is written, and how the flat name begins that stands for it."""

DEEPEST = 40
LONGEST_TEXT = 100_000
"""Characters of a rendered text; more than any channel takes."""
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


class TextTooLong(Exception):
	"""A template prints so much for this booking that no channel would take it."""


class _Unknown(Undefined):
	"""A fact without a value: false in an `if`, replaced by `default`, an error when printed."""

	def __str__(self) -> str:
		raise UndefinedError(self._undefined_name)


def _readable(value: object) -> object:
	"""A day or moment as people read it; all else prints as it is."""
	if isinstance(value, datetime):
		return f"{date_text(value.date())}, {time_text(value)}"
	return date_text(value) if isinstance(value, date) else value


_environment = ImmutableSandboxedEnvironment(
	undefined=_Unknown, autoescape=False, keep_trailing_newline=False
)
_environment.globals.clear()
_environment.finalize = _readable
_environment.filters = {name: _environment.filters[name] for name in FILTERS}


def check_template(source: str, names: Container[str]) -> None:
	"""Refuse what the language does not have and facts that do not exist. `doc.status` is one name of a fact.

	Raises TemplateProblem with the code `template_syntax`, `template_too_long`, `template_too_deep`, `template_construct`,
	`template_filter` or `template_fact`, and the line.
	"""
	if len(source) > LONGEST:
		raise TemplateProblem("template_too_long", str(LONGEST))
	tree = _parsed(source)
	_check_depth(tree)
	loop_names = {
		node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)
	}
	for node in tree.find_all(nodes.Node):
		if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and not _plain_loop(node)):
			raise TemplateProblem("template_construct", type(node).__name__.lower(), node.lineno)
		if isinstance(node, nodes.Filter) and node.name not in FILTERS:
			raise TemplateProblem("template_filter", node.name, node.lineno)
		if isinstance(node, nodes.Name) and node.name not in loop_names and _fact(node.name) not in names:
			raise TemplateProblem("template_fact", _fact(node.name), node.lineno)


def _parsed(source: str) -> nodes.Template:
	"""The template's tree, in which each field of the record is one flat name: nothing is reached through anything."""
	try:
		tree: nodes.Template = _Flat().visit(_environment.parse(source))
		return tree
	except TemplateSyntaxError as problem:
		unknown_filter = re.match(r"No filter named '(\w+)'", problem.message or "")
		if unknown_filter:
			raise TemplateProblem("template_filter", unknown_filter[1], problem.lineno) from problem
		raise TemplateProblem("template_syntax", problem.message or "", problem.lineno) from problem
	except RecursionError as problem:
		raise TemplateProblem("template_too_deep", str(DEEPEST), 1) from problem
	except ValueError as problem:  # a number that is too long to be one
		raise TemplateProblem("template_syntax", str(problem), 1) from problem


def _check_depth(tree: nodes.Template) -> None:
	level: list[nodes.Node] = [tree]
	for _ in range(DEEPEST):
		level = [child for node in level for child in node.iter_child_nodes()]
		if not level:
			return
	raise TemplateProblem("template_too_deep", str(DEEPEST), level[0].lineno)


def render(source: str, facts: Mapping[str, object]) -> str:
	"""The text of a checked template. Facts are data: a template inside a customer's name stays text.

	Raises MissingFact when it prints a fact that is None or empty, TextTooLong when the text goes beyond `LONGEST_TEXT`.
	"""
	found = ((name, facts.get(name)) for name in names_in(source))
	known = {_variable(name): value for name, value in found if value not in (None, "")}
	parts: list[str] = []
	length = 0
	try:
		for part in _compiled(source).generate(known):
			parts.append(part)
			length += len(part)
			if length > LONGEST_TEXT:
				raise TextTooLong
	except UndefinedError as problem:
		raise MissingFact(_fact(str(problem))) from problem
	return "".join(parts)


@lru_cache(maxsize=512)
def names_in(source: str) -> frozenset[str]:
	"""The facts that a template names, also those that it may come to print only; none of one that can't be read."""
	try:
		tree = _parsed(source)
	except TemplateProblem:
		return frozenset()
	return frozenset(_fact(node.name) for node in tree.find_all(nodes.Name))


class _Flat(NodeTransformer):
	def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
		owner = node.node
		if isinstance(owner, nodes.Name) and owner.name == RECORD and not node.attr.startswith("_"):
			return nodes.Name(f"{FLAT}{node.attr}", "load", lineno=node.lineno)
		return node


def _variable(fact: str) -> str:
	return FLAT + fact.removeprefix(f"{RECORD}.") if fact.startswith(f"{RECORD}.") else fact


def _fact(variable: str) -> str:
	return f"{RECORD}.{variable.removeprefix(FLAT)}" if variable.startswith(FLAT) else variable


def _plain_loop(node: nodes.For) -> bool:
	"""Over a fact, one name at a time, and not inside another: a text stays about as long as its facts."""
	named = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name)
	return named and not node.recursive and node.find(nodes.For) is None


@lru_cache(maxsize=512)
def _compiled(source: str):  # type: ignore[no-untyped-def]
	return _environment.from_string(_parsed(source))
