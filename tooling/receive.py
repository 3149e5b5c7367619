"""Writes a tar from standard input into a folder: only what changed, and removes what is no longer sent.

Run by text (`python -c`), so that a user who cannot read the checkout can still get a copy of it.
"""

import os
import sys
import tarfile

LIST = ".runbook-copy"
TRUSTED = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}


def receive(stream, target: str) -> None:
	os.makedirs(target, exist_ok=True)
	manifest = os.path.join(target, LIST)
	before = set()
	if os.path.exists(manifest):
		with open(manifest) as file:
			before = set(file.read().split("\0"))
	sent = set()
	with tarfile.open(fileobj=stream, mode="r|") as tar:
		for entry in tar:
			sent.add(entry.name)
			path = os.path.join(target, entry.name)
			if not same(path, entry):
				if os.path.lexists(path) and not os.path.isdir(path):
					os.unlink(path)
				tar.extract(entry, target, **TRUSTED)
	for name in before - sent:
		path = os.path.join(target, name)
		if name and os.path.lexists(path) and not (os.path.isdir(path) and not os.path.islink(path)):
			os.unlink(path)
	with open(manifest, "w") as file:
		file.write("\0".join(sorted(sent)))


def same(path: str, entry: tarfile.TarInfo) -> bool:
	try:
		there = os.lstat(path)
	except OSError:
		return False
	if entry.issym():
		return os.path.islink(path) and os.readlink(path) == entry.linkname
	if os.path.islink(path) or there.st_size != entry.size:
		return False
	return abs(there.st_mtime - entry.mtime) < 0.001


if __name__ == "__main__":
	receive(sys.stdin.buffer, sys.argv[1])
