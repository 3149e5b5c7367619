"""The test sites that stay up between runs, and the commands that work on them."""

import os
import shlex

from tooling import bench as benches
from tooling import extras, staging
from tooling.places import TEST_SITE, locked, origin, short_hash, stacks
from tooling.services import Services
from tooling.shell import Trouble, say, stream, user_name
from tooling.stack import Stack, kept, passing


def _bench(path: str | None) -> benches.Bench:
	found = benches.find(path)
	if not found:
		raise Trouble(
			"No bench found in the usual places.", "Make one with ./runbook up, or name it with --bench."
		)
	return found


def _up(path: str | None, name: str, words: list[str]) -> tuple[Stack | None, int]:
	"""The stack, or the exit code of the same command run as the owner of the bench."""
	found = _bench(path)
	if found.user != user_name():
		return None, staging.run_as_owner(found, [words[0], f"--bench={found.path}", *words[1:]])
	return kept(found, name), 0


def print_environment(path: str | None, name: str) -> int:
	stack, code = _up(path, name, ["shell-env", f"--stack={name}"])
	if not stack:
		return code
	if not stack.is_up():
		raise Trouble("That test site is not up.", "Bring it up: ./runbook test site --reuse")
	for key, value in stack.variables().items():
		say(f"export {key}={shlex.quote(value)}")
	say(f"export PATH={shlex.quote(str(stack.bench.path / 'env/bin'))}:$PATH")
	say(f"cd {shlex.quote(str(stack.checkout))}  # as user {user_name()}")
	return 0


def run_command(path: str | None, name: str, words: list[str]) -> int:
	stack, code = _up(path, name, ["run", f"--stack={name}", "--", *words])
	if not stack:
		return code
	if not words:
		raise Trouble("No command given.", "For example: ./runbook run python -m pytest tests/site -k claim")
	extras.install(stack.bench, *extras.TESTS)
	with locked(stack.root.with_suffix(".lock")):
		stack.bring_up()
	if words[0] == "bench":
		site = [] if "--site" in words else ["--site", TEST_SITE]
		return stream(stack.bench.helper(*site, *words[1:]), stack.environment(), stack.sites)
	return stream(words, stack.environment(), stack.checkout)


def benchmarks(words: list[str]) -> int:
	found = _bench(None)
	if found.user != user_name():
		return staging.run_as_owner(found, ["bench", *words], {"BENCH": str(found.path)})
	extras.install(found, *extras.TESTS)
	with passing(found, durable=True) as stack:
		stack.bring_up()
		command = [found.python, "-m", "benchmarks", *words]
		return stream(command, stack.environment(), stack.checkout)


def stop_tests(path: str | None, name: str | None) -> int:
	"""Stop and remove the test site of that name, or all of this checkout."""
	found = _bench(path)
	if found.user != user_name():
		words = ["down", "--tests", f"--bench={found.path}", *([f"--stack={name}"] if name else [])]
		return staging.run_as_owner(found, words)
	mine = sorted(f for f in stacks().glob(f"{name or '*'}-{short_hash(origin())}") if f.is_dir())
	for folder in mine:
		Stack(found, folder, tied=False).remove()
		say(f"stopped {folder.name.rpartition('-')[0]}")
	if not mine:
		say("no such test site of this checkout is up")
	return os.EX_OK


def stop_services(path: str | None) -> int:
	"""Stop what `up` started on the bench."""
	found = _bench(path)
	if found.user != user_name():
		return staging.run_as_owner(found, ["down", f"--bench={found.path}"])
	if not Services(found).down():
		say("nothing that ./runbook up started is running")
	return os.EX_OK
