"""The chains that ship with the app, as data: read by the site's install and by the rehearsal."""

from copy import deepcopy
from functools import cache
from importlib.resources import files

import yaml

from ..core.chains.parse import parse_chain
from ..core.chains.spec import ChainSpec


@cache
def read_library() -> tuple[ChainSpec, ...]:
	"""Every chain of the library, checked, in the order of their codes.

	Raises core.chains.parse.ChainProblems when a shipped chain can't be published.
	"""
	return tuple(parse_chain(data) for data in read_library_data())


def read_library_data() -> tuple[dict[str, object], ...]:
	"""The library as plain data, one mapping a chain, in the order of their codes; the caller's to change."""
	return deepcopy(_read_files())


@cache
def _read_files() -> tuple[dict[str, object], ...]:
	sources = [source for source in files(__name__).iterdir() if source.name.endswith(".yaml")]
	found: list[dict[str, object]] = [
		yaml.safe_load(source.read_text(encoding="utf-8")) for source in sources
	]
	return tuple(sorted(found, key=lambda data: str(data["code"])))


@cache
def library_off() -> frozenset[str]:
	"""The chains of the library that ship switched off, or for those services only that name them."""
	return frozenset(
		str(data["code"])
		for data in read_library_data()
		if not (data.get("enabled", True) and data.get("for_every_booking", True))
	)
