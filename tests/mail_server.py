"""A real SMTP server on loopback, with moods."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class MailServer:
    """Speaks enough SMTP; ``mood(step, line)`` may return an answer of its own, or ``DROP`` to hang up."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # every command, as it came
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")
    mood: Callable[[str, str], str | None] = lambda _step, _line: None

    @property
    def url(self) -> str:
        """For ``RATUSHA_SMTP_URL``."""
        return f"smtp://127.0.0.1:{self.port}"


DROP = "drop"


class _Conversation:
    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def answer(self, step: str, line: str, usual: str) -> bool:
        mood = self.server.mood(step, line)
        if mood == DROP:
            return False
        await self.say(mood or usual)
        return mood is None

    async def hold(self) -> None:
        await self.say("220 test")
        sender, recipients = "", []
        while line := (await self.reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            step = line[:4].upper()
            self.server.lines.append(line)
            if step == "EHLO":
                told = ("test", *self.server.extensions)
                await self.say("\r\n".join(f"250{'-' if word != told[-1] else ' '}{word}" for word in told))
            elif step == "MAIL":
                sender, recipients = line, []
                if not await self.answer(step, line, "250 ok") and self.server.mood(step, line) == DROP:
                    return
            elif step == "RCPT":
                if await self.answer(step, line, "250 ok"):
                    recipients.append(line[line.index("<") + 1 : line.index(">")])
                elif self.server.mood(step, line) == DROP:
                    return
            elif step == "DATA":
                if not await self.answer(step, line, "354 go on"):
                    if self.server.mood(step, line) == DROP:
                        return
                    continue
                raw = b""
                while not raw.endswith(b"\r\n.\r\n"):
                    piece = await self.reader.read(65536)
                    if not piece:
                        return
                    raw += piece
                body = raw[:-3].replace(b"\r\n..", b"\r\n.")
                mood = self.server.mood("DOT", "")
                if mood == DROP:
                    return
                if mood is None or mood.startswith("2"):
                    self.server.taken.append(email.message_from_bytes(body, policy=email.policy.default))  # type: ignore[arg-type]
                    self.server.envelopes.append((sender, recipients))
                if mood == "taken and drop":
                    return
                await self.say(mood or "250 taken")
            elif step == "QUIT":
                await self.say("221 bye")
                return
            else:
                await self.say("250 ok")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run the server in a thread while the block lasts."""
    server = MailServer()
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Conversation(server, reader, writer).hold()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def serve() -> None:
        running = await asyncio.start_server(hold, sock=listening)
        ready.set()
        async with running:
            await stop.wait()

    stop = asyncio.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
