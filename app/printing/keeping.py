"""Files of the print room in the data folder, and what is said when there is no room for them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app import whole_files
from app.whole_files import DRAFT, put_whole

__all__ = ["DRAFT", "place", "writing"]


def writing() -> AbstractContextManager[None]:
    """:raises Refusal: instead of the system's error, saying that nothing was printed and what helps."""
    return whole_files.writing(
        _l("Nothing was printed or logged, and codes hold as before. Please have this mended and print again.")
    )


def place(path: Path, content: bytes) -> None:
    """Put a file into its place and onto the disk, whole or not at all.

    :raises Refusal: when it cannot be written.
    """
    with writing():
        put_whole(path, content)
