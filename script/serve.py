"""Start the web server and the worker, watch over both, stop both.

Called by ``script/server``. A worker that ends is started again while the web goes on; when it ends over and over, or
the web ends, all is stopped. SIGTERM and SIGINT stop both within seconds; should this process be killed outright, the
kernel tells the children to stop.
"""

from __future__ import annotations

# ruff: noqa: E402  a Ctrl-C is heard before the rest of the library is read
import os
import signal


def _too_early(_signal: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, b"script/server: stopped before it was ready\n")
    os._exit(130)


signal.signal(signal.SIGINT, _too_early)

import argparse
import contextlib
import ctypes
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
READY_WITHIN = 60.0  # seconds
POLITE_FOR = 6.0  # seconds a child has to finish what it does; gunicorn's own limit is 5
PR_SET_PDEATHSIG = 1
PAUSE = 0.25  # seconds before the worker is started again; twice as long after each further end
MOST_ENDS, WITHIN = 5, 60.0  # of the worker, within so many seconds: then something is wrong that no new start mends


class Stop(Exception):
    """A signal asked us to end; raised between two steps, never amid one, so that no child is forgotten."""


def fail(message: str) -> NoReturn:
    """One line, status 1."""
    sys.stderr.write(f"script/server: {message}\n")
    sys.exit(1)


def say(message: str = "") -> None:
    """To standard output, at once."""
    print(message, flush=True)


def require_free(host: str, port: int) -> None:
    """End with one line when nobody can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == 98:  # EADDRINUSE
            fail(f"port {port} on {host} is taken; choose another with --port")
        fail(f"cannot listen on {host}, port {port}: {error.strerror or error}")


def base_url(host: str, port: int) -> str:
    """The address people use on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def environment(host: str, port: int) -> dict[str, str]:
    """The settings for both children; links lead to this server unless a base address is set."""
    from config import BadSetting, load_settings, read_env_file

    given = {**read_env_file(ROOT / ".env"), **os.environ}
    given.setdefault("RATUSHA_BASE_URL", base_url(host, port))
    try:
        load_settings(given)
    except BadSetting as error:
        fail(str(error))
    return given


def _heeds(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal; taken for granted where nobody can tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return True
    caught = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


def _die_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the child has a handler of its own
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Household:
    """The children of this process: the web server, the worker, and what prepares the database."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked = False

    def start(self, name: str, *command: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a child in a session of its own, so that a Ctrl-C reaches it through us alone."""
        child = subprocess.Popen(
            command, cwd=ROOT, env=self.given, stdin=subprocess.DEVNULL, stdout=stdout,
            start_new_session=True, preexec_fn=_die_with_parent,
        )  # fmt: skip
        self.children[name] = child
        return child

    def start_worker(self) -> None:
        """Start the worker, the first time or again."""
        self.start("worker", str(BIN / "ratusha"), "worker")

    def sweep_up(self, name: str) -> None:
        """End a child for good, and what it may have left behind."""
        child = self.children[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        """The handler of signals: it only notes the wish."""
        self.asked = True

    def heed(self) -> None:
        """End here when a signal has asked for it."""
        if self.asked:
            raise Stop

    def first_ended(self) -> str | None:
        """The name of a child that has ended."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to end, then insist."""
        # Huey ends after the task at hand on SIGINT and amid it on SIGTERM; gunicorn is polite on SIGTERM. One that is
        # still being started knows neither: SIGTERM ends it without a word.
        for signals, patience in (
            ({"worker": signal.SIGINT}, POLITE_FOR),
            ({"web": signal.SIGQUIT}, 1.0),
            ({}, 1.0),
        ):
            for name, child in self.children.items():
                if child.poll() is None:
                    wanted = signals.get(name, signal.SIGTERM)
                    child.send_signal(wanted if _heeds(child.pid, wanted) else signal.SIGTERM)
            end = time.monotonic() + patience
            while time.monotonic() < end and any(child.poll() is None for child in self.children.values()):
                time.sleep(0.02)
        for name in self.children:
            self.sweep_up(name)


def prepare(household: Household) -> str:
    """Migrate, and load the demo into an empty database; returns what it says of the sign-ins."""
    child = household.start("demo", str(BIN / "ratusha"), "demo", "--if-empty", stdout=subprocess.PIPE)
    while True:
        household.heed()
        with contextlib.suppress(subprocess.TimeoutExpired):
            told, _ = child.communicate(timeout=0.2)
            break
    if child.returncode:
        sys.exit(child.returncode)
    del household.children["demo"]
    return told.decode().strip()


def await_ready(household: Household, url: str) -> None:
    """Return when the web server answers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        household.heed()
        if ended := household.first_ended():
            fail(f"the {ended} ended while starting; its message stands above")
        try:
            with direct.open(f"{url}/healthz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    fail(f"the web server did not answer within {READY_WITHIN:.0f} s")


def watch(household: Household) -> NoReturn:
    """Start the worker again when it has ended, until told to stop or until nothing helps."""
    ends: deque[float] = deque()
    while True:
        household.heed()
        ended = household.first_ended()
        if ended is None:
            time.sleep(0.2)
            continue
        status = household.children[ended].returncode
        if ended != "worker":
            fail(f"the {ended} ended with status {status}; stopping")
        now = time.monotonic()
        ends.append(now)
        while now - ends[0] > WITHIN:
            ends.popleft()
        if len(ends) >= MOST_ENDS:
            fail(f"the worker ended {len(ends)} times within {WITHIN:.0f} s, at last with status {status}; stopping")
        pause = PAUSE * 2 ** (len(ends) - 1)
        sys.stderr.write(f"script/server: the worker ended with status {status}; starting it again in {pause:g} s\n")
        household.sweep_up("worker")
        while time.monotonic() < now + pause:
            household.heed()
            time.sleep(0.05)
        household.start_worker()


def serve(host: str, port: int) -> int:
    """Run until told to stop, until the web ends, or the worker over and over."""
    require_free(host, port)
    household = Household(environment(host, port))
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, household.ask_to_stop)
    try:
        say("Making the database ready …")
        signs_in = prepare(household)
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        config = str(ROOT / "deploy" / "gunicorn.conf.py")
        household.heed()
        household.start("web", str(BIN / "gunicorn"), "--config", config, "--bind", bind)
        household.start_worker()
        url = base_url(host, port)
        await_ready(household, url)
        say(f"\nRatusha is served at {url}/")
        if signs_in:
            say(signs_in)
        say("Stop with Ctrl-C.")
        watch(household)
    except Stop:
        household.stop()
        say("Stopped.")
        return 0
    finally:
        household.stop()


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="script/server", description="Serve Ratusha: web and worker.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    arguments = parser.parse_args()
    if not 0 < arguments.port < 65536:
        parser.error("--port: expected a number from 1 to 65535")
    return serve(arguments.host, arguments.port)


if __name__ == "__main__":
    sys.exit(main())
