"""The command ./runbook: its words, its error lines, its exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tooling import (
	assets,
	bench,
	checkout,
	cli,
	install,
	packages,
	places,
	receive,
	services,
	shell,
	sources,
	stack,
	testing,
	venv,
)
from tooling.shell import Trouble
from tooling.testing import Result

ROOT = Path(__file__).parents[2]


def runbook(*words: str, **variables: str) -> subprocess.CompletedProcess:
	env = {k: v for k, v in os.environ.items() if k not in ("CI", "BENCH", "RUNBOOK_RESULTS")} | variables
	command = [sys.executable, str(ROOT / "runbook"), *words]
	return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=120)


# -- words


@pytest.mark.parametrize("command", ["up", "down", "doctor", "test", "import-salon", "run", "shell-env"])
def test_each_command_has_help(command):
	done = runbook(command, "--help")
	assert done.returncode == 0
	assert "usage: ./runbook " + command in done.stdout


def test_the_help_names_every_command():
	hidden = {"make-bench"}
	assert all(f"\n  {name} " in cli.HELP for name in set(cli.COMMANDS) - hidden)


def test_an_unknown_command_is_one_line_and_a_remedy():
	done = runbook("upp")
	assert done.returncode == 1
	assert done.stderr.splitlines() == [
		"runbook: There is no command 'upp'.",
		"         See ./runbook --help.",
	]


def test_our_words_are_told_from_those_of_pytest():
	options = testing.parse(
		["site", "core", "--stack=anna", "-k", "core", "--bench", "/b", "tests/site/test_x.py", "-x"]
	)
	assert options.parts == ("site", "core")
	assert (options.stack, options.reuse, options.bench) == ("anna", True, "/b")
	assert options.arguments == ("-k", "core", "tests/site/test_x.py", "-x")


def test_the_long_tier_is_one_word():
	options = testing.parse(["--nightly", "faults", "-k", "kill"])
	assert (options.nightly, options.parts, options.arguments) == (True, ("faults",), ("-k", "kill"))
	assert not testing.parse(["faults"]).nightly


def test_after_two_dashes_everything_is_for_pytest():
	assert testing.parse(["core", "--", "--keep", "-q"]).arguments == ("--keep", "-q")


def test_no_part_means_all_of_them_in_order():
	assert testing.parse([]).parts == ("core", "static", "site", "browser", "faults")


def test_an_option_without_its_value_is_refused():
	with pytest.raises(Trouble, match="--bench needs a value"):
		testing.parse(["site", "--bench"])


# -- exit codes of `test`


@pytest.mark.parametrize(
	("states", "ci", "code"),
	[
		(["passed", "empty"], "", 0),
		(["passed", "failed"], "", 1),
		(["passed", "not run"], "", 0),
		(["passed", "not run"], "true", 1),
	],
)
def test_exit_code_of_a_run(states, ci, code, monkeypatch, capsys):
	monkeypatch.setenv("CI", ci)
	assert testing.summary([Result(f"part{n}", state, "a reason") for n, state in enumerate(states)]) == code
	assert ("NOT RUN" in capsys.readouterr().out) == ("not run" in states)


def test_without_a_bench_the_parts_that_need_one_are_named():
	done = runbook("test", "site", RUNBOOK_NO_BENCH="1")
	assert done.returncode == 0
	assert "NOT RUN: site" in done.stdout
	assert runbook("test", "site", RUNBOOK_NO_BENCH="1", CI="true").returncode == 1


@pytest.mark.parametrize(("words", "state"), [(["-q"], "passed"), (["-k", "no such test"], "failed")])
def test_a_part_beside_others_tells_its_result_and_what_it_said(words, state, monkeypatch, capfd):
	monkeypatch.delenv("RUNBOOK_RESULTS", raising=False)
	options = testing.Options(bench="/b", arguments=("tests/core/test_timeline.py", *words))
	with testing.beside(["core"], options) as core:
		(result,) = core()
	assert (result.part, result.state) == ("core", state)
	assert "== core tests" in capfd.readouterr().out


def test_a_stack_that_a_killed_run_left_behind_is_begun_anew(tmp_path):
	for part in ("apps/frappe", "sites", "env/bin"):
		(tmp_path / "bench" / part).mkdir(parents=True)
	left = tmp_path / "run0"
	left.mkdir()
	(left / "stack.json").write_text('{"pids": {}, "ports": {"web": 1}, "installed": "x", "assets": "y"}')
	found = stack.Stack(bench.Bench(tmp_path / "bench"), left, tied=True)
	assert found.state["assets"] == "y"
	found.remove()
	assert found.state == {"pids": {}, "ports": {}} and not left.exists()


def test_bundles_that_another_checkout_has_are_missing_here(tmp_path):
	listed = ["/assets/frappe/dist/js/a.js", "/assets/runbook_ops/dist/js/b.js"]
	assert assets.lacks_bundles(listed[:1], tmp_path)
	assert assets.lacks_bundles(listed, tmp_path)
	bundle = tmp_path / "public/dist/js/b.js"
	bundle.parent.mkdir(parents=True)
	bundle.touch()
	assert not assets.lacks_bundles(listed, tmp_path)


# -- the bench and its sources


def test_a_folder_that_is_no_bench_is_refused(tmp_path):
	with pytest.raises(Trouble, match="is not a bench"):
		bench.find(str(tmp_path))


def test_a_bench_is_known_by_its_parts(tmp_path):
	for part in ("apps/frappe", "sites", "env/bin"):
		(tmp_path / part).mkdir(parents=True)
	assert not bench.is_bench(tmp_path)
	(tmp_path / "env/bin/python").touch()
	assert bench.is_bench(tmp_path)


def test_a_source_that_cannot_be_reached_is_named_with_a_remedy(tmp_path):
	with pytest.raises(Trouble) as refused:
		sources.Sources.chosen(str(tmp_path), str(tmp_path)).check()
	assert str(tmp_path) in refused.value.what
	assert "--frappe" in refused.value.remedy


def test_a_source_without_the_branch_is_refused(tmp_path):
	subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
	with pytest.raises(Trouble, match="no branch version-15"):
		sources.Sources.chosen(str(tmp_path), str(tmp_path)).check()


def test_the_app_is_listed_on_a_line_of_its_own(tmp_path):
	file = tmp_path / "apps.txt"
	file.write_text("frappe\nerpnext")
	assert install._list_app(file)
	assert file.read_text() == "frappe\nerpnext\nrunbook_ops\n"
	assert not install._list_app(file)


def test_missing_packages_without_root_are_named_with_the_command(monkeypatch):
	monkeypatch.setattr(
		packages, "find_program", lambda *names: "/usr/bin/apt-get" if "apt-get" in names else None
	)
	monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
	with pytest.raises(Trouble) as refused:
		packages.ensure()
	assert "mariadb-server" in refused.value.what
	assert "sudo apt-get install" in refused.value.remedy


# -- copying the checkout


def test_a_copy_follows_the_checkout(tmp_path):
	source, target = tmp_path / "source", tmp_path / "target"
	(source / "folder").mkdir(parents=True)
	(source / "folder/kept.txt").write_text("one")
	(source / "gone.txt").write_text("two")
	(source / "link").symlink_to("folder")
	python = sys.executable
	checkout.copy_folder(source, target, python, shell.user_name())
	assert (target / "link/kept.txt").read_text() == "one"
	(target / "made-there.txt").write_text("stays")
	(source / "gone.txt").unlink()
	(source / "folder/kept.txt").write_text("three")
	checkout.copy_folder(source, target, python, shell.user_name())
	found = {p.name for p in target.rglob("*") if p.is_file()} - {receive.LIST}
	assert found == {"kept.txt", "made-there.txt"}
	assert (target / "folder/kept.txt").read_text() == "three"


def test_the_checkout_is_packed_without_what_git_ignores():
	names = checkout.files(ROOT)
	assert "runbook" in names
	assert "runbook_ops" in names  # the link at the root, not what it points to
	assert not any("__pycache__" in name or name.startswith(".git/") for name in names)


# -- running commands


def test_a_failing_command_tells_its_last_line_and_its_log(tmp_path):
	log = tmp_path / "log"
	with pytest.raises(Trouble) as failed:
		shell.run(["sh", "-c", "echo first; echo the reason; exit 3"], "Trying", "Do that.", log=log)
	assert failed.value.what == "Trying failed: the reason"
	assert str(log) in failed.value.remedy
	assert "[exit 3]" in log.read_text()


def test_a_secret_is_kept_out_of_the_log(tmp_path):
	shell.run(["true", "hunter2"], "Trying", log=tmp_path / "log", secret="hunter2")
	assert "hunter2" not in (tmp_path / "log").read_text()


def test_a_missing_program_is_named():
	with pytest.raises(Trouble, match="no-such-program is missing"):
		shell.run(["no-such-program"], "Trying")


def test_only_our_own_process_is_stopped():
	child = subprocess.Popen(["sleep", "60"])
	try:
		# for a moment after its start a process has no command line yet
		shell.wait_for(lambda: shell.alive(child.pid, "sleep"), "sleep", 10)
		assert not shell.stop(child.pid, "another marker")
		assert shell.alive(child.pid)
		assert shell.stop(child.pid, "sleep")
		assert not shell.alive(child.pid)
	finally:
		child.kill()
		child.wait()


class WebOnly(services.Services):
	"""The background processes of a bench whose only one is a plain web server."""

	def plan(self):
		command = [sys.executable, "-m", "http.server", self.port]
		return {"web": (command, "http.server", self.bench.path)}


def test_the_web_server_serves_the_site_that_up_was_called_for(tmp_path):
	port, started = places.free_port(), []
	try:
		for site in ("a", "a", "b", "b"):
			web = WebOnly(bench.Bench(tmp_path), site, port)
			web.ensure_rest(again=False)
			started.append(web.pid("web")[0])
	finally:
		web.down()
	first, again, other, once_more = started
	assert first == again != other == once_more


def test_what_the_caller_set_for_certificates_and_mirrors_is_handed_on(monkeypatch):
	monkeypatch.setenv("SSL_CERT_FILE", "/c")
	monkeypatch.setenv("https_proxy", "p")
	monkeypatch.setenv("PIP_INDEX_URL", "i")
	monkeypatch.setenv("SECRET_OF_MINE", "s")
	monkeypatch.setattr(shell, "user_name", lambda: "somebody-else")
	env = shell.environment("root")
	assert (env["SSL_CERT_FILE"], env["https_proxy"], env["PIP_INDEX_URL"]) == ("/c", "p", "i")
	assert "SECRET_OF_MINE" not in env


@pytest.mark.parametrize(
	("need", "name"), [("pyyaml>=6", "yaml"), ("import-linter>=2", "importlinter"), ("pytest>=8", "pytest")]
)
def test_import_name_of_a_requirement(need, name):
	assert venv.import_name(need) == name
