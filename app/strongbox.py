"""Personal data that must not lie open: encrypted before it reaches the database or the disk.

The keys are outside the database: ``RATUSHA_PERSONAL_KEY``, else the file ``personal_key`` in the data folder, readable
by its owner only. Of several keys the first one locks; the others still open what was locked before, until
``ratusha visa rekey`` has locked everything anew. Fernet of the kept library `cryptography`: AES-128-CBC and
HMAC-SHA256, so that a changed byte is noticed.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from app.whole_files import put_whole
from config import personal_keys


class Locked(RuntimeError):
    """What was locked with a key the house does not have, or was changed."""


def _box() -> MultiFernet:
    kept: MultiFernet | None = current_app.extensions.get("ratusha.strongbox")
    if kept is None:
        keys = personal_keys(current_app.config["SETTINGS"])
        kept = current_app.extensions["ratusha.strongbox"] = MultiFernet([Fernet(key) for key in keys])
    return kept


def lock_bytes(content: bytes) -> bytes:
    """``content`` as it may be kept."""
    return _box().encrypt(content)


def open_bytes(locked: bytes) -> bytes:
    """What :func:`lock_bytes` was given.

    :raises Locked: when no key of the house opens it.
    """
    try:
        return _box().decrypt(locked)
    except InvalidToken as reason:
        raise Locked("no key of this house opens it") from reason


def lock_values(values: dict[str, Any]) -> str:
    """Values of JSON as a text that may be kept in a column."""
    return lock_bytes(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).decode("ascii")


def open_values(locked: str) -> dict[str, Any]:
    """What :func:`lock_values` was given.

    :raises Locked: when no key of the house opens it.
    """
    values: dict[str, Any] = json.loads(open_bytes(locked.encode("ascii")))
    return values


def lock_anew(locked: bytes) -> bytes:
    """The same, locked with the first key.

    :raises Locked: when no key of the house opens it.
    """
    try:
        return _box().rotate(locked)
    except InvalidToken as reason:
        raise Locked("no key of this house opens it") from reason


def _path(name: str) -> Path:
    folder: Path = current_app.config["SETTINGS"].data / "personal"
    return folder / name


def keep_file(content: bytes) -> str:
    """Lock ``content`` into a file of the data folder, on disk when this returns; gives the name it is found by."""
    name = secrets.token_hex(16)
    put_file(name, lock_bytes(content))
    return name


def put_file(name: str, locked: bytes) -> None:
    """Put what is locked already in the place of the file ``name``, whole or not at all."""
    put_whole(_path(name), locked, file_mode=0o600, folder_mode=0o700)


def locked_file(name: str) -> bytes:
    """The file ``name`` as it lies there."""
    return _path(name).read_bytes()


def read_file(name: str) -> bytes:
    """What :func:`keep_file` was given.

    :raises Locked: when no key of the house opens it, or the file is gone.
    """
    try:
        return open_bytes(locked_file(name))
    except FileNotFoundError as reason:
        raise Locked("the file is gone") from reason


def remove_file(name: str) -> None:
    """Take the file away; one that is gone already harms nobody."""
    _path(name).unlink(missing_ok=True)


def key_is_in_the_environment() -> bool:
    """Whether the key is given to the house from outside, so that a backup does not hold it."""
    return bool(current_app.config["SETTINGS"].personal_key)
