"""The desk of `./runbook up` finds the socket server on its own port; other pages are passed on as they are."""

import sys
from pathlib import Path

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

sys.path.insert(0, str(Path(__file__).parents[2] / "tooling/web"))

from live_desk import with_socket_port

PAGE = "<script>window.app = true; window.dev_server = 0;</script> Café"


@pytest.fixture
def client():
	return Client(with_socket_port(Response(PAGE, headers={"X-Kept": "yes"})))


@pytest.mark.parametrize("path", ["/app", "/app/service-booking/BK-1"])
def test_the_desk_looks_on_the_port(client, path):
	answer = client.get(path)
	assert answer.text == PAGE.replace("dev_server = 0", "dev_server = 1")
	assert (answer.content_length, answer.headers["X-Kept"]) == (len(answer.data), "yes")


@pytest.mark.parametrize("path", ["/", "/book", "/apps", "/api/method/ping"])
def test_other_pages_are_as_they_were(client, path):
	assert client.get(path).text == PAGE
