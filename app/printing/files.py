"""Writing what was printed to the file a command names."""

from __future__ import annotations

from pathlib import Path

from flask_babel import gettext as _

from app.errors import Refusal


def require_folder(out: Path) -> None:
    """:raises Refusal: when the folder of ``out`` does not exist."""
    if not out.parent.is_dir():
        raise Refusal(_("The folder “%(folder)s” does not exist.", folder=out.parent))


def write_file(out: Path, content: bytes) -> None:
    """:raises Refusal: when the file cannot be written."""
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Refusal(
            _("The file “%(file)s” cannot be written: %(reason)s.", file=out, reason=error.strerror)
        ) from error
