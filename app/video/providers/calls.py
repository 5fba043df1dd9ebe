"""Calls to meeting servers: over in time, small, and to nobody inside.

Addresses are typed into a page by people. So names are looked up first, addresses of inner networks refused, and the
connection goes to the very address that was judged (a second look-up could answer otherwise). ``Limits.total`` holds
for everything after the look-up: connecting, TLS, sending, and an answer that comes drop by drop.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from app.video.rules.trouble import Trouble, TroubleKind

MOST_REDIRECTS = 3
USER_AGENT = "Ratusha"

Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes."""

    look_up: float = 2.0
    connect: float = 3.0
    total: float = 5.0
    size: int = 1_000_000

    @classmethod
    def of(cls, seconds: float) -> Limits:
        """The usual ones for calls that may take so long."""
        return cls(look_up=min(2.0, seconds), connect=min(3.0, seconds), total=seconds)


@dataclass(frozen=True)
class Answer:
    """What came back. ``clock``: how many seconds the server's clock is ahead of ours, when it told the time."""

    status: int
    body: bytes
    clock: int | None = None


def is_inside(address: Address) -> bool:
    """Whether an address belongs to this machine or an inner network, however it is wrapped."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_inside(inner)
    return not address.is_global or address.is_multicast or address.is_reserved


def _look_up(host: str, port: int, seconds: float) -> list[Any]:
    """The machine's own look-up has no limit of its own: it is left behind when it takes too long."""
    found: list[Any] = []
    trouble: list[BaseException] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as reason:
            trouble.append(reason)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if trouble:
        raise Trouble(TroubleKind.UNKNOWN_NAME, host=host)
    if not found:
        raise Trouble(TroubleKind.NO_ANSWER, seconds=max(1, round(seconds)))
    return found


class _InTime(io.RawIOBase):
    """Reads from a socket; every read gets only what is left of the time."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._connection = connection
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._left())
        return self._connection.recv_into(buffer)


class _Wire:
    """As much of a socket as ``HTTPResponse`` asks for."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._file = io.BufferedReader(_InTime(connection, left))

    def makefile(self, _mode: str) -> Any:
        return self._file


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Call:
    def __init__(self, limits: Limits, *, inside: bool) -> None:
        self.limits = limits
        self.inside = inside
        self.ends = time.monotonic() + limits.total

    def left(self) -> float:
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def _connect(self, parts: SplitResult) -> socket.socket:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        looked = time.monotonic()
        found = _look_up(host, port, self.limits.look_up)
        self.ends += time.monotonic() - looked  # the look-up has its own limit
        if not self.inside and any(is_inside(ipaddress.ip_address(entry[4][0].split("%")[0])) for entry in found):
            raise Trouble(TroubleKind.INSIDE, host=host)
        last: OSError = ConnectionRefusedError()
        until = time.monotonic() + self.limits.connect
        for family, kind, protocol, _name, address in found[:4]:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(max(0.05, min(self.left(), until - time.monotonic())))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as reason:
                connection.close()
                last = reason
                continue
            if parts.scheme != "https":
                return connection
            try:
                connection.settimeout(self.left())
                return _tls().wrap_socket(connection, server_hostname=host)
            except BaseException:
                connection.close()
                raise
        raise last

    def ask(self, url: str) -> tuple[http.client.HTTPResponse, bytes]:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc.rpartition("@")[2].encode("idna").decode("ascii")
        request = (
            f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {USER_AGENT}\r\nAccept: */*\r\n"
            "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
        ).encode("ascii")
        with self._connect(parts) as connection:
            connection.settimeout(self.left())
            connection.sendall(request)
            response = http.client.HTTPResponse(_Wire(connection, self.left), method="GET")  # type: ignore[arg-type]
            response.begin()
            body = response.read(self.limits.size + 1)
        return response, body


def _clock(response: http.client.HTTPResponse) -> int | None:
    try:
        return round(parsedate_to_datetime(response.headers["Date"]).timestamp() - time.time())
    except (TypeError, ValueError, KeyError, OverflowError, OSError):
        return None


def call(url: str, *, limits: Limits | None = None, inside: bool = False) -> Answer:
    """GET ``url``; redirects are followed on the same host only.

    :param inside: whether addresses of inner networks are allowed.
    :raises Trouble: whenever there is no answer, or too long a one. An answer with an error status is an answer.
    """
    limits = limits or Limits()
    asking = _Call(limits, inside=inside)
    host = urlsplit(url).hostname or ""
    try:
        for _step in range(MOST_REDIRECTS + 1):
            response, body = asking.ask(url)
            if len(body) > limits.size:
                raise Trouble(TroubleKind.TOO_BIG)
            target = response.headers.get("Location")
            if response.status not in {301, 302, 303, 307, 308} or not target:
                return Answer(response.status, body, _clock(response))
            before, after = urlsplit(url), urlsplit(urljoin(url, target))
            if (before.scheme, before.netloc) != (after.scheme, after.netloc):
                raise Trouble(TroubleKind.ELSEWHERE, host=(after.hostname or after.scheme)[:200])
            url = after._replace(fragment="").geturl()
        raise Trouble(TroubleKind.GARBAGE)
    except TimeoutError as reason:
        raise Trouble(TroubleKind.NO_ANSWER, seconds=max(1, round(limits.total))) from reason
    except ssl.SSLError as reason:
        raise Trouble(TroubleKind.CERTIFICATE, host=host) from reason
    except (http.client.HTTPException, ValueError) as reason:
        raise Trouble(TroubleKind.GARBAGE) from reason
    except OSError as reason:
        raise Trouble(TroubleKind.UNREACHABLE, host=host) from reason
