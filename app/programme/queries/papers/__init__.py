"""PDFs of releases, made once and kept beside the database under the sign of what they show."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from flask import current_app

from app.programme.models import Release
from app.programme.queries.papers.making import LAYOUT, Order, edition_of_release, make
from app.programme.queries.pdf import fingerprint
from app.programme.queries.people_order import order_of_content
from app.programme.rules.papers import Paper


def _kept(release: Release, languages: tuple[str, ...], paper: Paper) -> Path:
    folder: Path = current_app.config["SETTINGS"].data / "programme"
    order = order_of_content(release.conference, release.content).sign
    about = f"{LAYOUT}-{fingerprint(release.content)}-{release.number}-{release.released_at.isoformat()}-{order}"
    sign = hashlib.sha256(f"{about}-{'-'.join(languages)}-{paper.value}".encode()).hexdigest()[:40]
    return folder / f"{sign}.pdf"


def release_is_kept(release: Release) -> bool:
    """Whether its booklet lies there already."""
    return _kept(release, ("ru", "de"), Paper.BOOKLET).is_file()


def release_pdf(release: Release, languages: tuple[str, ...] = ("ru", "de"), paper: Paper = Paper.BOOKLET) -> bytes:
    """The release on paper, as a booklet unless another paper is wanted; made at the first asking."""
    path = _kept(release, languages, paper)
    if path.is_file():
        return path.read_bytes()
    pdf = make(Order(paper, languages, release.number), edition_of_release(release), [])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        draft.write_bytes(pdf)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return pdf
