"""The production server on the demo, and a crowd of clients that fill in its public form."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN = 120.0  # seconds, with the demo to load
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_NONCE = re.compile(rb'name="nonce"[^>]*value="([^"]+)"')
_COOKIE = re.compile(rb"^set-cookie: ([^;\r\n]+)", re.IGNORECASE | re.MULTILINE)


def has_postgresql() -> bool:
    """Whether a PostgreSQL server is installed."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None


@contextmanager
def served(**settings: str) -> Iterator[int]:
    """``script/server``'s processes with the demo loaded; gives the port. Stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        given = {name: value for name, value in os.environ.items() if not name.startswith("RATUSHA_")}
        given |= {"RATUSHA_DATA": folder, **settings}
        with (Path(folder) / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, str(ROOT / "script" / "serve.py"), "--port", str(port)],
                env=given, stdout=log, stderr=log, cwd=ROOT,
            )  # fmt: skip
            try:
                _wait_until_ready(server, port)
                yield port
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=30)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server was not ready in time")


@dataclass
class Tally:
    """What a crowd saw: milliseconds of every answer, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def facts(self) -> dict[str, float]:
        """The 95th percentiles and the number of errors."""
        return {
            "page_p95_ms": round(_percentile(self.pages, 0.95), 1),
            "post_p95_ms": round(_percentile(self.posts, 0.95), 1),
            "errors": len(self.errors),
        }


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def _exchange(port: int, source: str, request: bytes) -> tuple[int, bytes, bytes]:
    """One request on a connection of its own from the client address ``source``: status, headers, body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0), limit=2**20)
    try:
        writer.write(request)
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    head, _gap, body = answer.partition(b"\r\n\r\n")
    return int(head[9:12]), head, body


async def _register(port: int, path: str, number: str, tally: Tally) -> None:
    source = f"127.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}"
    begun = time.perf_counter()
    head = f"Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
    status, headers, page = await _exchange(port, source, f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
    tally.pages.append((time.perf_counter() - begun) * 1000)
    token, nonce = _TOKEN.search(page), _NONCE.search(page)
    if status != 200 or token is None or nonce is None:
        tally.errors.append(f"page {status}")
        return
    cookies = "; ".join(cookie.decode() for cookie in _COOKIE.findall(headers))
    form = urlencode(
        {
            "csrf_token": token.group(1).decode(), "nonce": nonce.group(1).decode(), "last": "Weber",
            "first": f"Kim {number}", "email": f"kim.weber.{number}@suhl.example", "role": "member",
            "municipality": "suhl", "consent_processing": "y",
        }
    ).encode()  # fmt: skip
    begun = time.perf_counter()
    request = (
        f"POST {path} HTTP/1.1\r\n{head}Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    ).encode() + form
    status, _headers, _page = await _exchange(port, source, request)
    tally.posts.append((time.perf_counter() - begun) * 1000)
    if status != 303:
        tally.errors.append(f"post {status}")


async def _crowd(port: int, path: str, clients: int, registrations: int) -> Tally:
    tally = Tally()
    mark = secrets.token_hex(4)
    numbers = iter(range(registrations))

    async def client() -> None:
        for number in numbers:
            try:
                await _register(port, path, f"{mark}{number}", tally)
            except OSError as reason:
                tally.errors.append(type(reason).__name__)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    tally.seconds = time.perf_counter() - begun
    return tally


def _in_a_process(port: int, path: str, clients: int, registrations: int) -> Tally:
    return asyncio.run(_crowd(port, path, clients, registrations))


def crowd(port: int, path: str, *, clients: int, registrations: int) -> Tally:
    """``clients`` at once register ``registrations`` people, from a process of their own and many client addresses."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_in_a_process, (port, path, clients, registrations))
