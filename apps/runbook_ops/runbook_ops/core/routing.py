"""Who owns a piece of work: whom a route names, else the named person when able, else the least loaded of those who can."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
	"""Somebody who could own the work: the user, whether they can act now, their open tasks, when they last were given one."""

	user: str
	enabled: bool = True
	open_tasks: int = 0
	last_given: datetime | None = None


@dataclass(frozen=True)
class Case:
	"""What a route looks at: a task's kind, its reason, the role that is asked, and the territory with all around it."""

	kind: str
	reason_code: str = ""
	role: str = ""
	territories: Collection[str] = ()


@dataclass(frozen=True)
class Route:
	"""Where tasks go to: a user, or somebody of a role; what is empty on the left fits all."""

	kind: str = ""
	reason_code: str = ""
	role: str = ""
	territory: str = ""
	user: str = ""
	to_role: str = ""
	in_turn: bool = False

	def fits(self, case: Case) -> bool:
		"""Whether the route is for this case."""
		return (
			self.kind in ("", case.kind)
			and self.reason_code in ("", case.reason_code)
			and self.role in ("", case.role)
			and (not self.territory or self.territory in case.territories)
		)


def choose_route(routes: Sequence[Route], case: Case) -> Route | None:
	"""The first that fits and leads somewhere."""
	return next((route for route in routes if (route.user or route.to_role) and route.fits(case)), None)


def choose_owner(
	preferred: Sequence[str], people: Sequence[Person], fallback: str, in_turn: bool = False
) -> str:
	"""The first preferred user who is among the enabled people, else the least loaded one, else the fallback.

	`in_turn`: in place of the least loaded one, who has waited longest for a task. Never nobody: work without an owner is work
	that is lost.
	"""
	able = {person.user: person for person in people if person.enabled}
	for user in preferred:
		if user in able:
			return user
	if able and in_turn:
		return min(able.values(), key=lambda person: (person.last_given or NEVER, person.user)).user
	if able:
		return min(able.values(), key=lambda person: (person.open_tasks, person.user)).user
	return fallback
