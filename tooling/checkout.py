"""The checkout this command was called from: its files, its copies, its fingerprints."""

import hashlib
import io
import os
import subprocess
import tarfile
import tomllib
from pathlib import Path

from tooling import receive
from tooling.shell import Trouble, environment, identity, user_name

ROOT = Path(__file__).resolve().parent.parent
APP = "runbook_ops"
PACKAGE = Path("apps") / APP / APP
SKIPPED = {".git", "node_modules", "__pycache__", ".venv", ".hypothesis", "dist", "build"}
SHARED_LIMIT = 64 * 1024 * 1024

# What decides the tables and records that installing the app makes on a site: data files, and these modules.
INSTALL_SUFFIXES = (".json", ".txt", ".yaml", ".yml", ".csv", ".po")
INSTALL_MODULES = ("hooks.py", "install.py", "custom_fields.py")


def files(root: Path = ROOT) -> list[str]:
	"""Names of the tracked and the new files of the checkout, without what git ignores."""
	try:
		if not (root / ".git").exists():
			raise FileNotFoundError
		done = subprocess.run(
			["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
			cwd=root,
			capture_output=True,
			check=True,
		)
		names = done.stdout.decode().split("\0")
	except (OSError, subprocess.CalledProcessError):
		names = list(_walk(root))
	return sorted({name for name in names if name and os.path.lexists(root / name)})


def _walk(root: Path):
	for folder, folders, names in os.walk(root):
		links = [f for f in folders if os.path.islink(os.path.join(folder, f))]
		folders[:] = [f for f in folders if f not in SKIPPED and f not in links]
		for name in [*names, *links]:
			if not name.endswith(".pyc"):
				yield os.path.relpath(os.path.join(folder, name), root)


def pack(root: Path = ROOT) -> bytes:
	"""The checkout (below `checkout/`) and, if there is one, the `shared` test data beside it, as a tar."""
	buffer = io.BytesIO()
	with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
		for name in files(root):
			tar.add(root / name, f"checkout/{name}", recursive=False)
		beside = root.parent / "shared"
		for name in _small(beside):
			tar.add(beside / name, f"shared/{name}", recursive=False)
	return buffer.getvalue()


def _small(folder: Path) -> list[str]:
	if not os.access(folder, os.R_OK):
		return []
	names = list(_walk(folder))
	size = sum(os.lstat(folder / name).st_size for name in names)
	return names if size < SHARED_LIMIT else []


def copy_to(target: Path, python: str, user: str | None = None) -> Path:
	"""Bring `target`/checkout up to date with this checkout, its files owned by `user`."""
	send(pack(), target, python, user or user_name())
	return target / "checkout"


def copy_folder(folder: Path, target: Path, python: str, user: str) -> None:
	"""Copy a folder that `user` may not be able to read."""
	buffer = io.BytesIO()
	with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
		for name in _walk(folder):
			tar.add(folder / name, name, recursive=False)
	send(buffer.getvalue(), target, python, user)


def send(tar: bytes, target: Path, python: str, user: str) -> None:
	"""Unpack below `target` as `user`, who need not be able to read this checkout."""
	done = subprocess.run(
		[python, "-c", Path(receive.__file__).read_text(), str(target)],
		input=tar,
		cwd="/",
		env=environment(user),
		capture_output=True,
		**identity(user),
	)
	if done.returncode:
		reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
		remedy = f"Is there room, and may {user} write there?"
		raise Trouble(f"The files cannot be copied to {target}: {''.join(reason)}", remedy)


def fingerprint(root: Path = ROOT, below: str = "", wanted=lambda name: True) -> str:
	"""A hash over the files of the app's package, below a folder of it, whose name is wanted."""
	package = root / PACKAGE
	digest = hashlib.sha256()
	for folder, folders, names in os.walk(package / below):
		folders[:] = sorted(f for f in folders if f not in SKIPPED)
		for name in sorted(names):
			relative = os.path.relpath(os.path.join(folder, name), package)
			if not name.endswith(".pyc") and wanted(relative):
				digest.update(relative.encode() + b"\0")
				digest.update(Path(folder, name).read_bytes())
	return digest.hexdigest()[:16]


def install_fingerprint(root: Path = ROOT) -> str:
	"""Changes when installing the app would make other tables or records."""
	return fingerprint(
		root,
		wanted=lambda name: (
			name.endswith(INSTALL_SUFFIXES) or name.startswith(("install/", *INSTALL_MODULES))
		),
	)


def project() -> dict:
	return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements(*extras: str) -> list[str]:
	"""What the extras of pyproject.toml ask for, those that exist."""
	known = project()["project"].get("optional-dependencies", {})
	return sorted({need for extra in extras for need in known.get(extra, [])})


def dependencies() -> list[str]:
	"""What the app itself needs beside Frappe and ERPNext."""
	return sorted(project()["project"].get("dependencies", []))
