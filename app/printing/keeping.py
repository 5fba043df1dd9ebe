"""Files of the print room in the data folder: whole or not at all, and a clear word when there is no room for them."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.errors import Refusal

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DRAFT = "."  # how names of files begin that are being written


@contextmanager
def writing() -> Iterator[None]:
    """:raises Refusal: instead of the system's error, saying that nothing was printed and what helps."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            reason = _l("No room is left in the data folder.")
        else:
            reason = _l("The data folder cannot be written to (%(reason)s).", reason=error.strerror or str(error))
        raise Refusal(
            _l("%(reason)s Nothing was printed or logged, and codes hold as before. Please have this mended and print "
               "again.", reason=reason)
        ) from error  # fmt: skip


def place(path: Path, content: bytes) -> None:
    """Put a file into its place and onto the disk, whole or not at all.

    :raises Refusal: when it cannot be written.
    """
    with writing():
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        draft = path.with_name(f"{DRAFT}{path.stem}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
