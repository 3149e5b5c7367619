"""Which processes work the effects? Real ones with a connection each, started once and let go together."""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import frappe

QUEUE = "runbook_bench_queue"
BATCH = 10
LEASE = 120
START_SECONDS = 60


class Crew:
	"""So many worker processes that wait for a word."""

	def __init__(self, count: int):
		context = multiprocessing.get_context("spawn")
		self.barrier = context.Barrier(count + 1)
		self.pipes: list[Connection] = []
		self.processes = []
		for number in range(count):
			here, there = context.Pipe()
			process = context.Process(
				target=_live, args=(there, self.barrier, f"bench-{number}"), daemon=True
			)
			self.pipes.append(here)
			self.processes.append(process)

	def __enter__(self) -> "Crew":
		for process in self.processes:
			process.start()
		for pipe in self.pipes:
			if not pipe.poll(START_SECONDS):
				raise AssertionError("a worker process did not start")
			pipe.recv()
		return self

	def __exit__(self, *_: object) -> None:
		for pipe, process in zip(self.pipes, self.processes, strict=True):
			if process.is_alive():
				pipe.send("end")
			process.join(10)

	def timed(self, word: str, expected: int) -> float:
		"""Seconds from the barrier to the last worker's end; together they must have worked as many as expected."""
		for pipe in self.pipes:
			pipe.send(word)
		self.barrier.wait(START_SECONDS)
		began = time.perf_counter()
		worked = [pipe.recv() for pipe in self.pipes]
		spent = time.perf_counter() - began
		if sum(worked) != expected:
			raise AssertionError(f"{word}: {expected} were due, the workers did {worked}")
		return spent


Commits = Iterable[Sequence[tuple[str, str]]]
"""What is marked how, a commit each."""


def apart(names: Sequence[str]) -> Commits:
	"""Each mark in a commit of its own."""
	return [[(state, name)] for name in names for state in ("Sending", "Done")]


def together(names: Sequence[str]) -> Commits:
	"""A row's end together with the next one's beginning, as the engine does it."""
	return [
		[(state, name) for state, name in (("Done", before), ("Sending", after)) if name]
		for before, after in pairwise((None, *names, None))
	]


LOOPS = {"apart": apart, "together": together}


def _live(pipe: Connection, barrier: Barrier, name: str) -> None:
	from benchmarks.site import connect
	from runbook_ops.workflows.pump import pump

	connect()
	pipe.send("ready")
	while (word := pipe.recv()) != "end":
		barrier.wait(START_SECONDS)
		pipe.send(pump(worker=name) if word == "engine" else bare_loop(name, LOOPS[word]))
	frappe.destroy()


def bare_loop(worker: str, commits: Callable[[list[str]], Commits]) -> int:
	"""Claim, and mark each row twice, until nothing is due; gives how many rows. `commits`: what is marked in which commit."""
	frappe.db.sql("set session transaction isolation level read committed")
	frappe.db.rollback()
	done = 0
	while names := _claim(worker):
		for marks in commits(names):
			for state, row in marks:
				frappe.db.sql(
					f"update `{QUEUE}` set state = %s where name = %s and lease_owner = %s",
					(state, row, worker),
				)
			frappe.db.commit()
		done += len(names)
	frappe.db.sql("set session transaction isolation level repeatable read")
	frappe.db.rollback()
	return done


def _claim(worker: str) -> list[str]:
	rows = frappe.db.sql(
		f"select name from `{QUEUE}` where state = 'Planned' and due_at <= utc_timestamp(6)"
		" order by due_at, priority limit %s for update skip locked",
		BATCH,
	)
	names = [row[0] for row in rows]
	if not names:
		frappe.db.rollback()
		return []
	frappe.db.sql(
		f"update `{QUEUE}` set state = 'Leased', lease_owner = %s, fence = fence + 1,"
		" lease_until = date_add(utc_timestamp(6), interval %s second) where name in %s",
		(worker, LEASE, tuple(names)),
	)
	frappe.db.commit()
	return names
