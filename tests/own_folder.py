"""The folder in which a test run keeps everything temporary: gone when the run ends, or when the next one begins."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

PREFIX = "ratusha-tests-"


def make_folder(root: Path) -> tuple[Path, IO[bytes]]:
    """A new folder below ``root`` and its lock, which is held while the file is open, thus while the process lives."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    folder.chmod(0o711)  # PostgreSQL runs as somebody else, below it
    lock = (folder / "lock.new").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    (folder / "lock.new").rename(folder / "lock")
    return folder, lock


def remove_left(root: Path) -> None:
    """Remove the folders of runs that were killed: theirs are the locks that nobody holds."""
    for folder in root.glob(f"{PREFIX}*"):
        try:
            with (folder / "lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # in use, just being made, or somebody else's
            continue


def move_in() -> None:
    """Have this process and all it starts keep their temporary files in a folder of the run's own.

    The folders of ``tmp_path`` stay where pytest keeps them, to be looked at after a failure.
    """
    root = Path(tempfile.gettempdir())
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(root))
    remove_left(root)
    folder, lock = make_folder(root)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    owner = os.getpid()

    def move_out() -> None:
        if os.getpid() == owner:  # and not a child of the same image
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()

    atexit.register(move_out)  # at the very end: after whatever is registered later, such as a database server's stop
