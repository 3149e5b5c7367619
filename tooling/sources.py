"""Where Frappe and ERPNext come from, and whether it can be reached."""

import os
from dataclasses import dataclass
from pathlib import Path

from tooling.shell import Trouble, environment, run, user_name

BRANCH = "version-15"
UPSTREAM = {"frappe": "https://github.com/frappe/frappe", "erpnext": "https://github.com/frappe/erpnext"}
PATIENCE = 15


@dataclass(frozen=True)
class Sources:
	frappe: str
	erpnext: str
	branch: str = BRANCH

	@classmethod
	def chosen(cls, frappe: str | None = None, erpnext: str | None = None, branch: str = BRANCH) -> "Sources":
		"""What was given, else $RUNBOOK_FRAPPE and $RUNBOOK_ERPNEXT, else upstream."""
		frappe = frappe or os.environ.get("RUNBOOK_FRAPPE") or UPSTREAM["frappe"]
		erpnext = erpnext or os.environ.get("RUNBOOK_ERPNEXT") or UPSTREAM["erpnext"]
		return cls(_full(frappe), _full(erpnext), branch)

	def check(self) -> None:
		"""Ask each for its branch, with little patience."""
		if os.environ.get("RUNBOOK_NO_BENCH") == "1":
			raise Trouble("RUNBOOK_NO_BENCH=1 is set: no bench is looked for and none is made.", "Unset it.")
		for name in ("frappe", "erpnext"):
			address = getattr(self, name)
			given = f"Give a reachable git repository: ./runbook up --{name} PATH_OR_ADDRESS"
			what = f"{name.capitalize() if name == 'frappe' else 'ERPNext'} at {address}"
			words = ["git", "-c", "safe.directory=*", "ls-remote", "--heads", address, self.branch]
			env = environment(user_name(), GIT_TERMINAL_PROMPT="0", GIT_ASKPASS="true")
			try:
				heads = run(words, what, env=env, timeout=PATIENCE)
			except Trouble as trouble:
				reason = trouble.what.removeprefix(what).strip(": ").removeprefix("failed: ")
				raise Trouble(
					f"{what} cannot be reached ({reason}).", f"Check the network. {given}"
				) from None
			if self.branch not in heads:
				raise Trouble(f"{what} has no branch {self.branch}.", given)


def _full(address: str) -> str:
	return str(Path(address).resolve()) if os.path.isdir(address) else address
