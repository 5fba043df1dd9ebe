"""``script/server`` after the set-up: starts both, tells what is wrong in one line, leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVE = [sys.executable, str(ROOT / "script" / "serve.py")]
PATIENCE = 60  # seconds; a busy machine is slow to start what must then stop


def _environment(data: Path, **settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RATUSHA_")}
    return {**kept, "RATUSHA_DATA": str(data), "WEB_CONCURRENCY": "1", **settings}


@contextmanager
def _taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def _free_port() -> int:
    with _taken_port() as port:
        return port


def _refusal(arguments: list[str], environment: dict[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [*SERVE, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def _served(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = _free_port()
    with (data.parent / "log").open("wb") as errors:
        server = subprocess.Popen(
            [*SERVE, "--port", str(port)],
            env=_environment(data),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    with server:
        assert server.stdout is not None
        try:
            for line in server.stdout:
                if line.startswith("Ratusha is served at"):
                    break
            else:
                pytest.fail((data.parent / "log").read_text(encoding="utf-8")[-4000:], pytrace=False)
            yield server, port
        finally:
            server.kill()


def _children(server: subprocess.Popen[str]) -> list[int]:
    """The processes below this one, all the way down."""
    found, parents = [], [server.pid]
    while parents:
        parent = parents.pop()
        tasks = Path(f"/proc/{parent}/task/{parent}/children")
        below = [int(pid) for pid in tasks.read_text(encoding="ascii").split()] if tasks.exists() else []
        found += below
        parents += below
    return found


def _command(pid: int) -> bytes:
    """How a process was called; nothing when it has gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _alive(pids: list[int]) -> list[int]:
    """Those that still run; one that only waits to be counted out by its parent does not."""

    def state(pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return "gone"

    return [pid for pid in pids if state(pid) not in {"gone", "Z"}]


def _await_end(pids: list[int], seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while (left := _alive(pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def test_server_is_refused_in_one_line_when_the_port_is_taken(tmp_path: Path) -> None:
    with _taken_port() as port:
        answer = _refusal(["--port", str(port)], _environment(tmp_path))
    assert answer == (
        1,
        "",
        f"script/server: port {port} on 127.0.0.1 is taken; choose another with --port\n",
    )


def test_server_is_refused_in_one_line_when_a_setting_is_bad(tmp_path: Path) -> None:
    port = _free_port()
    status, out, err = _refusal(["--port", str(port)], _environment(tmp_path, RATUSHA_PROXIES="many"))
    assert (status, out, err.count("\n"), "RATUSHA_PROXIES" in err) == (1, "", 1, True)


def test_server_is_refused_in_one_line_when_the_password_of_the_demo_is_short(tmp_path: Path) -> None:
    answer = _refusal(["--port", str(_free_port())], _environment(tmp_path, RATUSHA_DEMO_PASSWORD="x"))
    assert answer == (1, "", "script/server: RATUSHA_DEMO_PASSWORD: at least 4 characters are needed\n")


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str, str]:
    """A server from nothing, interrupted while the worker starts: its data folder with the demo, and how it ended."""
    data = tmp_path_factory.mktemp("interrupted")
    server = subprocess.Popen(
        [*SERVE, "--port", str(_free_port())], env=_environment(data), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not any(b"\0worker\0" in _command(pid) for pid in _children(server)) and time.monotonic() < end:
            time.sleep(0.01)
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=PATIENCE)
    finally:
        server.kill()
        server.wait()
    return data, server.returncode, out, err


@pytest.fixture
def data(interrupted: tuple[Path, int, str, str], tmp_path: Path) -> Path:
    """A data folder in which the demo is loaded already."""
    return Path(shutil.copytree(interrupted[0], tmp_path / "data"))


def test_server_ends_without_a_traceback_when_interrupted_while_the_worker_starts(
    interrupted: tuple[Path, int, str, str],
) -> None:
    _, status, out, err = interrupted
    assert (status, out.splitlines()[-1], "Traceback" in err) == (0, "Stopped.", False)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_server_stops_web_and_worker_when_told(data: Path, sign: signal.Signals) -> None:
    with _served(data) as (server, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            ready = json.load(answer)
        children = _children(server)
        server.send_signal(sign)
        status = server.wait(timeout=PATIENCE)
    assert (ready["status"], len(children) >= 3, status, _alive(children)) == ("ready", True, 0, [])


def _worker(server: subprocess.Popen[str], beside: set[int]) -> int:
    """The worker that runs, when it is none of ``beside``."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for pid in set(_alive(_children(server))) - beside:
            if b"\0worker\0" in _command(pid):
                return pid
        time.sleep(0.02)
    pytest.fail("no worker was started", pytrace=False)


def test_server_starts_the_worker_again_under_a_living_web_and_ends_when_it_dies_over_and_over(data: Path) -> None:
    with _served(data) as (server, port):
        killed: set[int] = set()
        for _time in range(5):
            worker = _worker(server, killed)
            os.kill(worker, signal.SIGKILL)
            killed.add(worker)
            if len(killed) == 1:
                second = _worker(server, killed)
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                    lives = answer.status
        children = _children(server)
        status = server.wait(timeout=PATIENCE)
    told = [
        line for line in (data.parent / "log").read_text(encoding="utf-8").splitlines() if "the worker ended" in line
    ]
    assert (lives, second in killed, status, _alive(children)) == (200, True, 1, [])
    assert told == [
        *(
            f"script/server: the worker ended with status -9; starting it again in {pause} s"
            for pause in ("0.25", "0.5", "1", "2")
        ),
        "script/server: the worker ended 5 times within 60 s, at last with status -9; stopping",
    ]


def test_server_leaves_no_orphan_when_it_is_killed(data: Path) -> None:
    with _served(data) as (server, _):
        children = _children(server)
        server.kill()
        server.wait(timeout=PATIENCE)
        left = _await_end(children, 15)
    assert left == []
