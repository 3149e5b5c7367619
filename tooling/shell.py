"""Running commands, as another user if need be, with progress lines and logs."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

KEPT_NAMES = ("LANG", "LC_ALL", "TERM", "TZ", "CI", "NO_COLOR", "COLUMNS", "DEBIAN_FRONTEND", "BENCH")
KEPT_PARTS = ("_CERT", "_PROXY", "_proxy", "CA_BUNDLE", "SSL_CA")
KEPT_STARTS = ("PIP_", "npm_config_", "NPM_CONFIG_", "UV_", "RUNBOOK_", "YARN_", "PLAYWRIGHT_", "HYPOTHESIS_")
PR_SET_PDEATHSIG = 1


class Trouble(Exception):
	"""Something is wrong that the reader can mend: what is wrong, and what to do."""

	def __init__(self, what: str, remedy: str = ""):
		super().__init__(what)
		self.what = what
		self.remedy = remedy

	def __str__(self) -> str:
		return f"{self.what} {self.remedy}".strip()


def say(text: str = "") -> None:
	sys.stdout.write(text + "\n")
	sys.stdout.flush()


def complain(trouble: Trouble) -> None:
	sys.stderr.write(f"runbook: {trouble.what}\n")
	if trouble.remedy:
		sys.stderr.write(f"         {trouble.remedy}\n")
	sys.stderr.flush()


@contextlib.contextmanager
def step(what: str, log: Path | None = None, every: float = 20.0):
	"""Tell what is being done and, every `every` seconds, how long it has taken so far."""
	start = time.monotonic()
	where = f" (log: {log})" if log else ""
	say(f"-> {what} ...")
	done = threading.Event()

	def tell():
		while not done.wait(every):
			say(f"   {what}: {time.monotonic() - start:.0f} s so far{where}")

	teller = threading.Thread(target=tell, daemon=True)
	teller.start()
	try:
		yield
	finally:
		done.set()
		teller.join()
	say(f"   done in {time.monotonic() - start:.1f} s")


def already(what: str) -> None:
	say(f"== {what}: already there")


def user_name() -> str:
	return pwd.getpwuid(os.geteuid()).pw_name


def home_of(user: str) -> Path:
	return Path(pwd.getpwnam(user).pw_dir)


def user_exists(user: str) -> bool:
	try:
		pwd.getpwnam(user)
	except KeyError:
		return False
	return True


def environment(user: str, path: tuple[str, ...] = (), **more: str) -> dict[str, str]:
	"""The environment for `user`: its own home, and what the caller set for certificates, proxies and installers."""
	same = user == user_name()
	env = dict(os.environ) if same else {k: v for k, v in os.environ.items() if _is_kept(k)}
	env.pop("PYTHONDONTWRITEBYTECODE", None)
	env.pop("PYTHONHOME", None)
	env.setdefault("LANG", "C.UTF-8")
	env.setdefault("UV_NATIVE_TLS", "1")
	if not same:
		env |= {"HOME": str(home_of(user)), "USER": user, "LOGNAME": user}
	base = (
		os.environ.get("PATH", "") if same else "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
	)
	folders = [*path, *base.split(":")]
	folders += [f for f in ("/usr/local/sbin", "/usr/sbin", "/sbin") if f not in folders]
	env["PATH"] = ":".join(dict.fromkeys(filter(None, folders)))
	return env | more


def _is_kept(name: str) -> bool:
	return name in KEPT_NAMES or name.startswith(KEPT_STARTS) or any(part in name for part in KEPT_PARTS)


def identity(user: str) -> dict:
	"""Arguments of subprocess that make the command run as `user`."""
	if user == user_name():
		return {}
	if os.geteuid() != 0:
		raise Trouble(
			f"This must run as {user}.", f"Run it as root or as {user}: sudo -u {user} ./runbook ..."
		)
	entry = pwd.getpwnam(user)
	groups = os.getgrouplist(user, entry.pw_gid)
	return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}


def die_with_parent() -> None:
	"""For a child: end when the parent ends, however it ends (Linux)."""
	with contextlib.suppress(OSError):
		ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(
	command: list,
	what: str,
	remedy: str = "",
	user: str | None = None,
	env: dict | None = None,
	cwd: Path | str | None = None,
	log: Path | None = None,
	timeout: float | None = None,
	stdin: str | bytes | None = None,
	secret: str = "",
) -> str:
	"""Run to the end and return the output; a failure is a Trouble that names `what` and the log.

	`secret` is a word of the command that must not stand in the log.
	"""
	user = user or user_name()
	env = env if env is not None else environment(user)
	data = stdin.encode() if isinstance(stdin, str) else stdin
	try:
		done = subprocess.run(
			[str(part) for part in command],
			cwd=str(cwd or "/"),
			env=env,
			input=data,
			stdin=subprocess.DEVNULL if data is None else None,
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			timeout=timeout,
			**identity(user),
		)
		output, code = done.stdout.decode(errors="replace"), done.returncode
	except FileNotFoundError as error:
		raise Trouble(
			f"{what}: {error.filename} is missing.", remedy or "Install it and run again."
		) from None
	except subprocess.TimeoutExpired:
		raise Trouble(f"{what}: no answer within {timeout:.0f} s.", remedy) from None
	if log:
		line = " ".join(str(part) for part in command)
		_write_log(log, f"$ {line.replace(secret, '***') if secret else line}\n{output}\n[exit {code}]\n")
	if code:
		raise Trouble(f"{what} failed: {_last_line(output)}", f"Log: {log}. {remedy}" if log else remedy)
	return output


def _write_log(log: Path, text: str) -> None:
	log.parent.mkdir(parents=True, exist_ok=True)
	with log.open("a") as file:
		file.write(text)


def _last_line(output: str) -> str:
	"""The line that tells most: git's first fatal one, else the last."""
	lines = [line.strip() for line in output.splitlines() if line.strip()]
	telling = [line for line in lines if line.startswith(("fatal:", "E: "))]
	return (telling[:1] or lines or ["no output"])[-1][:300]


def stream(command: list, env: dict, cwd: Path | str, user: str | None = None, **more) -> int:
	"""Run with the terminal's own output and return the exit code; Ctrl-C reaches the child too, so we wait."""
	child = subprocess.Popen(
		[str(part) for part in command],
		cwd=str(cwd),
		env=env,
		preexec_fn=die_with_parent,
		**identity(user or user_name()),
		**more,
	)
	try:
		return child.wait()
	except BaseException as stopped:
		if not isinstance(stopped, KeyboardInterrupt):
			child.terminate()
		for last_resort in (child.terminate, child.kill, child.kill):
			try:
				child.wait(30)
				break
			except subprocess.TimeoutExpired:
				last_resort()
		raise


def spawn(
	command: list,
	log: Path,
	env: dict,
	cwd: Path | str,
	user: str | None = None,
	tied: bool = False,
) -> subprocess.Popen:
	"""Start a background process; `tied` ends it with this process, else it outlives us in its own session."""
	log.parent.mkdir(parents=True, exist_ok=True)
	with log.open("ab") as file:
		return subprocess.Popen(
			[str(part) for part in command],
			cwd=str(cwd),
			env=env,
			stdin=subprocess.DEVNULL,
			stdout=file,
			stderr=subprocess.STDOUT,
			start_new_session=True,
			preexec_fn=die_with_parent if tied else None,
			**identity(user or user_name()),
		)


def alive(pid: int, marker: str = "") -> bool:
	"""Is the process there, not a zombie, and (with `marker`) still the one that we started?"""
	try:
		state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
		command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
	except (OSError, IndexError):
		return False
	return state != "Z" and marker in command


def stop(pid: int, marker: str = "", patience: float = 15.0) -> bool:
	"""End one process that we started; True if it was there."""
	if not alive(pid, marker):
		return False
	for number in (signal.SIGTERM, signal.SIGKILL):
		with contextlib.suppress(ProcessLookupError):
			os.kill(pid, number)
		until = time.monotonic() + patience
		while time.monotonic() < until:
			with contextlib.suppress(ChildProcessError):
				os.waitpid(pid, os.WNOHANG)
			if not alive(pid):  # without the marker: a process that is ending loses its command line first
				return True
			time.sleep(0.05)
	return True


def wait_for(check, what: str, seconds: float, remedy: str = "") -> None:
	until = time.monotonic() + seconds
	while not check():
		if time.monotonic() > until:
			raise Trouble(f"{what} did not come up within {seconds:.0f} s.", remedy)
		time.sleep(0.1)


def find_program(*names: str) -> str | None:
	path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
	return next(filter(None, (shutil.which(name, path=path) for name in names)), None)
