"""PDFs of releases, made once and kept beside the database under the sign of what they show."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from app.programme.models import Release
from app.programme.queries.pdf import fingerprint, programme_pdf

LAYOUT = 2  # raise it when the paper looks different


def _kept(release: Release, languages: tuple[str, ...]) -> Path:
    folder: Path = current_app.config["SETTINGS"].data / "programme"
    about = f"{LAYOUT}-{fingerprint(release.content)}-{release.number}-{release.released_at.isoformat()}"
    sign = hashlib.sha256(f"{about}-{'-'.join(languages)}".encode()).hexdigest()[:40]
    return folder / f"{sign}.pdf"


def release_pdf(release: Release, languages: tuple[str, ...] = ("ru", "de")) -> bytes:
    """The release on paper; made at the first asking."""
    path = _kept(release, languages)
    if path.is_file():
        return path.read_bytes()
    zone = ZoneInfo(release.content["timezone"])
    pdf = programme_pdf(
        release.content, languages, number=release.number, released=release.released_at.astimezone(zone).date()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        draft.write_bytes(pdf)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return pdf
