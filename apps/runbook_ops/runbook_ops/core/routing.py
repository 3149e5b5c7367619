"""Who owns a piece of work: the named person when able, else the least loaded of those who can."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
	"""Somebody who could own the work: the user, whether they can act now, and their open tasks."""

	user: str
	enabled: bool = True
	open_tasks: int = 0


def choose_owner(preferred: Sequence[str], people: Sequence[Person], fallback: str) -> str:
	"""The first preferred user who is among the enabled people, else the least loaded one, else the fallback.

	Never nobody: work without an owner is work that is lost.
	"""
	able = {person.user: person for person in people if person.enabled}
	for user in preferred:
		if user in able:
			return user
	if able:
		return min(able.values(), key=lambda person: (person.open_tasks, person.user)).user
	return fallback
