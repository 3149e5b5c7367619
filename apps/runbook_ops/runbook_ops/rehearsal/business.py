"""The business of a rehearsal, read from business.yaml: services, resources, team, stock and chains, checked whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import yaml

from ..chain_library import library_off, read_library
from ..core.booking import LONGEST
from ..core.chains.decide import NEVER_QUIET
from ..core.chains.office_time import Quiet
from ..core.chains.parse import ChainProblems, parse_chain
from ..core.chains.spec import ChainSpec, Event
from ..core.eligibility import Requirement, ResourceFacts
from ..core.hours import Schedule, Shift
from ..core.reasons import reason_text
from ..core.timeline import Interval, to_minutes
from .hours import read_opening, read_quiet, read_shifts
from .reading import Fields, InputProblems, Problem, read_moment, read_text

Named = TypeVar("Named")

KINDS = ("Person", "Crew", "Room", "Equipment")
LONGEST_MINUTES = LONGEST // timedelta(minutes=1)


@dataclass(frozen=True)
class MaterialUse:
	"""What one visit uses up of a stock item."""

	item: str
	qty: Decimal


@dataclass(frozen=True)
class Service:
	"""A bookable service; spans are timedeltas."""

	name: str
	duration: timedelta
	job_type: str = ""
	active: bool = True
	buffer_before: timedelta = timedelta(0)
	buffer_after: timedelta = timedelta(0)
	min_notice: timedelta = timedelta(0)
	booking_horizon: timedelta | None = None
	price: Decimal = Decimal(0)
	requirements: tuple[Requirement, ...] = ()
	needs_address: bool = False
	outdoor: bool = False
	scope: str = ""
	prep_instructions: str = ""
	materials: tuple[MaterialUse, ...] = ()
	checklist: tuple[str, ...] = ()
	rebook_after_days: int = 0
	chain: str = ""


@dataclass(frozen=True)
class Resource:
	"""A person, crew, room or piece of equipment with its time."""

	facts: ResourceFacts
	email: str = ""
	shifts: tuple[Shift, ...] = ()
	closed: frozenset[date] = frozenset()
	time_off: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Colleague:
	"""Somebody who owns tasks: the roles say which."""

	name: str
	roles: frozenset[str]


@dataclass(frozen=True)
class StockItem:
	"""What lies in stock of an item when the rehearsal begins, and how long an order takes."""

	item: str
	item_name: str
	qty: Decimal
	unit: str
	lead_days: int


@dataclass(frozen=True)
class Business:
	"""Everything that business.yaml says; mappings by name."""

	company: str
	zone: ZoneInfo
	services: Mapping[str, Service]
	resources: Mapping[str, Resource]
	team: tuple[Colleague, ...]
	stock: Mapping[str, StockItem]
	chains: tuple[ChainSpec, ...]
	phone: str = ""
	currency: str = ""
	review_link: str = ""
	opening: Schedule | None = None
	"""When the business is open, for steps that keep to it; None is always."""
	quiet: Quiet = NEVER_QUIET
	channels: tuple[str, ...] = ("email",)
	only_named: frozenset[str] = frozenset()
	"""Chains that run for those services only that name them."""

	def chains_for(self, event: Event, service: Service) -> tuple[ChainSpec, ...]:
		"""The chains that an event starts; a service that names its chain has that one in the place of the others."""
		started = tuple(spec for spec in self.chains if spec.trigger is event)
		own = tuple(spec for spec in started if spec.code == service.chain)
		return own or tuple(spec for spec in started if spec.code not in self.only_named)


def read_business(path: Path) -> Business:
	"""The business that a YAML file describes.

	Raises InputProblems with everything that is wrong, each with file, path and remedy.
	"""
	text = read_text(path)
	try:
		data = yaml.safe_load(text)
	except yaml.YAMLError as problem:
		raise InputProblems([_yaml_problem(path.name, problem)]) from problem
	except (ValueError, RecursionError) as problem:  # a date such as 2026-02-30, or nesting without end
		raise InputProblems(
			[Problem(path.name, "", f"a value can't be read ({problem}). Correct it.")]
		) from problem
	return parse_business(data, path.name, path.parent)


def parse_business(data: object, file: str = "business.yaml", folder: Path = Path()) -> Business:
	"""The business from plain data; `folder` is where its own chain files are looked for.

	Raises InputProblems with everything that is wrong.
	"""
	problems: list[Problem] = []
	top = Fields(data, "", file, problems)
	zone = _zone(top)
	holidays = top.days("holidays")
	stock = _by_name(top, "stock", [_stock_item(row) for row in top.rows("stock")], lambda item: item.item)
	services = _by_name(
		top, "services", [_service(row, stock) for row in top.rows("services", True)], lambda each: each.name
	)
	resources = _by_name(
		top,
		"resources",
		[_resource(row, zone, holidays) for row in top.rows("resources", True)],
		lambda each: each.facts.name,
	)
	chains, only_named = _chains(top, folder)
	business = Business(
		company=top.text("company", required=True),
		zone=zone,
		services=services,
		resources=resources,
		team=tuple(_colleague(row) for row in top.rows("team", True)),
		stock=stock,
		chains=chains,
		only_named=only_named,
		phone=top.text("phone"),
		currency=top.text("currency"),
		review_link=top.text("review_link"),
		opening=read_opening(top, zone, holidays),
		quiet=read_quiet(top, zone),
	)
	top.finish()
	_check_links(top, business)
	if problems:
		raise InputProblems(problems)
	return business


def _by_name(
	top: Fields, key: str, rows: Sequence[Named], name_of: Callable[[Named], str]
) -> dict[str, Named]:
	found: dict[str, Named] = {}
	for index, row in enumerate(rows):
		name = name_of(row)
		if name in found:
			top.problem(f"{key}[{index}]", f"{name} is there twice. Give each its own name.")
		found[name] = row
	return found


def _zone(top: Fields) -> ZoneInfo:
	name = top.text("zone", required=True)
	try:
		return ZoneInfo(name or "UTC")
	except (OSError, ValueError, KeyError):
		top.problem("zone", f"there is no time zone {name}. Write it as Europe/Berlin or America/New_York.")
		return ZoneInfo("UTC")


def _minutes(row: Fields, key: str) -> timedelta:
	return timedelta(minutes=row.whole(key))


def _service(row: Fields, stock: Mapping[str, StockItem]) -> Service:
	duration = row.whole("duration_minutes", 0, 1)
	if row.value("duration_minutes") is None or duration > LONGEST_MINUTES:
		row.problem(
			"duration_minutes", f"a visit lasts from 1 to {LONGEST_MINUTES} minutes. Give its length."
		)
	horizon = row.whole("booking_horizon_days")
	service = Service(
		name=row.text("name", required=True),
		duration=timedelta(minutes=duration),
		job_type=row.text("job_type"),
		active=row.flag("active", True),
		buffer_before=_minutes(row, "buffer_before_minutes"),
		buffer_after=_minutes(row, "buffer_after_minutes"),
		min_notice=_minutes(row, "min_notice_minutes"),
		booking_horizon=timedelta(days=horizon) if horizon else None,
		price=row.amount("price"),
		requirements=tuple(_requirement(need) for need in row.rows("requirements")),
		needs_address=row.flag("needs_address"),
		outdoor=row.flag("outdoor"),
		scope=row.text("scope"),
		prep_instructions=row.text("prep_instructions"),
		materials=tuple(_material(use, stock) for use in row.rows("materials")),
		checklist=row.names("checklist"),
		rebook_after_days=row.whole("rebook_after_days"),
		chain=row.text("chain"),
	)
	row.finish()
	return service


def _requirement(row: Fields) -> Requirement:
	requirement = Requirement(
		_kind(row), row.text("skill") or None, row.text("resource") or None, row.whole("quantity", 1, 1)
	)
	row.finish()
	return requirement


def _kind(row: Fields) -> str:
	kind = row.text("kind", "Person")
	if kind not in KINDS:
		row.problem("kind", f"{kind} is not known. Choose one of: {', '.join(KINDS)}.")
	return kind


def _material(row: Fields, stock: Mapping[str, StockItem]) -> MaterialUse:
	use = MaterialUse(row.text("item", required=True), row.amount("qty", "1"))
	if use.item and use.item not in stock:
		row.problem("item", f"there is no {use.item} in stock. Add it under stock, with qty 0 if need be.")
	row.finish()
	return use


def _stock_item(row: Fields) -> StockItem:
	item = row.text("item", required=True)
	found = StockItem(
		item, row.text("name", item), row.amount("qty"), row.text("unit", "Nos"), row.whole("lead_days", 3)
	)
	row.finish()
	return found


def _colleague(row: Fields) -> Colleague:
	colleague = Colleague(row.text("name", required=True), frozenset(row.names("roles")))
	row.finish()
	return colleague


def _resource(row: Fields, zone: ZoneInfo, holidays: frozenset[date]) -> Resource:
	name = row.text("name", required=True)
	resource = Resource(
		facts=ResourceFacts(
			name=name,
			kind=_kind(row),
			active=row.flag("active", True),
			skills=frozenset(row.names("skills")),
			territories=frozenset(row.names("territories")),
			members=row.names("members"),
		),
		email=row.text("email"),
		shifts=read_shifts(row),
		closed=holidays | row.days("holidays"),
		time_off=tuple(filter(None, (_time_off(away, zone) for away in row.rows("time_off")))),
	)
	if not resource.shifts and not resource.facts.members:
		row.problem("hours", "it is never open. Give hours such as Monday-Friday: 08:00-17:00.")
	row.finish()
	return resource


def _time_off(row: Fields, zone: ZoneInfo) -> Interval | None:
	start, end = (read_moment(row.value(key), zone) for key in ("from", "to"))
	row.text("reason")
	row.finish()
	if start is None or end is None or end <= start:
		row.problem("", "it needs a from and a later to. Write them as 2026-12-01 08:00.")
		return None
	return to_minutes(start), to_minutes(end)


def _chains(top: Fields, folder: Path) -> tuple[tuple[ChainSpec, ...], frozenset[str]]:
	"""The library's chains; a chain of one's own takes the place of the one with its code, or comes in addition.

	With them the codes of those that run for services only that name them: what the library ships switched off.
	"""
	chains, named = {spec.code: spec for spec in read_library()}, library_off()
	rows = top.value("chains")
	if rows in (None, "library"):
		return tuple(chains.values()), named
	if not isinstance(rows, list):
		top.problem("chains", "it must be library or a list of chains and YAML files.")
		return (), named
	for index, row in enumerate(rows):
		spec = _chain(top, f"chains[{index}]", row, folder)
		if spec is not None:
			chains[spec.code] = spec
			named -= {spec.code}
	return tuple(chains.values()), named


def _chain(top: Fields, where: str, row: object, folder: Path) -> ChainSpec | None:
	try:
		if isinstance(row, str):
			where = f"{where} ({row})"
			row = yaml.safe_load(read_text(folder / row))
		return parse_chain(row)
	except ChainProblems as found:
		for refusal in found.problems:
			top.problem(f"{where}.{refusal.field}", reason_text(refusal.code, dict(refusal.values)))
	except InputProblems as found:
		top.problems.extend(found.problems)
	except yaml.YAMLError as found:
		problem = _yaml_problem("", found)
		top.problem(where, f"{problem.where}: {problem.text}")
	return None


def _check_links(top: Fields, business: Business) -> None:
	codes = {spec.code for spec in business.chains}
	for index, service in enumerate(business.services.values()):
		if service.chain and service.chain not in codes:
			top.problem(
				f"services[{index}].chain",
				f"there is no chain {service.chain}. Known: {', '.join(sorted(codes))}.",
			)
		for number, need in enumerate(service.requirements):
			if need.resource and need.resource not in business.resources:
				where = f"services[{index}].requirements[{number}].resource"
				top.problem(where, f"there is no resource {need.resource}. Add it, or mend the name.")
	for index, resource in enumerate(business.resources.values()):
		for member in resource.facts.members:
			found = business.resources.get(member)
			if found is None or found.facts.members:
				what = "is a crew itself" if found else "is not among the resources"
				top.problem(f"resources[{index}].members", f"{member} {what}. Name people.")


def _yaml_problem(file: str, problem: yaml.YAMLError) -> Problem:
	mark = getattr(problem, "problem_mark", None)
	where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
	what = getattr(problem, "problem", None) or str(problem).splitlines()[0]
	return Problem(
		file, where, f"this is not YAML ({what}). Mend the line; indent with spaces, quote texts with colons."
	)
