"""A small server that speaks BigBlueButton's API over real HTTP, and one that misbehaves."""

from __future__ import annotations

import hashlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
CREATED = 1531155809613


def _xml(**values: Any) -> bytes:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return f"<response>{fields}</response>".encode()


def _failed(key: str) -> bytes:
    return _xml(returncode="FAILED", messageKey=key, message="no")


class SmallServer(ThreadingHTTPServer):
    """Keeps meetings in memory and every call it got, by name."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.meetings: dict[str, dict[str, str]] = {}
        self.people: dict[str, list[tuple[str, str, str]]] = {}
        self.recorded = b""
        self.numbers = itertools.count(CREATED)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/bigbluebutton/api"

    def named(self, name: str) -> list[dict[str, str]]:
        """The parameters of all calls of this name."""
        return [given for called, given in self.calls if called == name]

    def answer(self, name: str, query: str) -> bytes:
        given = dict(parse_qsl(query, keep_blank_values=True))
        checksum = given.pop("checksum", "")
        unsigned = query.removesuffix(f"checksum={checksum}").removesuffix("&")
        if checksum != hashlib.sha256(f"{name}{unsigned}{SECRET}".encode()).hexdigest():
            return _failed("checksumError")
        self.calls.append((name, given))
        meeting = given.get("meetingID", "")
        if name == "isMeetingRunning":
            return _xml(returncode="SUCCESS", running=str(meeting in self.meetings).lower())
        if name == "create":
            known = self.meetings.setdefault(meeting, given | {"createTime": str(next(self.numbers))})
            return _xml(returncode="SUCCESS", meetingID=meeting, createTime=known["createTime"])
        if name == "getRecordings":
            return b"<response><returncode>SUCCESS</returncode>" + self.recorded + b"</response>"
        if meeting not in self.meetings:
            return _failed("notFound")
        if name == "end":
            del self.meetings[meeting]
            return _xml(returncode="SUCCESS", messageKey="sentEndMeetingRequest")
        if name == "getMeetingInfo":
            rows = "".join(
                f"<attendee><userID>{who}</userID><fullName>{called}</fullName><role>{role}</role>"
                "<hasJoinedVoice>true</hasJoinedVoice></attendee>"
                for who, called, role in self.people.get(meeting, [])
            )
            return _xml(returncode="SUCCESS", meetingID=meeting, attendees=rows)
        return _failed("unsupportedRequest")


class _Handler(BaseHTTPRequestHandler):
    server: SmallServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/bigbluebutton/api/create?x=1")
            self.end_headers()
            return
        body = self.server.answer(parts.path.rpartition("/")[2], parts.query)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def speaking_server() -> Iterator[SmallServer]:
    """A good one."""
    server = SmallServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def raw_server(*pieces: bytes, pause: float = 0.0, stays: bool = False) -> Iterator[str]:
    """Its address: it answers anything with these bytes, ``pause`` seconds before each, again and again if it stays."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve_one(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                for piece in itertools.cycle(pieces) if stays else pieces:
                    if ended.wait(pause):
                        return
                    connection.sendall(piece)
                if not pieces:
                    ended.wait(30)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def answered(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def seconds_since(begun: float) -> float:
    """How long it took."""
    return time.monotonic() - begun
