"""The command: what it says, and that it touches nothing but the page it is asked for."""

import builtins
import io
import socket
from pathlib import Path

import yaml

from runbook_ops.rehearsal.__main__ import main


def test_the_command_says_what_is_wrong_and_does_nothing(tmp_path, shop_data, capsys):
	shop = tmp_path / "shop.yaml"
	shop.write_text(yaml.safe_dump(shop_data))
	story = tmp_path / "story.csv"
	story.write_text(
		"at,event,ref,customer,email,service,start,resources\nsoon,,a,Ada,,Shave,2026-06-05 10:00,\n"
	)
	page = tmp_path / "page.html"
	assert main([str(shop), str(story), "--html", str(page)]) == 2
	said = capsys.readouterr()
	assert "story.csv: row 2, at: soon is not a moment" in said.err
	assert "2 to mend; nothing was rehearsed." in said.err
	assert said.out == ""
	assert not page.exists()
	assert main([str(shop)]) == 2
	assert main([str(tmp_path / "gone.yaml"), str(story)]) == 2


def test_the_command_touches_nothing_but_the_page(tmp_path, monkeypatch, capsys):
	def no(*args, **kwargs):
		raise AssertionError("an outside effect")

	opened = []
	real = io.open

	def watch(file, mode="r", *args, **kwargs):
		if any(letter in mode for letter in "wax+"):
			opened.append(Path(str(file)))
		return real(file, mode, *args, **kwargs)

	for name in ("socket", "create_connection", "getaddrinfo"):
		monkeypatch.setattr(socket, name, no)
	monkeypatch.setattr(io, "open", watch)
	monkeypatch.setattr(builtins, "open", watch)
	page = tmp_path / "page.html"
	assert main(["--html", str(page)]) == 0
	assert main(["--example", "salon", "--quiet", "--seed", "3"]) == 0
	assert opened == [page]
	assert list(tmp_path.iterdir()) == [page]
	said = capsys.readouterr().out
	assert "Clearwater Pool Renovation: rehearsal, nothing was sent" in said
	assert "Violations (steps lost, resources booked twice): 0" in said


def test_a_page_that_cannot_be_written_is_said(tmp_path, capsys):
	assert main(["--quiet", "--html", str(tmp_path / "no" / "page.html")]) == 2
	assert "Choose another file" in capsys.readouterr().err
