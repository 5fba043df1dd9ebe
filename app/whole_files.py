"""Files of the data folder: on disk whole or not at all, and a clear word when they cannot be written."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.errors import Message, Refusal

DRAFT = "."  # how names of files begin that are being written
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def put_whole(path: Path, content: bytes, *, file_mode: int = 0o640, folder_mode: int = 0o750) -> None:
    """Put a file in its place; it is on disk when this returns, and nothing of it is there when this fails."""
    path.parent.mkdir(mode=folder_mode, parents=True, exist_ok=True)
    draft = path.with_name(f"{DRAFT}{path.stem[:64]}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def writing(kept: Message) -> Iterator[None]:
    """:param kept: what has not happened, and what to do.

    :raises Refusal: instead of the system's error.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            reason = _l("No room is left in the data folder.")
        else:
            reason = _l("The data folder cannot be written to (%(reason)s).", reason=error.strerror or str(error))
        raise Refusal(_l("%(reason)s %(kept)s", reason=reason, kept=kept)) from error
