"""Files that wait for a second look: kept in the data folder for a day, under a name nobody can guess."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from flask import current_app

KEPT_FOR = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].data / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def keep_upload(content: IO[bytes], *, at: datetime) -> str:
    """Store a file until it is taken or a day has passed; returns its token."""
    folder = _folder()
    oldest = (at - KEPT_FOR).timestamp()
    for entry in folder.iterdir():
        if entry.stat().st_mtime < oldest:
            entry.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    target = folder / token
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(1 << 20):
            file.write(chunk)
    return token


def find_upload(token: str) -> Path | None:
    """Where the file of ``token`` lies, None when it was taken or thrown away."""
    path = _folder() / token
    return path if _TOKEN.fullmatch(token) and path.is_file() else None
