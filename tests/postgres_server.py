"""A real PostgreSQL server of the tests' own: thrown away afterwards, on no fixed port, with no password.

Fast because it need not survive a power cut. PostgreSQL refuses to run as root, so root hands the cluster to
the ``postgres`` account of the system.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

DATABASE_PLACES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
STARTS_WITHIN = 30.0  # seconds
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _end_with_the_tests() -> None:
    if sys.platform == "linux":  # also when they are killed outright
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _program(name: str) -> str:
    """Debian keeps these outside PATH; the newest version is taken."""
    found = [str(path) for place in DATABASE_PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
    found.sort(key=lambda path: [int(digits) for digits in "".join(c if c.isdigit() else " " for c in path).split()])
    program = found[-1] if found else shutil.which(name)
    if program is None:
        raise RuntimeError(f"{name} is missing: install PostgreSQL (Debian: postgresql), or run script/setup --dev")
    return program


class PostgresServer:
    """One cluster, reached through a Unix socket in a temporary folder. ``url()`` makes a fresh database."""

    def __init__(self) -> None:
        # Short: the path of a Unix socket may have 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.cluster = self.folder / "cluster"
        self._options: dict[str, Any] = {}
        self._made = 0
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        atexit.register(self.stop)

    def _run(self, start: Callable[..., Any], command: Sequence[str], **options: Any) -> Any:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
        return start(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, **self._options, **options)

    def _start(self) -> None:
        made = self._run(
            subprocess.run,
            [_program("initdb"), "--pgdata", str(self.cluster), "--username", "ratusha", "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "60",
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB",
            "autovacuum": "off", "jit": "off", "log_destination": "stderr", "logging_collector": "off",
        }  # fmt: skip
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.folder / "log"
        with log.open("wb") as stderr:
            self._process = self._run(
                subprocess.Popen, [_program("postgres"), "-D", str(self.cluster), *flags],
                stdout=subprocess.DEVNULL, stderr=stderr,
                start_new_session=True, preexec_fn=_end_with_the_tests,
            )  # fmt: skip
        end = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}") from None
                time.sleep(0.02)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="ratusha", dbname="postgres", autocommit=True)

    def url(self) -> str:
        """The address of a new, empty database, for SQLAlchemy."""
        self._made += 1
        name = f"test_{self._made}"
        with contextlib.closing(self._connect()) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+psycopg://ratusha@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server, whoever is still connected, and remove every trace."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": clients are put out
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_server: PostgresServer | None = None


def postgres_server() -> PostgresServer:
    """The server of this test run: started at the first call, stopped when the run ends."""
    global _server
    if _server is None:
        _server = PostgresServer()
    return _server


def fresh_database() -> str:
    """An empty PostgreSQL database: its address as ``RATUSHA_DATABASE_URL`` takes it."""
    return postgres_server().url()
