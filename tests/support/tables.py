"""Puts back the tables of the test site that were written to, by whichever process.

The private test server counts the rows changed in each table (`userstat`). A second database holds the rows that the
site's tables had before the first committing test; a table with changed rows is emptied and filled from there.
"""

import os

SUFFIX = "_kept"
LIST = "runbook_kept_tables"
FORM_TABLES = frozenset(
	f"tab{doctype}"
	for doctype in (
		"Client Script",
		"Custom DocPerm",
		"Custom Field",
		"DocField",
		"DocPerm",
		"DocType",
		"DocType Action",
		"DocType Link",
		"DocType State",
		"Module Def",
		"Print Format",
		"Property Setter",
		"Server Script",
		"Translation",
		"Workflow",
	)
)
FORM_CACHES = ("doctype_meta", "doctype_form_meta", "table_columns", "db_tables")
"""What Frappe knows of doctypes and forms: as long as none of these tables has changed it stays as it is, and is dear to make."""


class Tables:
	def __init__(self):
		import frappe

		self.site = frappe.conf.db_name
		self.kept = self.site + SUFFIX
		self._connection = None

	def sql(self, query: str, *values) -> list[tuple]:
		if self._connection is None:
			self._connection = connect_as_root()
		with self._connection.cursor() as cursor:
			cursor.execute(query, values or None)
			return list(cursor.fetchall())

	def close(self) -> None:
		if self._connection is not None:
			self._connection.close()
		self._connection = None

	def is_kept(self) -> bool:
		return bool(
			self.sql(
				"select 1 from information_schema.tables where table_schema = %s and table_name = %s",
				self.kept,
				LIST,
			)
		)

	def names(self) -> set[str]:
		found = self.sql(
			"select table_name from information_schema.tables where table_schema = %s and table_type = 'BASE TABLE'",
			self.site,
		)
		return {name for (name,) in found}

	def keep(self) -> None:
		"""Copy the rows of all tables, once a site."""
		if self.is_kept():
			return self.close()
		self.sql(f"create or replace database `{self.kept}`")
		names = sorted(self.names())
		for name in names:
			if self.sql(f"select 1 from `{self.site}`.`{name}` limit 1"):
				self.sql(f"create table `{self.kept}`.`{name}` as select * from `{self.site}`.`{name}`")
		self.sql("flush table_statistics")
		self.sql(f"create table `{self.kept}`.`{LIST}` (name varchar(140) primary key)")
		with self._connection.cursor() as cursor:
			cursor.executemany(f"insert into `{self.kept}`.`{LIST}` values (%s)", [(name,) for name in names])
		return self.close()

	def put_back_if_kept(self) -> None:
		"""At the start of a session: undo what a session that was killed has left."""
		if os.environ.get("RUNBOOK_DB_ROOT_PASSWORD") and self.is_kept():
			self.put_back()
		self.close()

	def put_back(self) -> None:
		"""Undo all changes since `keep`, the caches and queues included."""
		import frappe

		known = {name for (name,) in self.sql(f"select name from `{self.kept}`.`{LIST}`")}
		self.sql("set foreign_key_checks = 0")
		for name in self.names() - known:
			self.sql(f"drop table `{self.site}`.`{name}`")
		changed = self._changed() & known
		for name in changed:
			self.sql(f"delete from `{self.site}`.`{name}`")
			if columns := self._columns(name):
				self.sql(
					f"insert into `{self.site}`.`{name}` ({columns}) select {columns} from `{self.kept}`.`{name}`"
				)
		self.sql("flush table_statistics")
		self.close()
		forms = {} if changed & FORM_TABLES else _cached_forms()
		for cache in (frappe.cache, _queue()):
			cache.flushdb()
		frappe.clear_cache()
		for key, value in forms.items():
			frappe.cache.restore(key, 0, value, replace=True)

	def _changed(self) -> set[str]:
		found = self.sql(
			"select table_name from information_schema.table_statistics"
			" where table_schema = %s and rows_changed > 0",
			self.site,
		)
		return {name for (name,) in found}

	def _columns(self, name: str) -> str:
		found = self.sql(
			"select column_name from information_schema.columns where table_schema = %s and table_name = %s"
			" order by ordinal_position",
			self.kept,
			name,
		)
		return ", ".join(f"`{column}`" for (column,) in found)


def connect_as_root():
	"""A second connection to the private test server, outside of Frappe; it commits each statement."""
	try:
		import pymysql as driver
	except ImportError:
		import MySQLdb as driver

	return driver.connect(
		unix_socket=os.environ["RUNBOOK_DB_SOCKET"],
		user="root",
		password=os.environ["RUNBOOK_DB_ROOT_PASSWORD"],
		charset="utf8mb4",
		autocommit=True,
	)


def _cached_forms() -> dict[bytes, bytes]:
	import frappe

	keys = [frappe.cache.make_key(name) for name in FORM_CACHES]
	return {key: value for key in keys if (value := frappe.cache.dump(key))}


def _queue():
	from frappe.utils.background_jobs import get_redis_conn

	return get_redis_conn()
