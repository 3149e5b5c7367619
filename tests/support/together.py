"""Calls that begin at the same moment, each in a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def together(*calls: Callable[[], Any]) -> list[Any]:
	"""What each of them gives, in their order."""
	start = threading.Barrier(len(calls))

	def run(call: Callable[[], Any]) -> Any:
		start.wait()
		return call()

	with ThreadPoolExecutor(len(calls)) as threads:
		return list(threads.map(run, calls))
