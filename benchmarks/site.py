"""On which site are the questions asked, and what is left of it afterwards? The test site, and nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from tests.support.tables import Tables


class NoSite(Exception):
	"""There is no test site; the text says how to get one."""


def connect() -> None:
	"""Connected to the test site as Administrator, with outgoing mail muted as its site config can say it."""
	if not os.environ.get("RUNBOOK_SITE") or not os.environ.get("RUNBOOK_DB_ROOT_PASSWORD"):
		raise NoSite("The benchmarks need the private test site: run them through ./runbook bench.")
	os.chdir(os.environ["RUNBOOK_SITES_PATH"])
	frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.local.conf["mute_emails"] = 1


def durability() -> str:
	"""What the database server does at a commit, in a few words for the reader of the figures."""
	((flushed, doublewrite),) = frappe.db.sql(
		"select @@global.innodb_flush_log_at_trx_commit, @@global.innodb_doublewrite"
	)
	as_installed = "as installed: flushed at every commit, doublewrite on"
	return as_installed if (flushed, doublewrite) == (1, 1) else "NOT durable: faster than one as installed"


@contextmanager
def restored() -> Iterator[None]:
	"""Whatever is committed meanwhile, by whichever process, is undone at the end."""
	tables = Tables()
	kept_by_others = tables.is_kept()
	if kept_by_others:
		tables.put_back()
	tables.keep()
	frappe.db.set_single_value("Runbook Settings", {"quiet_from": None, "quiet_to": None})
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.db.rollback()
		tables.put_back()
		if not kept_by_others:
			tables.sql(f"drop database `{tables.kept}`")
		tables.close()
		frappe.local.cache = {}


@contextmanager
def two_sizes(doctypes: tuple[str, ...]) -> Iterator["TwoSizes"]:
	"""Each of the tables a second time, to be filled apart; the first ones stand at the end."""
	sizes = TwoSizes(doctypes)
	sizes.make()
	try:
		yield sizes
	finally:
		frappe.db.rollback()
		sizes.remove()


class TwoSizes:
	"""Tables that exist small and large, of which one set at a time bears the real names."""

	def __init__(self, doctypes: tuple[str, ...]):
		self.tables = tuple(f"tab{doctype}" for doctype in doctypes)
		self.large_stands = False

	def make(self) -> None:
		"""The second set, with the rows that the first one has."""
		for table in self.tables:
			_change(f"drop table if exists `{self._other(table)}`")
			_change(f"create table `{self._other(table)}` like `{table}`")
			frappe.db.sql(f"insert into `{self._other(table)}` select * from `{table}`")
		frappe.db.commit()

	def stand(self, large: bool) -> None:
		"""Let that set bear the real names."""
		if large is self.large_stands:
			return
		moves = ", ".join(
			f"`{table}` to `{table}_away`, `{self._other(table)}` to `{table}`, `{table}_away` to `{self._other(table)}`"
			for table in self.tables
		)
		_change(f"rename table {moves}")
		self.large_stands = large

	def settle(self) -> None:
		"""Fresh statistics for the optimiser, of both sets."""
		for table in self.tables:
			for name in (table, self._other(table)):
				frappe.db.sql(f"analyze table `{name}`")
		frappe.db.commit()

	def remove(self) -> None:
		"""The first set stands, the second is gone."""
		self.stand(large=False)
		for table in self.tables:
			_change(f"drop table if exists `{self._other(table)}`")

	@staticmethod
	def _other(table: str) -> str:
		return f"{table}_other"


def _change(query: str) -> None:
	frappe.db.commit()
	frappe.db.sql_ddl(query)


def counters() -> dict[str, int]:
	"""The server's own counters of this connection: statements, and rows read in each way."""
	rows = frappe.db.sql(
		"show session status where variable_name like 'Handler_read%' or variable_name = 'Questions'"
	)
	return {name: int(value) for name, value in rows}


def counted(work) -> tuple[int, int]:
	"""How many statements the work sends and how many rows the server reads for them."""
	before = counters()
	work()
	after = counters()
	grown = {name: after[name] - before[name] for name in after}
	rows = sum(value for name, value in grown.items() if name.startswith("Handler_read"))
	return grown["Questions"] - 1, rows
