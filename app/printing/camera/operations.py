"""Drawing the name plates of a conference into one ZIP."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.errors import Refusal
from app.history.rules import Actor
from app.printing.camera.queries import KIND, Plate, archive_of, plates
from app.printing.operations.runs import Printed, done_before, log_run
from app.printing.press.pages import Told

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
    draft = archive_of(f".{secrets.token_hex(8)}")
    draft.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        _pack(draft, found, tell)
        sha256 = _digest(draft)

        def put() -> None:
            os.replace(draft, archive_of(sha256))
            if deliver is not None:
                deliver(archive_of(sha256))

        return log_run(
            conference=conference, kind=KIND, deed="draw-plates", layout="1920x1080",
            scope="all" if everyone else "video", delegation_id=delegation_id, sha256=sha256, put=put,
            count=len(found), pages=2 * len(found), papers=found, deed_key=deed_key, actor=actor, at=at,
            warnings=[str(warning) for plate in found for warning in plate.warnings],
        )  # fmt: skip
    finally:
        draft.unlink(missing_ok=True)


def _pack(target: Path, found: Sequence[Plate], tell: Told | None) -> None:
    groups: dict[tuple[str, str], int] = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # a PNG is packed already
            for place, plate in enumerate(found):
                if tell is not None and place % 20 == 0:
                    tell(place, len(found))
                number = groups.setdefault(plate.group, len(groups) + 1)
                name = f"{number:03d}_{_plain(plate.group[0])}/{_plain(plate.public_id)}_{_name_of(plate)}"
                for ending, content in (("plate", plate.background()), ("lower-third", plate.lower_third())):
                    archive.writestr(zipfile.ZipInfo(f"{name}_{ending}.png", _EPOCH), content)
        file.flush()
        os.fsync(file.fileno())


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
