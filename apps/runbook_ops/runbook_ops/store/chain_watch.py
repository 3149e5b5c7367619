"""What chains watch, kept in the process: a save asks one dictionary, and a published or switched chain is known everywhere at once.

Every publication draws a stamp in its own transaction (see `stamps`), and puts it into Redis after the commit. A process looks
there when a quarter of a second has passed since it last did; when the stamp is not the one that its map was read with, it reads
the map anew. A map is kept only under the stamp of its own snapshot. Redis only saves time: a map is dropped after a minute
whatever Redis says, so what is lost there costs a minute, as a lost ring of the doorbell does.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import frappe
from redis.exceptions import RedisError

from ..core.chains.parse import ChainProblems, record_of
from ..core.chains.parse_trigger import RECORD_EVENTS
from ..core.chains.spec import ChainSpec, Event
from ..core.chains.waits import waiting_steps
from . import stamps
from .chain_versions import load_spec

TOKEN = "runbook_chain_watch"
LOOK_AGAIN_SECONDS = 0.25
KEEP_SECONDS = 60.0
RECORD_WATCHERS = (*RECORD_EVENTS, Event.OPPORTUNITY_STAGE)
PUBLISHED = """select name, current_version from `tabTrigger Chain`
	where enabled = 1 and ifnull(current_version, '') != '' order by name"""
STAMP = "select concat(date_format(modified, '%%Y%%m%%d%%H%%i%%s%%f'), stamp) from `tabResource Stamp` where name = %s"
"""Later ones are greater."""


@dataclass(frozen=True)
class Watcher:
	"""A published chain that watches something."""

	version: str
	spec: ChainSpec


@dataclass(frozen=True)
class Watches:
	"""`records`: DocType -> who watches its records; `ends`: chain -> who waits for its end."""

	records: Mapping[str, tuple[Watcher, ...]] = field(default_factory=dict)
	ends: Mapping[str, tuple[Watcher, ...]] = field(default_factory=dict)
	waits: frozenset[str] = frozenset()
	"""The DocTypes of records that steps wait for."""


@dataclass
class _Kept:
	watches: Watches
	token: bytes
	looked: float
	until: float


NOTHING = Watches()
_kept: dict[str, _Kept] = {}


def watches() -> Watches:
	"""What is watched on this site now, by this transaction's own changes too."""
	local = frappe.local
	kept = _kept.get(local.site)
	fresh = kept is not None and time.monotonic() - kept.looked < LOOK_AGAIN_SECONDS
	if kept is None or not fresh or getattr(local, "runbook_watch_dirty", False):
		return _look()
	return kept.watches


def changed() -> None:
	"""A chain was saved, published, switched or deleted in this transaction: read anew here now, everywhere after the commit."""
	stamps.touch((stamps.CHAINS,))
	if getattr(frappe.local, "runbook_watch_dirty", False):
		return
	frappe.local.runbook_watch_dirty = True
	frappe.db.after_commit.add(_tell_everyone)
	frappe.db.after_rollback.add(forget)


def _look() -> Watches:
	local = frappe.local
	if getattr(local, "runbook_watch_dirty", False):
		return _read()
	token, kept, moment = _token(), _kept.get(local.site), time.monotonic()
	if kept is None or kept.token != token or moment > kept.until:
		if frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_uninstall:
			return NOTHING
		kept = _read_anew(token, moment)
	kept.looked = moment
	return kept.watches


def _read_anew(token: bytes | None, moment: float) -> _Kept:
	stamp = _stamp()
	read = _Kept(_read(), stamp, moment, moment + KEEP_SECONDS)
	if token is None or stamp > token:  # Redis is empty, or whoever published died before telling it
		_set_token(stamp)
	if token is None or stamp >= token:
		_kept[frappe.local.site] = read
	return read


def _stamp() -> bytes:
	"""The stamp of the last publication that this transaction sees."""
	rows = frappe.db.sql(STAMP, stamps.CHAINS)
	return rows[0][0].encode() if rows else b"0"


def _read() -> Watches:
	records: dict[str, tuple[Watcher, ...]] = {}
	ends: dict[str, tuple[Watcher, ...]] = {}
	waits: set[str] = set()
	for name, version in frappe.db.sql(PUBLISHED):
		try:
			watcher = Watcher(version, load_spec(version))
		except (ChainProblems, ValueError, TypeError):
			frappe.log_error(f"Chain {name} can't be read and starts nothing; publish it again")
			continue
		spec = watcher.spec
		if waiting_steps(spec):
			waits.add(record_of(spec.trigger, spec.trigger_doctype) or "")
		if spec.trigger in RECORD_WATCHERS:
			doctype = record_of(spec.trigger, spec.trigger_doctype) or ""
			records[doctype] = (*records.get(doctype, ()), watcher)
		elif spec.trigger is Event.CHAIN_ENDED:
			ends[spec.details.chain] = (*ends.get(spec.details.chain, ()), watcher)
	return Watches(records, ends, frozenset(waits))


def _token() -> bytes | None:
	"""What Redis says was published last; None when it says nothing."""
	try:
		found: bytes | None = frappe.cache.get(frappe.cache.make_key(TOKEN))
	except RedisError:
		return None
	return found


def _set_token(stamp: bytes) -> None:
	try:
		frappe.cache.set(frappe.cache.make_key(TOKEN), stamp)
	except RedisError:
		frappe.logger("runbook_ops").warning("chain watch not told, known within a minute", exc_info=True)


def _tell_everyone() -> None:
	forget()
	_set_token(_stamp())


def forget() -> None:
	"""Read the map anew at the next look of this process."""
	frappe.local.runbook_watch_dirty = False
	_kept.pop(frappe.local.site, None)
