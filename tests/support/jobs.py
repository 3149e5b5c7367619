"""A queue that keeps background jobs instead of sending them to a worker, and can run them."""

from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace


@dataclass
class JobQueue:
	calls: deque = field(default_factory=deque)
	count: int = 0  # what Frappe asks before it adds: never full

	@classmethod
	def in_place(cls, monkeypatch) -> "JobQueue":
		"""Take the place of every queue until the monkeypatch is undone."""
		import frappe.utils.background_jobs as background

		queue = cls()
		monkeypatch.setattr(background, "get_queue", lambda *args, **kwargs: queue)
		monkeypatch.setattr(background, "get_job", lambda *args, **kwargs: None)
		return queue

	def enqueue_call(self, func, kwargs=None, job_id=None, **more):
		self.calls.append(SimpleNamespace(id=job_id, **kwargs))
		return SimpleNamespace(id=job_id, get_status=lambda **_: "queued")

	@property
	def methods(self) -> list[str]:
		"""The dotted names of the jobs that wait."""
		return [_name(call.method) for call in self.calls]

	def drain(self, limit: int = 1000) -> int:
		"""Run what waits, and what that adds, each as its user and committed; returns how many ran."""
		import frappe

		user, done = frappe.session.user, 0
		while self.calls:
			if done == limit:
				raise AssertionError(f"More than {limit} jobs: they seem to enqueue each other without end.")
			call = self.calls.popleft()
			frappe.set_user(call.user)
			method = frappe.get_attr(call.method) if isinstance(call.method, str) else call.method
			method(**call.kwargs)
			frappe.db.commit()
			done += 1
		frappe.set_user(user)
		return done


def _name(method) -> str:
	return method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"
