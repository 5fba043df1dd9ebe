"""Drawing the name plates of a conference into one ZIP."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.history.rules import Actor
from app.printing.camera.queries import KIND, Plate, archive_of, plates
from app.printing.keeping import DRAFT, writing
from app.printing.operations.runs import Printed, done_before, log_run
from app.printing.parts import forget_parts, put
from app.printing.press.pages import Told
from app.printing.queries import parts_of

_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry, so that the same plates make the same file


def draw_plates(
    *,
    conference: Conference,
    actor: Actor,
    at: datetime,
    everyone: bool = False,
    delegation_id: int | None = None,
    deed_key: str | None = None,
    deliver: Callable[[Path], object] | None = None,
    tell: Told | None = None,
) -> Printed:
    """Draw the plate and the lower third of everyone by video into a ZIP, by delegation, and log the run.

    :param everyone: of those on site, too.
    :param deed_key: a second call with the same key gives the run there is instead of drawing again.
    :param deliver: gets the place of the ZIP once the run is on disk.
    :param tell: told how far it is; may raise to stop, then nothing is logged.
    :raises Refusal: when there is nobody to draw a plate for.
    """
    if (done := done_before(deed_key, kept=archive_of)) is not None:
        return done
    found = plates(conference, everyone=everyone, delegation_id=delegation_id)
    if not found:
        raise Refusal(_("Nobody has a place yet.") if everyone else _("Nobody takes part by video yet."))
    draft = archive_of(f"{DRAFT}{secrets.token_hex(8)}")
    try:
        with writing():
            draft.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            _pack(draft, found, tell, None if deed_key is None else parts_of(deed_key))
        sha256 = _digest(draft)

        given = None if deliver is None else partial(deliver, archive_of(sha256))
        printed = log_run(
            conference=conference, kind=KIND, deed="draw-plates", layout="1920x1080",
            scope="all" if everyone else "video", delegation_id=delegation_id, sha256=sha256,
            put=lambda: os.replace(draft, archive_of(sha256)), deliver=given,
            count=len(found), pages=2 * len(found), papers=found, deed_key=deed_key, actor=actor, at=at,
            warnings=[str(warning) for plate in found for warning in plate.warnings],
        )  # fmt: skip
        forget_parts(deed_key)
        return printed
    except Exception:
        forget_parts(deed_key)  # cancelled; only who is killed leaves parts behind
        raise
    finally:
        draft.unlink(missing_ok=True)


AT_ONCE = 20  # plates drawn between two looks at whether it was cancelled, and kept together


def _pack(target: Path, found: Sequence[Plate], tell: Told | None, parts: Path | None) -> None:
    """:param parts: where what was drawn is kept until the whole is logged."""
    groups: dict[tuple[str, str], int] = {}
    names = []
    for plate in found:
        number = groups.setdefault(plate.group, len(groups) + 1)
        names.append(f"{number:03d}_{_plain(plate.group[0])}/{_plain(plate.public_id)}_{_name_of(plate)}")
    if parts is not None:
        parts.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # a PNG is packed already
            for first in range(0, len(found), AT_ONCE):
                if tell is not None:
                    tell(first, len(found))
                some = list(zip(names, found, strict=True))[first : first + AT_ONCE]
                for name, content in _drawn(some, parts):
                    archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
        file.flush()
        os.fsync(file.fileno())


def _drawn(some: Sequence[tuple[str, Plate]], parts: Path | None) -> list[tuple[str, bytes]]:
    """The pictures of some people, drawn once."""
    sign = hashlib.sha256("\0".join(name + plate.fingerprint for name, plate in some).encode()).hexdigest()
    kept = None if parts is None else parts / f"{sign}.zip"
    if kept is not None and kept.is_file():
        with zipfile.ZipFile(kept) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    drawn = [
        (f"{name}_{ending}.png", content)
        for name, plate in some
        for ending, content in (("plate", plate.background()), ("lower-third", plate.lower_third()))
    ]
    if kept is not None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for name, content in drawn:
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
        put(kept, packed.getvalue())
    return drawn


def _name_of(plate: Plate) -> str:
    """The name in Latin letters where there is one."""
    return next(
        (plain for name in (plate.texts.name_second, plate.texts.name_first) if (plain := _plain(name)) != "-"), "-"
    )


def _plain(text: str) -> str:
    """``text`` as every system can name a file: ASCII, no spaces, at most forty signs."""
    latin = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", latin).strip("-")[:40].strip("-") or "-"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
