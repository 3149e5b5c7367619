"""One HTTP request to a provider: to public addresses only, never redirected, within seconds, and honest about what a failure means."""

import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import certifi
import urllib3
from urllib3.exceptions import (
	ConnectTimeoutError,
	HTTPError,
	NameResolutionError,
	NewConnectionError,
	SSLError,
)

from .message import ChannelUnavailable, ChannelUnclear

TIMEOUT_SECONDS = 10
"""For all of it: connecting, sending and reading the answer."""
LONGEST_ANSWER = 1_000_000
NOT_SENT = (NewConnectionError, NameResolutionError, ConnectTimeoutError)
DISGUISES = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32"))
"""IPv6 networks whose addresses stand for IPv4 ones, private ones too."""


class AddressRefused(Exception):
	"""An address that nothing is sent to; the text says why."""


@dataclass(frozen=True)
class Answer:
	"""What a server said."""

	status: int
	headers: Mapping[str, str]
	body: bytes

	@property
	def text(self) -> str:
		"""The beginning of the body, for people."""
		return self.body[:300].decode(errors="replace").strip()

	@property
	def retry_after(self) -> timedelta | None:
		"""How long the server wants to be left alone (RFC 9110, seconds or a date)."""
		wish = self.headers.get("retry-after", "").strip()
		if wish.isdigit():
			return timedelta(seconds=min(int(wish), 10**6))
		with contextlib.suppress(ValueError, TypeError):
			moment = parsedate_to_datetime(wish)
			return max(
				timedelta(0), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)
			)
		return None


def call(
	method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, private: bool = False
) -> Answer:
	"""The server's answer, whatever its status. `private`: addresses of this network and plain http are let through.

	Raises AddressRefused, ChannelUnavailable (nothing was sent) or ChannelUnclear (the server may have acted on it).
	"""
	until = time.monotonic() + TIMEOUT_SECONDS
	host, port, secure, path = _parts(url, private)
	pool = _pool(host, port, secure, _address_of(host, port, private))
	try:
		answer = pool.request(
			method,
			path,
			body=body,
			headers={**headers, "Host": _host_header(host, port, secure)},
			retries=False,
			redirect=False,
			preload_content=False,
			decode_content=False,
			timeout=urllib3.Timeout(total=TIMEOUT_SECONDS),
		)
		found = Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, _read(answer, until))
	except NOT_SENT as error:
		raise ChannelUnavailable(f"{host}: {_short(error)}") from error
	except SSLError as error:
		if isinstance(error.args[0], ssl.SSLCertVerificationError):
			raise ChannelUnavailable(f"{host}: {_short(error)}") from error
		raise ChannelUnclear(f"{host}: {_short(error)}") from error
	except (HTTPError, OSError) as error:
		raise ChannelUnclear(f"{host}: {_short(error)}") from error
	finally:
		pool.close()
	return found


def check_address(url: str, private: bool = False) -> None:
	"""Refuse an address that could never be called; its name is not looked up. Raises AddressRefused."""
	host, *_rest = _parts(url, private)
	with contextlib.suppress(ValueError):
		_check_public(str(ipaddress.ip_address(host)), private)


def _parts(url: str, private: bool) -> tuple[str, int, bool, str]:
	try:
		split = urlsplit(url)
		host, port = split.hostname, split.port
	except ValueError as error:
		raise AddressRefused(str(error)) from error
	if split.scheme != "https" and not (private and split.scheme == "http"):
		raise AddressRefused("it does not begin with https://")
	if not host or split.username is not None or split.fragment or any(sign <= " " for sign in url):
		raise AddressRefused("it is not a whole address, or it has a user name, a # or spaces in it")
	secure = split.scheme == "https"
	path = f"{split.path or '/'}{'?' + split.query if split.query else ''}"
	return host, port or (443 if secure else 80), secure, path


def _address_of(host: str, port: int, private: bool) -> str:
	"""The address that is connected to: looked up once, so that it can't change after it was checked."""
	try:
		found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
	except (OSError, UnicodeError) as error:
		raise ChannelUnavailable(f"{host}: {error}") from error
	addresses = [str(entry[4][0]) for entry in found]
	for address in addresses:
		_check_public(address, private)
	return addresses[0]


def _check_public(address: str, private: bool) -> None:
	ip = ipaddress.ip_address(address.partition("%")[0])
	ip = getattr(ip, "ipv4_mapped", None) or ip
	disguised = ip.version == 6 and any(ip in net for net in DISGUISES)
	if not private and (not ip.is_global or ip.is_multicast or disguised):
		raise AddressRefused(f"{address} is an address of a private network")


def _pool(host: str, port: int, secure: bool, address: str) -> urllib3.HTTPConnectionPool:
	if not secure:
		return urllib3.HTTPConnectionPool(address, port, maxsize=1)
	return urllib3.HTTPSConnectionPool(
		address,
		port,
		maxsize=1,
		server_hostname=host,
		assert_hostname=host,
		cert_reqs="CERT_REQUIRED",
		ca_certs=certifi.where(),
	)


def _host_header(host: str, port: int, secure: bool) -> str:
	name = f"[{host}]" if ":" in host else host
	return name if port == (443 if secure else 80) else f"{name}:{port}"


def _read(answer: urllib3.HTTPResponse, until: float) -> bytes:
	"""The body, as much of it as comes in time and is of any use."""
	found = b""
	for part in answer.stream(8192):
		found += part
		if len(found) > LONGEST_ANSWER:
			break
		if time.monotonic() > until:
			raise ChannelUnclear("the answer came too slowly")
	return found


def _short(error: Exception) -> str:
	return f"{type(error).__name__}: {error}"[:200]
