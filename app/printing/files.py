"""Writing what was printed to the file a command names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO

from flask_babel import gettext as _

from app.errors import Refusal


def require_folder(out: Path) -> None:
    """:raises Refusal: when the folder of ``out`` does not exist."""
    if not out.parent.is_dir():
        raise Refusal(_("The folder “%(folder)s” does not exist.", folder=out.parent))


def write_file(out: Path, content: bytes) -> None:
    """:raises Refusal: when the file cannot be written."""
    write_into(out, lambda file: file.write(content))


def write_into(out: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let ``write`` fill the file, piece by piece.

    :raises Refusal: when it cannot be written.
    """
    try:
        with out.open("wb") as file:
            write(file)
    except OSError as error:
        raise Refusal(
            _("The file “%(file)s” cannot be written: %(reason)s.", file=out, reason=error.strerror)
        ) from error
