"""Many requests at once for the same time, and what they were answered."""

import http.client
import json
import os
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

import frappe

from runbook_ops.core.booking import CLAIMING


@dataclass(frozen=True)
class Answer:
	"""What the web server said to one request."""

	status: int
	body: dict = field(default_factory=dict)


class Client:
	"""Talks to the site's web server as one user."""

	def __init__(self, token: str, address: str = ""):
		self.address = urlsplit(address or os.environ["RUNBOOK_WEB"]).netloc
		self.headers = {
			"Authorization": token,
			"Host": os.environ["RUNBOOK_WEB_HOST"],
			"Content-Type": "application/json",
			"Accept": "application/json",
		}

	def send(self, method: str, path: str, values: dict, timeout: float = 110) -> Answer:
		"""One request on a connection of its own."""
		connection = http.client.HTTPConnection(self.address, timeout=timeout)
		try:
			connection.request(method, path, json.dumps(values, default=str), self.headers)
			response = connection.getresponse()
			text = response.read().decode()
		finally:
			connection.close()
		try:
			return Answer(response.status, json.loads(text))
		except ValueError:
			return Answer(response.status, {"text": text})

	def post(self, path: str, values: dict) -> Answer:
		"""One POST."""
		return self.send("POST", path, values)

	def send_together(self, requests: Sequence[tuple[str, str, dict]]) -> list[Answer]:
		"""All the requests (method, path and values) at the same moment, each from a thread of its own."""
		start = threading.Barrier(len(requests))

		def send(request: tuple[str, str, dict]) -> Answer:
			start.wait()
			return self.send(*request)

		with ThreadPoolExecutor(len(requests)) as threads:
			return list(threads.map(send, requests))


def told(answers: Sequence[Answer]) -> str:
	"""The answers by status, for a figure: `1 x 200, 99 x 409`."""
	counts = Counter(answer.status for answer in answers)
	return ", ".join(f"{count} x {status}" for status, count in sorted(counts.items()))


def claiming(day) -> list[str]:
	"""The bookings of a day that hold time or seats, as they are stored now."""
	frappe.db.rollback()
	filters = {
		"status": ("in", list(CLAIMING)),
		"starts_at": ("between", (day.date(), day.date())),
	}
	return frappe.get_all("Service Booking", filters, pluck="name", order_by="name asc")


def no_two_overlap(day) -> bool:
	"""Whether the claims on each resource lie apart, as the rows themselves tell."""
	rows = frappe.get_all(
		"Resource Claim",
		{"holder": ("in", claiming(day))},
		["resource", "start_minute", "end_minute"],
		order_by="resource asc, start_minute asc",
	)
	assert rows
	return all(
		one.resource != other.resource or one.end_minute <= other.start_minute
		for one, other in pairwise(rows)
	)
